import Controller
import Diagnostics
import Registries
import Settings
import Testing

@Suite struct QuiescenceTests {
    private let start = ContinuousClock.now

    @Test func `nothing gathered has no deadline`() {
        #expect(Quiescence(WaitSettings()).deadline == nil)
    }

    @Test func `a single change is delivered after min`() {
        var quiescence = Quiescence(WaitSettings(min: .milliseconds(100), max: .seconds(1)))
        quiescence.changed(at: start)
        #expect(quiescence.deadline == start + .milliseconds(100))
    }

    @Test func `changes that keep coming are delivered after max`() {
        var quiescence = Quiescence(WaitSettings(min: .milliseconds(100), max: .seconds(1)))
        for step in 0..<30 { quiescence.changed(at: start + .milliseconds(50) * step) }
        #expect(quiescence.deadline == start + .seconds(1))
    }

    @Test func `a max below min counts as min`() {
        var quiescence = Quiescence(WaitSettings(min: .seconds(2), max: .seconds(1)))
        quiescence.changed(at: start)
        #expect(quiescence.deadline == start + .seconds(2))
    }
}

@Suite struct RetryScheduleTests {
    @Test func `delays double up to the limit, and start anew after a success`() {
        var schedule = RetrySchedule(base: .seconds(2), limit: .seconds(60))
        let delays = (0..<8).map { _ in schedule.failed { 0.999_999 }.seconds.rounded() }
        #expect(delays == [2, 4, 8, 16, 32, 60, 60, 60])
        schedule.succeeded()
        #expect(schedule.failed { 0.999_999 }.seconds.rounded() == 2)
    }

    @Test func `jitter never makes it a busy loop`() {
        var schedule = RetrySchedule(base: .seconds(2), limit: .seconds(60))
        for _ in 0..<100 { #expect(schedule.failed { 0 } == .seconds(1)) }
    }
}

@Suite struct TargetMachineTests {
    private let start = ContinuousClock.now

    private func machine(reloadInterval: Duration = .zero) -> TargetMachine {
        TargetMachine(
            wait: WaitSettings(min: .milliseconds(100), max: .seconds(1)),
            reloadInterval: reloadInterval,
            retries: RetrySchedule(base: .seconds(2), limit: .seconds(60))
        )
    }

    @Test func `until the data is complete every change is tried at once`() {
        var machine = machine()
        #expect(machine.on(.changed, at: start) == .reconcile(retrying: false))
        #expect(machine.on(.reconciled(.waiting), at: start) == .none)
        #expect(machine.on(.changed, at: start) == .reconcile(retrying: false))
    }

    @Test func `later changes are gathered`() {
        var machine = machine()
        _ = machine.on(.changed, at: start)
        #expect(machine.on(.reconciled(.inStep(reloaded: true)), at: start) == .none)
        #expect(machine.on(.changed, at: start) == .wake(at: start + .milliseconds(100)))
        let later = start + .milliseconds(50)
        #expect(machine.on(.changed, at: later) == .wake(at: start + .milliseconds(150)))
        #expect(machine.on(.timer, at: start + .milliseconds(100)) == .wake(at: start + .milliseconds(150)))
        #expect(machine.on(.timer, at: start + .milliseconds(150)) == .reconcile(retrying: false))
        #expect(machine.on(.timer, at: start + .milliseconds(151)) == .none)
    }

    @Test func `a reload too early is deferred, never dropped`() {
        var machine = machine(reloadInterval: .seconds(5))
        _ = machine.on(.changed, at: start)
        _ = machine.on(.reconciled(.inStep(reloaded: true)), at: start)
        #expect(machine.on(.changed, at: start + .seconds(1)) == .wake(at: start + .seconds(5)))
        #expect(machine.on(.timer, at: start + .seconds(5)) == .reconcile(retrying: false))
    }

    @Test func `a failure is tried again, and sooner if something changes`() {
        var machine = machine()
        _ = machine.on(.changed, at: start)
        guard case .wake(let retry) = machine.on(.reconciled(.failed(reloaded: false)), at: start) else {
            Issue.record("no retry was planned")
            return
        }
        #expect(retry >= start + .seconds(1) && retry <= start + .seconds(2))
        #expect(machine.on(.changed, at: start) == .wake(at: start + .milliseconds(100)))
        #expect(machine.on(.timer, at: start + .milliseconds(100)) == .reconcile(retrying: false))
        #expect(machine.on(.reconciled(.inStep(reloaded: true)), at: start + .milliseconds(200)) == .none)
    }

