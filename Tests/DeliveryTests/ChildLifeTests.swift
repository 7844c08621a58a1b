import Delivery
import Settings
import Testing

@Suite struct ChildLifeTests {
    /// What comes of events, one after the other.
    private func actions(_ events: ChildLife.Event...) -> ([ChildLife.Action], ChildLife.Phase) {
        var life = ChildLife()
        let actions = events.map { life.on($0) }
        return (actions, life.phase)
    }

    @Test func `it is started once`() {
        let (actions, phase) = actions(.start, .start, .started(7), .start)
        #expect(actions == [.spawn, .none, .none, .none])
        #expect(phase == .running(7))
    }

    @Test func `stopped before the start it never runs`() {
        let (actions, phase) = actions(.stop, .start)
        #expect(actions == [.finish, .none])
        #expect(phase == .over(nil))
    }

    @Test func `stopped while it starts it is ended as soon as there is a process`() {
        let (actions, _) = actions(.start, .stop, .started(7), .timeOver, .ended(.signalled(9)))
        #expect(actions == [.spawn, .none, .end(7), .kill(7), .finish])
    }

    @Test func `its time to end is counted once`() {
        let (actions, phase) = actions(.start, .started(7), .stop, .stop, .ended(.exited(0)), .timeOver)
        #expect(actions == [.spawn, .none, .end(7), .none, .finish, .none])
        #expect(phase == .over(.exited(0)))
    }

    @Test func `an end that nobody asked for is an end`() {
        let (actions, phase) = actions(.start, .started(7), .ended(.exited(3)), .stop)
        #expect(actions == [.spawn, .none, .finish, .none])
        #expect(phase == .over(.exited(3)))
    }

    @Test(arguments: [
        (BalancerChild.Ending.exited(4), Int32(4)), (.signalled(15), 143), (.notStarted("no such program"), 127),
    ])
    func `its status is that of a shell`(ending: BalancerChild.Ending, status: Int32) {
        #expect(ending.status == status)
    }

    @Test(arguments: [
        ("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000001\nSigCgt:\t0000000000000800\n", [ProcessSignal.user2]),
        ("SigBlk:\t0000000000000001\nSigCgt:\t0000000000004000\n", [.hangUp, .terminate]),
        ("SigBlk:\tffffffffffffffff\n", ProcessSignal.allCases),
        ("Name:\tx\n", []),
    ])
    func `a signal is handled that is caught or blocked`(status: String, handled: [ProcessSignal]) {
        let masks = SignalMasks(status: status)
        #expect(ProcessSignal.allCases.filter { masks.handles($0) } == handled)
    }
}
