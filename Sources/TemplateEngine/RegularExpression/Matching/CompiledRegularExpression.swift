import Synchronization

extension RegularExpression {
    /// What a search works with besides the program, which is never changed.
    struct Scratch: Sendable {
        var machine: ThreadMachine
        var automaton: LazyAutomaton
    }

    /// A program with what searches have worked with, which is kept for the next ones, so that they need not allocate
    /// it and find the states of the automaton that are known already. Searches at the same time each take their own.
    final class Compiled: Sendable {
        private static let capacity = 2

        let program: Program
        private let idle = Mutex<[Scratch]>([])

        init(_ program: Program) { self.program = program }

        func take() -> Scratch {
            idle.withLock { $0.popLast() }
                ?? Scratch(machine: ThreadMachine(for: program), automaton: LazyAutomaton(for: program))
        }

        func give(_ scratch: Scratch) {
            idle.withLock { if $0.count < Self.capacity { $0.append(scratch) } }
        }
    }
}
