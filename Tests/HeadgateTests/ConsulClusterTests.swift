import TestSupport
import Testing

/// A cluster that loses its leader or all of its servers behind the agent that headgate talks to.
@Suite(.fewAtOnce, .tags(.consul), .timeLimit(.minutes(5))) struct ConsulClusterTests {
    enum Loss: String, CaseIterable, CustomTestStringConvertible {
        case leader = "its leader"
        case servers = "all servers"

        var testDescription: String { rawValue }
        /// What headgate's log says of it. A server that dies may break an answer first, which is another fault; and where all
        /// are dead, the agent may say so already to the first question that comes again.
        var labels: [String] { self == .leader ? ["label=no_leader"] : ["label=status", "label=no_leader"] }
    }

    @Test("a cluster keeps what is in force when it loses", arguments: Loss.allCases)
    func keepsWhatIsInForce(losing loss: Loss) async throws {
        try await ConsulCluster.with { cluster in
            for id in ["a", "b", "c"] { try await cluster.register(ServiceRegistration(id: id)) }
            try await Workspace.with { workspace in
                let scene = try KeptScene(
                    workspace,
                    registry: "url: \"\(cluster.client.url)\", wait: 2s, max_stale: 2s"
                )
                try await scene.withHeadgate(inForce: ["a", "b", "c"]) { headgate in
                    try await scene.neverLosing(["a", "b", "c"], headgate) {
                        switch loss {
                        case .leader: try await cluster.loseLeader()
                        case .servers: cluster.loseServers()
                        }
                        // While the others elect, stale answers may be good for a moment.
                        let isFaulty = await eventually(within: .seconds(60)) {
                            (try? await scene.status())?.contains("registry main: fault") == true
                        }
                        #expect(isFaulty, "\(headgate.log.text)")
                        let isTold = await eventually { loss.labels.contains { headgate.log.text.contains($0) } }
                        #expect(isTold, "\(headgate.log.text)")
                        try await cluster.recover()
                        try await cluster.register(ServiceRegistration(id: "d"))
                        #expect(
                            await eventually(within: .seconds(60)) { scene.ids == ["a", "b", "c", "d"] },
                            "\(scene.ids)\n\(headgate.log.text)"
                        )
                    }
                    let isGood = await eventually {
                        (try? await scene.status())?.contains("registry main: good") == true
                    }
                    #expect(isGood, "\(headgate.log.text)")
                    let (faults, recoveries) = (
                        headgate.log.count(containing: "registry fault"),
                        headgate.log.count(containing: "registry recovered")
                    )
                    // An answer that broke, then no leader, then none while the servers come back: no more than that.
                    #expect(faults <= 4 && recoveries <= 2, "\(headgate.log.text)")
                }
            }
        }
    }
}
