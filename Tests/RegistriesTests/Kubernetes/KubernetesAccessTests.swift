import Catalog
import FoundationEssentials
import Logging
import NIOSSL
import Registries
import Settings
import TestSupport
import Testing

/// How the API server is found and who asks: kubeconfigs and service accounts.
@Suite(.timeLimit(.minutes(2))) struct KubernetesAccessTests {
    private let web = CatalogQuery.service(name: "web")
    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static let cluster = "{name: c, cluster: {server: 'http://127.0.0.1:1'}}"

    /// The parts of a kubeconfig, and what is said of it.
    private static let bad: [(String, String)] = [
        ("current-context: a", "has no context `a`"), ("{}", "has no current-context"),
        ("current-context: tset\ncontexts: [{name: test, context: {cluster: c}}]", "has no context `tset`"),
        ("current-context: a\ncontexts: [{name: a, context: {}}]", "names no cluster"),
        ("current-context: a\ncontexts: [{name: a, context: {cluster: c}}]", "has no cluster `c`"),
        (
            "current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: x}}]",
            "names no server"
        ),
        (
            "current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\n"
                + "clusters: [{name: c, cluster: {server: 'https://x', proxy-url: 'http://p'}}]",
            "wants a proxy"
        ),
        (
            "current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\n"
                + "clusters: [{name: c, cluster: {server: 'https://x', certificate-authority-data: '%'}}]",
            "no base64"
        ),
        (
            "current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\n"
                + "clusters: [{name: c, cluster: {server: 'https://x', certificate-authority: nowhere.pem}}]",
            "nowhere.pem cannot be read"
        ),
        (user("{exec: {command: aws}}"), "runs a program for its token"),
        (user("{auth-provider: {name: gcp}}"), "has an auth-provider"),
        (user("{username: u, password: p}"), "has a password"),
        (user("{client-certificate-data: eA==}"), "has one of client-certificate and client-key"),
        (user("{token: 'a b'}"), "that no header can hold"), (user("{tokenFile: none}"), "cannot be read"),
        (user("{}") + "x: [", "kubeconfig"),
    ]

    private static func user(_ user: String) -> String {
        "current-context: a\ncontexts: [{name: a, context: {cluster: c, user: u}}]\nclusters: [\(cluster)]\n"
            + "users: [{name: u, user: \(user)}]\n"
    }

    @Test(arguments: bad.indices)
    func `a kubeconfig that is no use is told, with what to do`(index: Int) async throws {
        let (text, message) = Self.bad[index]
        let directory = try TemporaryDirectory()
        try directory.write("kubeconfig", text)
        let address = KubernetesAddress.kubeconfig(path: directory("kubeconfig"), context: nil)
        let registry = KubernetesRegistry(
            RegistrySettings(name: "main", url: .kubernetes(address)),
            at: address,
            environment: { _ in nil },
            logger: quiet
        )
        try await watched(registry, [web]) { diary in
            try await diary.reaches { _ in diary.faults == 1 }
            let fault = try #require(diary.lastFault)
            #expect(fault.label == "access" && fault.needsMending && fault.hint != nil)
            #expect(fault.message.contains(message), "\(fault.message)")
        }
    }

    @Test func `a kubeconfig that is mended is read again`() async throws {
        try await KubernetesScene.with { scene in
            try scene.directory.write("kubeconfig", "nothing")
            scene.server.put(.service("web"), .web([("a", .ready)]))
            try await watched(scene.registry(), [web]) { diary in
                try await diary.reaches { _ in diary.faults == 1 }
                try scene.directory.write("kubeconfig", scene.server.kubeconfig())
                try await diary.reaches { ids($0[web]) == ["a"] && diary.isRecovered }
            }
        }
    }

    @Test func `without a pod and a kubeconfig it says how to name one`() async throws {
        let registry = KubernetesRegistry(
            RegistrySettings(name: "main", url: .kubernetes(.inCluster)),
            at: .inCluster,
            environment: { _ in nil },
            logger: quiet
        )
        try await watched(registry, [web]) { diary in
            try await diary.reaches { _ in diary.faults == 1 }
            #expect(diary.lastFault?.message.contains("runs in no pod") == true)
            #expect(diary.lastFault?.hint?.contains("kubernetes:///") == true)
        }
    }

    /// A server that wants a certificate of the test's authority, and names 127.0.0.1.
    private func secure(
        _ tokens: Set<String>?,
        _ body: (KubernetesServer, TestCertificates, Workspace) async throws -> Void,
    ) async throws {
        try await Workspace.with { workspace in
            let files = try await TestCertificates.make(in: workspace, subject: "IP:127.0.0.1")
            var tls = try TLSConfiguration.makeServerConfiguration(
                certificateChain: NIOSSLCertificate.fromPEMFile(files.server.certificate).map { .certificate($0) },
                privateKey: .privateKey(NIOSSLPrivateKey(file: files.server.key, format: .pem))
            )
            if tokens == nil {
                tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(files.authority))
                tls.certificateVerification = .noHostnameVerification
            }
            var options = KubernetesServer.Options()
            options.tokens = tokens
            try await KubernetesServer.with(options, tls: tls) { server in
                server.put(.service("web"), .web([("a", .ready)]))
                try await body(server, files, workspace)
            }
        }
    }

    private func registry(_ address: KubernetesAddress, _ environment: [String: String] = [:], account: String? = nil)
        -> KubernetesRegistry
    {
        KubernetesRegistry(
            RegistrySettings(name: "main", url: .kubernetes(address)),
            at: address,
            environment: { environment[$0] },
            serviceAccount: account,
            timing: KubernetesScene.quick,
            logger: quiet
        )
    }

    @Test func `a client certificate and the authority come from data or files`() async throws {
        try await secure(nil) { server, files, workspace in
            func data(_ path: String) throws -> String {
                try Data(contentsOf: URL(filePath: path)).base64EncodedString()
            }
            let users = [
                "{client-certificate: \(files.client.certificate), client-key: \(files.client.key)}",
                "{client-certificate-data: \(try data(files.client.certificate)), client-key-data: \(try data(files.client.key))}",
            ]
            let clusters = [
                "certificate-authority: tls/ca.pem", "certificate-authority-data: \(try data(files.authority))",
            ]
            for (user, cluster) in zip(users, clusters) {
                try workspace.write("kubeconfig", server.kubeconfig(user: user, cluster: cluster))
                let address = KubernetesAddress.kubeconfig(path: workspace.file("kubeconfig"), context: "test")
                try await watched(registry(address), [web]) { diary in
                    try await diary.reaches { ids($0[web]) == ["a"] }
                }
            }
        }
    }

    @Test func `an authority that is not the server's is told`() async throws {
        try await secure(["t"]) { server, _, workspace in
            try workspace.write("kubeconfig", server.kubeconfig(user: "{token: t}"))
            let address = KubernetesAddress.kubeconfig(path: workspace.file("kubeconfig"), context: nil)
            try await watched(registry(address), [web]) { diary in
                try await diary.reaches { _ in diary.faults == 1 }
                #expect(diary.lastFault?.label == "tls", "\(diary.messages)")
                // Named anew, it is read with the next try.
                try workspace.write(
                    "kubeconfig",
                    server.kubeconfig(user: "{token: t}", cluster: "certificate-authority: tls/ca.pem")
                )
                try await diary.reaches { ids($0[web]) == ["a"] && diary.isRecovered }
            }
        }
    }

    @Test func `in a pod the service account says all`() async throws {
        try await secure(["one"]) { server, files, workspace in
            try workspace.makeDirectory("account")
            try workspace.write("account/ca.crt", #require(workspace.read("tls/ca.pem")))
            try workspace.write("account/token", "one")
            try workspace.write("account/namespace", "shop")
            let environment = ["KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "\(server.port)"]
            let registry = registry(.inCluster, environment, account: workspace.file("account"))
            try await watched(registry, [web]) { diary in
                try await diary.reaches { ids($0[web]) == ["a"] }
                // A token is replaced before it ends: the next request has it.
                try workspace.write("account/token", "two")
                server.know(tokens: ["two"])
                server.endWatches()
                server.put(.web([("a", .ready), ("b", .ready)]))
                try await diary.reaches { ids($0[web]) == ["a", "b"] }
                #expect(diary.faults == 0, "\(diary.messages)")
            }
        }
    }
}