    @Test func `what failed and is rendered again waits for its retry`() {
        var machine = machine()
        _ = machine.on(.changed, at: start)
        guard case .wake(let retry) = machine.on(.reconciled(.failed(reloaded: true)), at: start) else {
            Issue.record("no retry was planned")
            return
        }
        _ = machine.on(.changed, at: start)
        #expect(machine.on(.timer, at: start + .milliseconds(100)) == .reconcile(retrying: false))
        #expect(machine.on(.reconciled(.heldBack), at: start + .milliseconds(110)) == .wake(at: retry))
        #expect(machine.on(.timer, at: retry) == .reconcile(retrying: true))
    }

    @Test func `what is postponed is looked at again soon, and when something changes`() {
        var machine = machine()
        _ = machine.on(.changed, at: start)
        #expect(machine.on(.reconciled(.postponed), at: start) == .wake(at: start + .seconds(5)))
        #expect(machine.on(.timer, at: start + .seconds(5)) == .reconcile(retrying: false))
        let later = start + .seconds(6)
        #expect(machine.on(.reconciled(.postponed), at: later) == .wake(at: later + .seconds(5)))
        #expect(machine.on(.changed, at: later) == .wake(at: later + .milliseconds(100)))
        #expect(machine.on(.timer, at: later + .milliseconds(100)) == .reconcile(retrying: false))
        #expect(machine.on(.reconciled(.inStep(reloaded: true)), at: later + .seconds(1)) == .none)
    }
}

@Suite struct LiveTargetMachineTests {
    private let start = ContinuousClock.now

    /// A machine whose target is in step and can be changed live.
    private func machine(reloadInterval: Duration = .zero) -> TargetMachine {
        var machine = TargetMachine(
            wait: WaitSettings(min: .milliseconds(100), max: .seconds(1)),
            reloadInterval: reloadInterval,
            isLive: true,
            retries: RetrySchedule(base: .seconds(2), limit: .seconds(60))
        )
        _ = machine.on(.changed, at: start)
        _ = machine.on(.reconciled(.inStep(reloaded: true)), at: start)
        return machine
    }

    @Test func `a change is tried live at once, whatever the interval of reloads`() {
        var machine = machine(reloadInterval: .seconds(60))
        #expect(machine.on(.changed, at: start) == .tryLive)
        #expect(machine.on(.reconciled(.inStep(reloaded: false)), at: start) == .none)
        #expect(machine.on(.changed, at: start + .milliseconds(1)) == .tryLive)
    }

    @Test func `what needs a reload is gathered, with all that follows`() {
        var machine = machine()
        #expect(machine.on(.changed, at: start) == .tryLive)
        #expect(machine.on(.reconciled(.needsReload), at: start) == .wake(at: start + .milliseconds(100)))
        let later = start + .milliseconds(50)
        #expect(machine.on(.changed, at: later) == .wake(at: later + .milliseconds(100)))
        #expect(machine.on(.timer, at: later + .milliseconds(100)) == .reconcile(retrying: false))
        #expect(machine.on(.reconciled(.inStep(reloaded: true)), at: later + .milliseconds(200)) == .none)
        #expect(machine.on(.changed, at: later + .seconds(1)) == .tryLive)
    }

    @Test func `a reload that is due waits for its interval`() {
        var machine = machine(reloadInterval: .seconds(5))
        #expect(machine.on(.changed, at: start + .seconds(1)) == .tryLive)
        #expect(
            machine.on(.reconciled(.needsReload), at: start + .seconds(1)) == .wake(at: start + .seconds(5))
        )
        #expect(machine.on(.timer, at: start + .seconds(5)) == .reconcile(retrying: false))
    }

    @Test func `a live change that failed is tried again by the schedule`() {
        var machine = machine()
        #expect(machine.on(.changed, at: start) == .tryLive)
        guard case .wake(let retry) = machine.on(.reconciled(.failed(reloaded: true)), at: start) else {
            Issue.record("no retry was planned")
            return
        }
        #expect(machine.on(.timer, at: retry) == .reconcile(retrying: true))
    }
}
