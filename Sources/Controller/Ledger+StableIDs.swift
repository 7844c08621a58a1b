import Rendering
import State

extension Ledger {
    /// The numbers that `target`'s instances had when they were last kept.
    func numbers(of target: String) -> StableIDs { StableIDs(text: stableIDs(of: target)) }

    /// Keeps `numbers`, if they changed: before what they are written in is in force, so that a restart knows them.
    func keep(_ numbers: inout StableIDs, of target: String) {
        if let text = numbers.changedText() { save(stableIDs: text, of: target) }
    }
}
