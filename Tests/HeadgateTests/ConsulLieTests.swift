import TestSupport
import Testing

/// Each way in which an answer of Consul's can be wrong, by a proxy that lies: what is in force loses no server, the log
/// has one line when it begins and one when it is over, and what changed meanwhile arrives.
@Suite(.sharedConsul, .fewAtOnce, .tags(.consul), .timeLimit(.minutes(5))) struct ConsulLieTests {
    /// A lie, and how headgate shows that it was not taken in.
    struct Fault: CustomTestStringConvertible, Sendable {
        enum Reaction: Sendable {
            /// The registry has a fault with this label, until the lie is over.
            case fault(String)
            /// A guard holds what seems lost, until it is seen again.
            case hold
        }

        var testDescription: String
        var lie: Lie
        var reaction: Reaction
        /// Whether connections break when the lie begins; otherwise what is blocked gets it as the answer to a change.
        var breaks: Bool

        init(_ name: String, _ lie: Lie, _ reaction: Reaction, breaks: Bool = true) {
            (testDescription, self.lie, self.reaction, self.breaks) = (name, lie, reaction, breaks)
        }
    }

    static let faults = [
        Fault("cut within the answer", .cut(after: 40), .fault("broken")),
        Fault("cut before the answer's body", .cut(after: 0), .fault("broken")),
        Fault("a byte each fifth of a second", .drip(every: .milliseconds(200)), .fault("timeout")),
        Fault("a body of a gigabyte", .huge(bytes: 1 << 30), .fault("too_large")),
        Fault("no answer", .silence, .fault("timeout")),
        Fault("closed without a byte", .hangUp, .fault("closed")),
        Fault("429 of an agent", .tooManyRequests, .fault("limited")),
        Fault(
            "429 of a connection limit",
            .answer(
                status: 429,
                body: "Your IP is issuing too many concurrent connections, please rate limit your calls\n"
            ),
            .fault("limited")
        ),
        Fault(
            "503 of a rate limit",
            .answer(
                status: 503,
                body: "rpc error: Resource Exhausted: rate limit reached, try again later or against a different server"
            ),
            .fault("limited")
        ),
        Fault(
            "500 without a leader",
            .answer(status: 500, headers: ["X-Consul-Index": "1"], body: "No cluster leader"),
            .fault("no_leader")
        ),
        Fault(
            "500 without servers",
            .answer(
                status: 500,
                headers: ["X-Consul-Index": "1"],
                body:
                    "rpc error getting client: failed to get conn: dial tcp 127.0.0.1:0->127.0.0.1:8300: connect: connection refused"
            ),
            .fault("no_leader")
        ),
        Fault("403", .answer(status: 403, headers: ["X-Consul-Index": "1"], body: "ACL not found"), .fault("denied")),
        Fault("302 to elsewhere", .answer(status: 302, headers: ["Location": "http://127.0.0.1:1/"]), .fault("status")),
        Fault("an empty list and a lower index", .emptied, .hold),
        Fault("an empty list and the true index", .body("[]"), .hold),
        Fault("an empty list on an unbroken stream", .body("[]"), .hold, breaks: false),
        Fault("cut on an unbroken stream", .cut(after: 40), .fault("broken"), breaks: false),
        Fault(
            "an empty list of a server without a leader",
            .answer(
                status: 200,
                headers: ["X-Consul-Index": "99999", "X-Consul-Knownleader": "false", "X-Consul-Lastcontact": "76958"],
                body: "[]"
            ),
            .fault("no_leader")
        ),
        Fault(
            "an empty list of a server ten minutes behind",
            .answer(
                status: 200,
                headers: ["X-Consul-Index": "99999", "X-Consul-Knownleader": "true", "X-Consul-Lastcontact": "600000"],
                body: "[]"
            ),
            .hold
        ),
        Fault("an object for a list", .body("{}"), .fault("malformed")),
        Fault("a number for a service", .body("[{\"Node\": {}, \"Service\": 5, \"Checks\": []}]"), .fault("malformed")),
        Fault("a page of HTML", .body("<html><body>Welcome to the portal</body></html>"), .fault("malformed")),
        Fault("nothing at all", .body(""), .fault("malformed")),
        Fault("two answers in one", .body("[][]"), .fault("malformed")),
    ]

    @Test("nothing is lost by", arguments: faults) func nothingIsLost(by fault: Fault) async throws {
        try await ConsulAgent.shared { agent in
            let service = "web-\(Int.random(in: 0..<1_000_000_000))"
            let ids = ["a", "b", "c"].map { "\(service)-\($0)" }
            for id in ids { try await agent.register(ServiceRegistration(service, id: id)) }
            try await LyingProxy.with(agent) { proxy in
                try await Workspace.with { workspace in
                    let scene = try KeptScene(
                        workspace,
                        registry: "url: \"\(proxy.url)\", wait: 1s",
                        template: KeptScene.template.replacing("\"web\"", with: "\"\(service)\"")
                    )
                    try await scene.withHeadgate(inForce: ids) { headgate in
                        try await scene.neverLosing(ids, headgate) {
                            proxy.tell(fault.lie)
                            if fault.breaks { proxy.disconnect() }
                            try await agent.register(ServiceRegistration(service, id: "\(service)-d"))
                            let sign = if case .fault = fault.reaction { "registry fault" } else { " held " }
                            try #require(
                                await headgate.log.wait(for: sign, within: .seconds(40)),
                                "\(headgate.log.text)"
                            )
                            if case .fault(let label) = fault.reaction {
                                let isNamed = await headgate.log.wait(for: "label=\(label)", within: .seconds(30))
                                #expect(isNamed, "\(headgate.log.text)")
                                #expect(try await scene.status().contains("registry main: fault"))
                            }
                            proxy.tell(nil)
                            proxy.disconnect()
                            let arrived = await eventually(within: .seconds(60)) { scene.ids == ids + ["\(service)-d"] }
                            #expect(arrived, "\(scene.ids)\n\(headgate.log.text)")
                        }
                        let (beginning, end) =
                            if case .fault = fault.reaction {
                                ("registry fault", "registry recovered")
                            } else {
                                (" held ", "hold over")
                            }
                        #expect(await headgate.log.wait(for: end, within: .seconds(60)), "\(headgate.log.text)")
                        #expect(headgate.log.count(containing: beginning) == 1, "\(headgate.log.text)")
                        #expect(headgate.log.count(containing: end) == 1, "\(headgate.log.text)")
                        #expect(try await scene.status().contains("registry main: good"))
                    }
                }
            }
            for id in ids + ["\(service)-d"] { try await agent.deregister(id) }
        }
    }

    @Test func `an agent that answers at once all the time is asked ten times a second at most`() async throws {
        try await ConsulAgent.shared { agent in
            try await LyingProxy.with(agent) { proxy in
                try await Workspace.with { workspace in
                    let scene = try KeptScene(
                        workspace,
                        registry: "url: \"\(proxy.url)\"",
                        template: "{{ service \"x\" }}"
                    )
                    try await scene.withHeadgate(inForce: ["[]"]) { _ in
                        // Another index each time would be the same: there is something new without end.
                        proxy.tell(.emptied)
                        proxy.disconnect()
                        let (begun, asked) = (ContinuousClock.now, proxy.counts.allRequests)
                        #expect(await eventually(within: .seconds(40)) { proxy.counts.allRequests > asked + 10 })
                        #expect(ContinuousClock.now - begun > .milliseconds(700))
                    }
                }
            }
        }
    }
}
