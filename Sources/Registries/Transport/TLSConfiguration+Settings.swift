import NIOSSL
import Settings

extension TLSConfiguration {
    /// How a registry is trusted, and what it is shown. Throws `tls` for files that cannot be read.
    static func client(_ settings: TLSSettings) throws(TransportFault) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if !settings.verifies { configuration.certificateVerification = .none }
        do {
            if let path = settings.authorities {
                configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(path))
            } else if let directory = settings.authoritiesDirectory {
                configuration.trustRoots = .file(directory)
            }
            if let certificate = settings.certificate, let key = settings.key {
                configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
                configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
            }
        } catch {
            throw .tls("a certificate or key of `tls` cannot be read: \(error)")
        }
        return configuration
    }
}
