/// From the start of the balancer that headgate runs to its end: a pure state machine. `BalancerChild` feeds it events and
/// carries out the action it returns.
package struct ChildLife: Sendable {
    package enum Event: Sendable {
        /// Its files are there.
        case start
        case started(Int32)
        /// headgate ends.
        case stop
        /// The time to end by itself is over.
        case timeOver
        case ended(BalancerChild.Ending)
    }

    package enum Action: Sendable, Equatable {
        case none
        case spawn
        /// Tell the process group that it shall end, and count the time.
        case end(Int32)
        case kill(Int32)
        /// There is nothing more to do.
        case finish
    }

    package enum Phase: Sendable, Equatable {
        case waiting
        case starting
        case running(Int32)
        /// Nil: it was never started.
        case over(BalancerChild.Ending?)
    }

    package private(set) var phase = Phase.waiting
    private var isStopping = false

    package init() {}

    /// What to do about `event`.
    package mutating func on(_ event: Event) -> Action {
        switch (event, phase) {
        case (.start, .waiting):
            phase = .starting
            return .spawn
        case (.started(let process), .starting):
            phase = .running(process)
            return isStopping ? .end(process) : .none
        case (.stop, .waiting):
            phase = .over(nil)
            return .finish
        case (.stop, .starting):
            isStopping = true
            return .none
        case (.stop, .running(let process)) where !isStopping:
            isStopping = true
            return .end(process)
        case (.timeOver, .running(let process)):
            return .kill(process)
        case (.ended(let ending), .starting), (.ended(let ending), .running):
            phase = .over(ending)
            return .finish
        default:
            return .none
        }
    }
}
