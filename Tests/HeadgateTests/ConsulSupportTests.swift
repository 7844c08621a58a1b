import TestSupport
import Testing

/// The Consul and the proxy that other tests stand on do what those tests believe.
@Suite(.fewAtOnce, .tags(.consul), .timeLimit(.minutes(5))) struct ConsulSupportTests {
    @Test func `a dev agent forgets on a restart, a server does not`() async throws {
        for (options, kept) in [(ConsulOptions(.dev), []), (ConsulOptions(.server(expecting: 1)), ["a:81"])] {
            try await ConsulAgent.with(options) { agent in
                try await agent.register(ServiceRegistration(id: "a", port: 81))
                try await agent.setHealth(of: "a", .passing)
                #expect(await eventually { (try? await agent.passing("web")) == ["a:81"] })
                try await agent.restart()
                #expect(await eventually { (try? await agent.passing("web")) == kept }, "\(agent.log)")
            }
        }
    }

    @Test func `a token reads what its policy allows`() async throws {
        var options = ConsulOptions(.dev)
        options.accessControl = true
        try await ConsulAgent.with(options) { agent in
            try await agent.register(ServiceRegistration(id: "a"))
            try await agent.setPolicy("reader", rules: "service_prefix \"\" { policy = \"read\" }")
            let token = try await agent.makeToken(policy: "reader")
            let answer = try await agent.get("/v1/catalog/services?token=\(token.SecretID)")
            #expect(answer.status == 200)
            try await agent.delete(token)
            let refused = await eventually {
                (try? await agent.get("/v1/catalog/services?token=\(token.SecretID)"))?.status == 403
            }
            #expect(refused)
        }
    }

    @Test func `a cluster loses its leader and finds it again`() async throws {
        try await ConsulCluster.with { cluster in
            try await cluster.register(ServiceRegistration(id: "a"))
            try await cluster.loseLeader()
            #expect(try await cluster.servers[0].passing("web", stale: true) == ["a:80"])
            try await cluster.recover()
            #expect(await eventually { (try? await cluster.client.passing("web")) == ["a:80"] })
        }
    }

    @Test func `the proxy passes through, lies and counts`() async throws {
        try await ConsulAgent.with { agent in
            try await agent.register(ServiceRegistration(id: "a"))
            try await LyingProxy.with(agent) { proxy in
                func ask(_ path: String = "/v1/health/service/web") async -> ConsulAnswer? {
                    try? await proxy.ask(path)
                }
                #expect(await ask()?.text.contains("\"a\"") == true)
                proxy.tell(.emptied, about: "/v1/health")
                #expect(await ask()?.text == "[]")
                #expect(await ask("/v1/status/leader")?.status == 200)
                proxy.tell(.cut(after: 10), about: "/v1/health")
                #expect(await ask() == nil)
                proxy.tell(.tooManyRequests)
                proxy.tell(nil, about: "/v1/health")
                #expect(await ask()?.status == 429)
                proxy.tell(.hangUp)
                #expect(await ask() == nil)
                proxy.tell(.body("{}"))
                #expect(await ask()?.text == "{}")
                #expect(proxy.requests(to: "/v1/health") >= 5)
                #expect(proxy.counts.connections <= 1 && proxy.counts.allConnections >= 3)
            }
        }
    }

    @Test func `an agent serves TLS and a socket`() async throws {
        try await Workspace.with { workspace in
            var options = ConsulOptions(.dev)
            options.certificates = try await TestCertificates.make(in: workspace)
            options.verifiesClients = true
            options.unixSocket = true
            let certificates = try #require(options.certificates)
            try await ConsulAgent.with(options) { agent in
                let client = ["-cert", certificates.client.certificate, "-key", certificates.client.key]
                let arguments = ["s_client", "-connect", "127.0.0.1:\(agent.ports.https)", "-verify_return_error"]
                let handshake = try await execute("openssl", arguments + ["-CAfile", certificates.authority] + client)
                #expect(handshake.status == 0, "\(handshake.error)")
                #expect(await eventually { Workspace(path: agent.directory).names().contains("http.sock") })
            }
        }
    }
}
