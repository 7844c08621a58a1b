import TestSupport
import Testing

extension LiveScene {
    /// A certificate with its key.
    struct Certificate: Sendable {
        var pem: String
        /// In hexadecimal digits.
        var serial: String

        /// The certificate with the key of `other`.
        func mismatched(with other: Certificate) -> String {
            let end = "-----END CERTIFICATE-----\n"
            let parts = [pem, other.pem].map { $0.split(separator: end, maxSplits: 1) }
            return "\(parts[0][0])\(end)\(parts[1][1])"
        }

        static func make(in workspace: Workspace, _ name: String) async throws -> Certificate {
            let path = workspace.file(name)
            let made = try await execute(
                "openssl",
                ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
                    + ["-subj", "/CN=\(name).test", "-keyout", "\(path).key", "-out", "\(path).crt"]
            )
            try #require(made.status == 0, "\(made.error)")
            let serial = try await execute("openssl", ["x509", "-noout", "-serial", "-in", "\(path).crt"])
            return Certificate(
                pem: (workspace.read("\(name).crt") ?? "") + (workspace.read("\(name).key") ?? ""),
                serial: serial.output
            )
        }
    }

    /// A scene with a map, an ACL and a certificate: `/map` answers what the map has for `test`, `/acl` answers `listed` if
    /// the ACL has `test`.
    ///
    /// - Parameter body: Gets the port that speaks TLS, and three certificates, of which the first is in force.
    static func withFiles(
        socket: String = "admin.sock",
        target: String = "",
        _ body: @escaping @Sendable (LiveScene, RunningProcess, Int, [Certificate]) async throws -> Void,
    ) async throws {
        let port = LoopbackPorts.free(1)[0]
        try await Workspace.with { workspace in
            var certificates: [Certificate] = []
            for name in ["a", "b", "c"] { certificates.append(try await Certificate.make(in: workspace, name)) }
            let frontend = """
                    bind 127.0.0.1:\(port) ssl crt DIRECTORY/edge.pem
                    errorfile 503 DIRECTORY/503.http
                    http-request return status 200 content-type text/plain lf-string %[req.hdr(host),map(DIRECTORY/hosts.map,none)] if { path /map }
                    http-request return status 200 content-type text/plain string listed if { path /acl } { req.hdr(host) -f DIRECTORY/listed.acl }
                """
            let files = [
                "hosts.map": "test blue\nother green\n", "listed.acl": "nobody\n", "edge.pem": certificates[0].pem,
                "503.http": "HTTP/1.0 503 Away\r\n\r\n",
            ]
            try await with(socket: socket, frontend: frontend, files: files) { [certificates] scene, haproxy in
                if !target.isEmpty {
                    try scene.workspace.edit(
                        "headgate.yaml",
                        replacing: "guard: off",
                        with: "guard: off\n    \(target)"
                    )
                }
                try await body(scene, haproxy, port, certificates)
            }
        }
    }

    /// The serial number of the certificate that is served.
    static func serial(port: Int) async throws -> String {
        try await execute(
            "sh",
            ["-c", "openssl s_client -connect 127.0.0.1:\(port) </dev/null 2>&1 | openssl x509 -noout -serial"]
        ).output
    }
}
