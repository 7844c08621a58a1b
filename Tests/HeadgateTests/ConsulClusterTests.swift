import TestSupport
import Testing

/// A cluster that loses its leader or all of its servers behind the agent that headgate talks to.
@Suite(.tags(.consul), .timeLimit(.minutes(3))) struct ConsulClusterTests {
    @Test("a cluster keeps what is in force when it loses", arguments: ["its leader", "all servers"])
    func keepsWhatIsInForce(losing loss: String) async throws {
        try await ConsulCluster.with { cluster in
            for id in ["a", "b", "c"] { try await cluster.register(ServiceRegistration(id: id)) }
            try await Workspace.with { workspace in
                let scene = try KeptScene(
                    workspace,
                    registry: "url: \"\(cluster.client.url)\", wait: 2s, max_stale: 2s"
                )
                try await scene.withHeadgate(inForce: ["a", "b", "c"]) { headgate in
                    try await scene.neverLosing(["a", "b", "c"], headgate) {
                        if loss == "its leader" { try await cluster.loseLeader() } else { cluster.loseServers() }
                        #expect(await headgate.log.wait(for: "registry fault"), "\(headgate.log.text)")
                        let status = try await scene.status()
                        #expect(status.contains("registry main: fault"), "\(status)\n\(headgate.log.text)")
                        try await cluster.recover()
                        try await cluster.register(ServiceRegistration(id: "d"))
                        #expect(
                            await eventually(within: .seconds(60)) { scene.ids == ["a", "b", "c", "d"] },
                            "\(scene.ids)\n\(headgate.log.text)"
                        )
                    }
                    #expect(await headgate.log.wait(for: "registry recovered"), "\(headgate.log.text)")
                    #expect(headgate.log.count(containing: "registry recovered") == 1, "\(headgate.log.text)")
                    #expect(headgate.log.count(containing: "registry fault") <= 3, "\(headgate.log.text)")
                }
            }
        }
    }
}
