import State
import Synchronization

/// Collects what a ledger reports.
final class FaultLog: Sendable {
    private let faults = Mutex<[StateFault]>([])

    var all: [StateFault] { faults.withLock { $0 } }

    func add(_ fault: StateFault) { faults.withLock { $0.append(fault) } }
}
