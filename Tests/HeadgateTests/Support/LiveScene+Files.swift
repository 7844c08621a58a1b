import TestSupport
import Testing

extension LiveScene {
    /// A scene with a map, an ACL and a certificate: `/map` answers what the map has for `test`, `/acl` answers `listed` if
    /// the ACL has `test`.
    ///
    /// - Parameter body: Gets the port that speaks TLS, and three certificates, of which the first is in force.
    static func withFiles(
        socket: String = "admin.sock",
        target: String = "",
        _ body: @escaping @Sendable (LiveScene, RunningProcess, Int, [SelfSignedCertificate]) async throws -> Void,
    ) async throws {
        let port = LoopbackPorts.free(1)[0]
        try await Workspace.with { workspace in
            var certificates: [SelfSignedCertificate] = []
            for name in ["a", "b", "c"] {
                certificates.append(try await SelfSignedCertificate.make(in: workspace, name))
            }
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
}
