/// An authority of the tests, a server's certificate for one name alone, and a client's.
package struct TestCertificates: Sendable {
    package struct Pair: Sendable {
        package var certificate: String
        package var key: String
    }

    package let authority: String
    package let server: Pair
    package let client: Pair

    /// Makes all of them with `openssl` in a directory of the workspace.
    ///
    /// - Parameter subject: Whose certificate the server's is.
    package static func make(
        in workspace: Workspace,
        _ directory: String = "tls",
        subject: String = "DNS:server.dc1.consul",
    ) async throws -> TestCertificates {
        try workspace.makeDirectory(directory)
        let path = workspace.file(directory)
        try workspace.write(
            "\(directory)/server.ext",
            "subjectAltName = \(subject)\n"
                + "extendedKeyUsage = serverAuth, clientAuth\n"
        )
        try workspace.write("\(directory)/client.ext", "extendedKeyUsage = clientAuth\n")
        try await openssl(
            ["req", "-x509", "-days", "2", "-subj", "/CN=Test Authority", "-keyout", "\(path)/ca.key", "-out"]
                + ["\(path)/ca.pem"] + newKey
        )
        for name in ["server", "client"] {
            try await openssl(
                ["req", "-subj", "/CN=\(name).dc1.consul", "-keyout", "\(path)/\(name).key", "-out"]
                    + ["\(path)/\(name).csr"] + newKey
            )
            try await openssl([
                "x509", "-req", "-days", "2", "-in", "\(path)/\(name).csr", "-CA", "\(path)/ca.pem", "-CAkey",
                "\(path)/ca.key", "-CAcreateserial", "-extfile", "\(path)/\(name).ext", "-out", "\(path)/\(name).pem",
            ])
        }
        return TestCertificates(
            authority: "\(path)/ca.pem",
            server: Pair(certificate: "\(path)/server.pem", key: "\(path)/server.key"),
            client: Pair(certificate: "\(path)/client.pem", key: "\(path)/client.key")
        )
    }

    private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

    private static func openssl(_ arguments: [String]) async throws {
        let run = try await execute("openssl", arguments)
        guard run.status == 0 else { throw ConsulTestError(message: "openssl: \(run.error)") }
    }
}
