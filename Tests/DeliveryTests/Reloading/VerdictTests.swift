import Balancers
import Delivery
import Planning
import Settings
import State
import Testing

/// What a delivery does after each verdict on its reload.
@Suite("After a reload that was")
struct VerdictTests {
    private let settings = ReloadSettings(command: nil, proof: .master(socket: FakeHAProxy.socketPath))

    private func deliverer(_ workshop: Workshop, _ haproxy: FakeHAProxy) throws -> Deliverer {
        try workshop.deliverer(socket: { _ in haproxy }, processes: ProcessTable(root: "/nowhere"), pace: .still)
    }

    /// Delivers `good`, then `new` to a balancer of this manner.
    private func afterGood(
        _ manner: FakeHAProxy.Manner,
        _ body: (Workshop, FakeHAProxy, Deliverer, DeliveryOutcome) async throws -> Void,
    ) async throws {
        try await Workshop.open { workshop in
            let haproxy = FakeHAProxy(answersReload: true)
            let deliverer = try deliverer(workshop, haproxy)
            let first = try await workshop.deliver(
                workshop.desired(["a.cfg": "good\n"]),
                with: deliverer,
                reload: settings
            )
            #expect(first.result == .reloaded)
            haproxy.become(manner)
            let outcome = try await workshop.deliver(
                workshop.desired(["a.cfg": "new\n"]),
                with: deliverer,
                reload: settings
            )
            try await body(workshop, haproxy, deliverer, outcome)
        }
    }

    @Test("proven, the outcome says by what")
    func proven() async throws {
        try await afterGood(.takes) { workshop, haproxy, deliverer, outcome in
            #expect(outcome.result == .reloaded)
            #expect("\(outcome)".hasPrefix("edge: reloaded, proven by the master's word and a new worker 102 ["))
            #expect(workshop.text("etc/a.cfg") == "new\n")
            #expect(deliverer.ledger.record(of: "edge").intent == nil)
        }
    }

    @Test("refused, the files are back and no second reload was given")
    func refused() async throws {
        try await afterGood(.refuses) { workshop, haproxy, deliverer, outcome in
            #expect(outcome.result == .rolledBack(reason: "parsing [x.cfg:1]: unknown keyword 'foo'"))
            #expect(outcome.secondReload == nil && haproxy.reloads == 2)
            #expect(workshop.text("etc/a.cfg") == "good\n")
            let record = deliverer.ledger.record(of: "edge")
            #expect(record.intent == nil && record.failed?.attempts == 1)
            let again = try workshop.plan(workshop.desired(["a.cfg": "new\n"]), with: deliverer)
            #expect(again.action.isHeldBack)
        }
    }

    @Test("of unknown outcome, the files are back and one reload brings the balancer onto them")
    func unknown() async throws {
        try await afterGood(.loadsForEver) { workshop, haproxy, deliverer, outcome in
            // It answers Success=1 all the same, so it is in force by the master's word.
            #expect(outcome.result == .reloaded)
        }
        try await afterGood(.ignores) { workshop, haproxy, deliverer, outcome in
            guard case .degraded = outcome.result else { return #expect(Bool(false), "\(outcome)") }
            #expect(outcome.secondReload?.verdict.label == "unknown" && haproxy.reloads == 3)
            #expect(workshop.text("etc/a.cfg") == "good\n")
            #expect(deliverer.ledger.record(of: "edge").intent?.stage == .undone)
            haproxy.become(.takes)
            let settled = await deliverer.settle(target: "edge", sensitive: false, reload: settings)
            #expect(settled?.result.label == "rolled back" && haproxy.reloads == 4)
            #expect(deliverer.ledger.record(of: "edge").intent == nil)
        }
    }

    @Test("given to a balancer that died, the files are back, the target is degraded, and it is tried again")
    func dead() async throws {
        try await afterGood(.dies) { workshop, haproxy, deliverer, outcome in
            guard case .degraded(let reason) = outcome.result else { return #expect(Bool(false), "\(outcome)") }
            #expect(reason.contains("the balancer is gone (nobody listens at /run/master.sock)"))
            #expect(outcome.secondReload == nil)
            #expect(workshop.text("etc/a.cfg") == "good\n")
            #expect(deliverer.ledger.record(of: "edge").intent != nil)
        }
    }

    @Test("refused on top of one that was owed, a second one is needed")
    func refusedWhileOwed() async throws {
        try await afterGood(.ignores) { workshop, haproxy, deliverer, outcome in
            haproxy.become(.refuses)
            let next = try await workshop.deliver(
                workshop.desired(["a.cfg": "third\n"]),
                with: deliverer,
                reload: settings
            )
            #expect(next.secondReload != nil)
            #expect(workshop.text("etc/a.cfg") == "good\n")
        }
    }

    @Test("not possible because the balancer does not run yet, the files stay and count as in force")
    func notRunning() async throws {
        try await Workshop.open { workshop in
            let deliverer = try deliverer(workshop, FakeHAProxy(isRunning: false))
            var settings = settings
            settings.notRunning = .ok
            let files = workshop.desired(["a.cfg": "good\n"])
            let outcome = try await workshop.deliver(files, with: deliverer, reload: settings)
            #expect(outcome.result == .written && outcome.isInForce)
            #expect(outcome.notes.first?.hasPrefix("HAProxy is not running") == true)
            #expect(workshop.text("etc/a.cfg") == "good\n")
            #expect(try workshop.plan(files, with: deliverer).action == .nothing)
        }
    }

    @Test("refused for a sensitive target, nothing that the balancer said is told or kept")
    func sensitive() async throws {
        try await Workshop.open { workshop in
            let haproxy = FakeHAProxy()
            let deliverer = try deliverer(workshop, haproxy)
            let good = workshop.desired(["a.cfg": "good\n"])
            try await workshop.deliver(good, with: deliverer, reload: settings, sensitive: true)
            haproxy.become(.refuses)
            let new = workshop.desired(["a.cfg": "new\n"])
            let outcome = try await workshop.deliver(new, with: deliverer, reload: settings, sensitive: true)
            #expect(outcome.result == .rolledBack(reason: "the balancer refused it"))
            #expect(outcome.reload?.output.text.contains("foo") == false)
            #expect(try !workshop.stateContains("foo"))
        }
    }

    @Test("one too many for the old processes that live, a change that can wait is postponed, and only that")
    func postponed() async throws {
        try await afterGood(.takes) { workshop, haproxy, deliverer, _ in
            var settings = settings
            settings.maxDraining = 2
            haproxy.keep(old: [7, 8, 9])
            let next = workshop.desired(["a.cfg": "next\n"])
            func deliver(_ urgency: Deliverer.Urgency) async throws -> DeliveryOutcome {
                try await workshop.deliver(next, with: deliverer, reload: settings, urgency: urgency)
            }
            let before = haproxy.reloads
            let outcome = try await deliver(.canWait)
            #expect(outcome.result == .postponed(reason: "3 old processes still live, and max_draining is 2"))
            #expect(!outcome.isInForce && haproxy.reloads == before && workshop.text("etc/a.cfg") == "new\n")
            haproxy.keep(old: [8, 9])
            let second = try await deliver(.canWait)
            #expect(second.result == .reloaded)
            haproxy.keep(old: [7, 8, 9])
            let last = workshop.desired(["a.cfg": "last\n"])
            let third = try await workshop.deliver(last, with: deliverer, reload: settings)
            #expect(third.result == .reloaded)
        }
    }
}
