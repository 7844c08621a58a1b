internal import NIOSSL
internal import Settings
internal import SystemPackage

/// Where the API server is and how it is spoken to, as the kubeconfig or the service account says at one moment.
struct KubernetesAccess: Sendable {
    enum Token: Sendable {
        case none
        case text(Secret)
        /// Read anew for each request: it is replaced before it ends.
        case file(path: String)
    }

    /// `https://HOST:PORT`, perhaps with a path, without a slash at its end.
    var server: String
    /// Of a query without one.
    var namespace: String
    var token = Token.none
    var tls = Trust()

    /// How the server is trusted over TLS, and what it is shown, in PEM.
    struct Trust: Sendable {
        /// Nil: the system's.
        var authorities: [UInt8]?
        var certificate: [UInt8]?
        var key: [UInt8]?
        var serverName: String?
        var verifies = true
    }

    /// The access that `address` means at present. `environment` gives the process's variables.
    init(
        _ address: KubernetesAddress,
        environment: (String) -> String?,
        serviceAccount: String = Self.serviceAccount,
    ) throws(KubernetesFault) {
        switch address {
        case .inCluster: self = try .inCluster(environment, directory: serviceAccount)
        case .kubeconfig(let path, let context): self = try .kubeconfig(path: path, context: context)
        }
    }

    init(server: String, namespace: String) {
        self.server = server
        self.namespace = namespace
    }

    /// Where a pod finds its service account (Kubernetes: "Accessing the Kubernetes API from a Pod").
    static let serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount"

    private static func inCluster(
        _ environment: (String) -> String?,
        directory: String,
    ) throws(KubernetesFault) -> KubernetesAccess {
        func variable(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
        guard let host = variable("KUBERNETES_SERVICE_HOST") else {
            throw .access(
                "headgate runs in no pod, for KUBERNETES_SERVICE_HOST is not set",
                hint: "elsewhere name a kubeconfig: `kubernetes:///home/me/.kube/config`"
            )
        }
        let port = variable("KUBERNETES_SERVICE_PORT") ?? "443"
        let authority = host.contains(":") ? "[\(host)]" : host
        var access = KubernetesAccess(server: "https://\(authority):\(port)", namespace: "default")
        let hint = "does the pod have a service account, with automountServiceAccountToken?"
        access.tls.authorities = try read("\(directory)/ca.crt", "the authority", hint: hint)
        access.token = .file(path: "\(directory)/token")
        let namespace = try? SecretFile.read("\(directory)/namespace", known: nil, what: "the namespace")
        if let namespace { access.namespace = namespace.text }
        return access
    }

    /// The token that a request carries now; nil: none.
    func currentToken() throws(KubernetesFault) -> String? {
        switch token {
        case .none: return nil
        case .text(let secret): return secret.text
        case .file(let path):
            do throws(SecretFile.Fault) {
                return try SecretFile.read(path, known: nil, what: "the token file").text
            } catch {
                throw .access(error.message, hint: "the file has to be there and readable for headgate's user")
            }
        }
    }

    /// The certificates for TLS; nil where the server is spoken to without.
    func tlsConfiguration() throws(KubernetesFault) -> TLSConfiguration? {
        guard server.hasPrefix("https://") else { return nil }
        var configuration = TLSConfiguration.makeClientConfiguration()
        if !tls.verifies { configuration.certificateVerification = .none }
        do {
            if let authorities = tls.authorities {
                configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(authorities))
            }
            if let certificate = tls.certificate, let key = tls.key {
                configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(certificate).map {
                    .certificate($0)
                }
                configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: key, format: .pem))
            }
        } catch {
            throw .access(
                "a certificate or key is none in PEM: \(error)",
                hint: "look at the authority, certificate and key"
            )
        }
        return configuration
    }

    static func read(_ path: String, _ what: String, hint: String) throws(KubernetesFault) -> [UInt8] {
        do {
            return try readFile(at: FilePath(path))
        } catch {
            throw .access("\(what) in \(path) cannot be read: \(error)", hint: hint)
        }
    }
}
