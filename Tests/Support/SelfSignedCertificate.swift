/// A certificate with its key, made by `openssl`.
package struct SelfSignedCertificate: Sendable {
    /// The certificate, and behind it the key.
    package var pem: String
    /// As `openssl` prints it.
    package var serial: String

    /// Makes one for NAME.test in a directory of the workspace.
    package static func make(in workspace: Workspace, _ name: String) async throws -> SelfSignedCertificate {
        let path = workspace.file(name)
        _ = try await execute(
            "openssl",
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
                + ["-subj", "/CN=\(name).test", "-keyout", "\(path).key", "-out", "\(path).crt"]
        )
        let serial = try await execute("openssl", ["x509", "-noout", "-serial", "-in", "\(path).crt"])
        return SelfSignedCertificate(
            pem: (workspace.read("\(name).crt") ?? "") + (workspace.read("\(name).key") ?? ""),
            serial: serial.output
        )
    }

    /// The serial number of the certificate that a port serves.
    package static func serial(port: Int, name: String = "test") async throws -> String {
        let client = "openssl s_client -connect 127.0.0.1:\(port) -servername \(name) </dev/null 2>&1"
        return try await execute("sh", ["-c", "\(client) | openssl x509 -noout -serial"]).output
    }

    /// The certificate with the key of `other`.
    package func mismatched(with other: SelfSignedCertificate) -> String {
        let end = "-----END CERTIFICATE-----\n"
        let parts = [pem, other.pem].map { $0.split(separator: end, maxSplits: 1) }
        return "\(parts[0][0])\(end)\(parts[1][1])"
    }
}
