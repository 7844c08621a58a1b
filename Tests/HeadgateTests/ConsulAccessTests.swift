import TestSupport
import Testing

/// Tokens, TLS and sockets of a real Consul.
@Suite(.fewAtOnce, .tags(.consul), .timeLimit(.minutes(5))) struct ConsulAccessTests {
    private static let reader = "service_prefix \"\" { policy = \"read\" }\nnode_prefix \"\" { policy = \"read\" }"
    private static let blind = "service \"other\" { policy = \"read\" }"

    /// An agent with access control, the instances a and b, and headgate with a token from a file.
    private func withAccessControl(
        _ body: @escaping @Sendable (ConsulAgent, ConsulToken, KeptScene, RunningProcess) async throws -> Void,
    ) async throws {
        var options = ConsulOptions(.dev)
        options.accessControl = true
        try await ConsulAgent.with(options) { agent in
            for id in ["a", "b"] { try await agent.register(ServiceRegistration(id: id)) }
            try await agent.setPolicy("reader", rules: Self.reader)
            let token = try await agent.makeToken(policy: "reader")
            try await Workspace.with { workspace in
                try workspace.write("token", "\(token.SecretID)\n")
                let scene = try KeptScene(workspace, registry: "url: \"\(agent.url)\", token_file: token, wait: 2s")
                try await scene.withHeadgate(inForce: ["a", "b"]) { headgate in
                    try await body(agent, token, scene, headgate)
                }
                let kept = try await execute("grep", ["-r", "-l", token.SecretID, workspace.file("state")])
                #expect(kept.output == "", "a secret is in the state directory")
            }
        }
    }

    @Test func `a token that is narrowed hides services, which is not taken for their end`() async throws {
        try await withAccessControl { agent, _, scene, headgate in
            try await scene.neverLosing(["a", "b"], headgate) {
                try await agent.setPolicy("reader", rules: Self.blind)
                #expect(await headgate.log.wait(for: "label=denied"), "\(headgate.log.text)")
                try await agent.setPolicy("reader", rules: Self.reader)
                try await agent.register(ServiceRegistration(id: "c"))
                #expect(
                    await eventually(within: .seconds(60)) { scene.ids == ["a", "b", "c"] },
                    "\(headgate.log.text)"
                )
            }
            #expect(await headgate.log.wait(for: "registry recovered"), "\(headgate.log.text)")
            #expect(headgate.log.count(containing: "registry fault") == 1, "\(headgate.log.text)")
        }
    }

    @Test func `a token that is deleted`() async throws {
        try await withAccessControl { agent, token, scene, headgate in
            try await scene.neverLosing(["a", "b"], headgate) {
                try await agent.delete(token)
                #expect(await headgate.log.wait(for: "label=denied"), "\(headgate.log.text)")
                let other = try await agent.makeToken(policy: "reader")
                try scene.workspace.replace("token", "\(other.SecretID)\n")
                try await agent.register(ServiceRegistration(id: "c"))
                #expect(
                    await eventually(within: .seconds(60)) { scene.ids == ["a", "b", "c"] },
                    "\(headgate.log.text)"
                )
            }
            #expect(await headgate.log.wait(for: "registry recovered"), "\(headgate.log.text)")
            #expect(headgate.log.count(containing: "registry fault") == 1, "\(headgate.log.text)")
        }
    }

    @Test func `a token file that is replaced before the old token ends is no fault`() async throws {
        try await withAccessControl { agent, token, scene, headgate in
            try await scene.neverLosing(["a", "b"], headgate) {
                let other = try await agent.makeToken(policy: "reader")
                try scene.workspace.replace("token", "\(other.SecretID)\n")
                try await agent.delete(token)
                for id in ["c", "d"] { try await agent.register(ServiceRegistration(id: id)) }
                #expect(await eventually(within: .seconds(60)) { scene.ids == ["a", "b", "c", "d"] })
            }
            #expect(headgate.log.count(containing: "registry fault") == 0, "\(headgate.log.text)")
        }
    }

    @Test func `an agent over TLS that wants a certificate of its clients`() async throws {
        try await Workspace.with { workspace in
            let certificates = try await TestCertificates.make(in: workspace)
            var options = ConsulOptions(.dev)
            options.certificates = certificates
            options.verifiesClients = true
            try await ConsulAgent.with(options) { agent in
                try await agent.register(ServiceRegistration(id: "a"))
                let client = "cert: tls/client.pem, key: tls/client.key"
                func registry(_ tls: String) -> String { "url: \"\(agent.tlsURL)\", tls: {\(tls)}" }
                let name = "server_name: server.dc1.consul"
                let scene = try KeptScene(workspace, registry: registry("ca: tls/ca.pem, \(name), \(client)"))
                try await scene.withHeadgate(inForce: ["a"]) { _ in
                    try await agent.register(ServiceRegistration(id: "b"))
                    #expect(await eventually { scene.ids == ["a", "b"] })
                }
                let wrongs = [
                    "\(name), \(client)", "ca: tls/ca.pem, \(name)", "ca: tls/ca.pem, \(client)",
                    "ca: tls/ca.pem, server_name: other.test, \(client)",
                ]
                for wrong in wrongs {
                    _ = try KeptScene(workspace, registry: registry(wrong))
                    let render = ["render", "--timeout", "3s"] + scene.configuration
                    let refused = try await execute(Installed.headgate, render)
                    #expect(refused.status == 69 || refused.status == 75, "\(wrong): \(refused.status)")
                    #expect(refused.error.contains("over TLS"), "\(wrong): \(refused.error)")
                }
            }
        }
    }

    @Test func `an agent on a Unix socket, and the environment that Consul's tools know`() async throws {
        var options = ConsulOptions(.dev)
        options.unixSocket = true
        options.accessControl = true
        try await ConsulAgent.with(options) { agent in
            try await agent.register(ServiceRegistration(id: "a"))
            let token = try #require(agent.managementToken)
            try await Workspace.with { workspace in
                let scene = try KeptScene(
                    workspace,
                    registry: "url: \"consul+unix://\(agent.socketPath)\", token: \(token)"
                )
                try await scene.withHeadgate(inForce: ["a"]) { _ in
                    try await agent.register(ServiceRegistration(id: "b"))
                    #expect(await eventually { scene.ids == ["a", "b"] })
                }
                for address in ["127.0.0.1:\(agent.ports.http)", "unix://\(agent.socketPath)"] {
                    let render = try await execute(
                        Installed.headgate,
                        ["render", "--registry", "consul:", "--template", workspace.file("out.tmpl")],
                        environment: ["CONSUL_HTTP_ADDR": address, "CONSUL_HTTP_TOKEN": token]
                    )
                    #expect(render.output == "a 127.0.0.1:80\nb 127.0.0.1:80\n", "\(render.error)")
                }
            }
        }
    }
}
