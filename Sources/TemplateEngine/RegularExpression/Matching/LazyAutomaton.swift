extension RegularExpression {
    /// Tells whether a text has a match, without where, one table look-up for each character.
    ///
    /// A state is the set of instructions that threads have come to, before it is known what follows there; the states
    /// that texts lead to are made when they are first reached, and all are forgotten when they become too many. So a
    /// character costs at most one pass over the program, and mostly far less.
    struct LazyAutomaton: Sendable {
        private struct State: Hashable {
            /// In ascending order.
            var instructions: [Int32]
            /// What stands before; `.other` throughout for a program without assertions.
            var before: Assertion.Neighbour
        }

        /// How many entries the table and the states may have together.
        private static let capacity = 1 << 17

        private enum Transition {
            static let unknown: Int32 = -1
            static let matched: Int32 = -2
            static let dead: Int32 = -3
        }

        private let neighbours: [Assertion.Neighbour]
        private var states: [State] = []
        private var numbers: [State: Int32] = [:]
        /// For each state a row with the next state by symbol, and one more entry for the end of the text.
        private var transitions: [Int32] = []
        /// How many entries the table and the states have together.
        private var size = 0
        /// How often all states were forgotten.
        private var epoch = 0
        private let rowLength: Int
        private var entered: [Int]
        private var generation = 0
        private var pending: [Int32] = []
        /// How many characters were walked and instructions entered, ever: the measure of the work.
        private(set) var steps = 0

        init(for program: Program) {
            neighbours =
                program.hasAssertions
                ? program.alphabet.neighbours() : Array(repeating: .other, count: program.alphabet.count)
            rowLength = program.alphabet.count + 1
            entered = Array(repeating: 0, count: program.instructions.count)
        }

        /// Whether `program` matches anywhere in `bytes`.
        mutating func matches(_ program: Program, in bytes: Span<UInt8>) -> Bool {
            guard var position = program.nextStart(in: bytes, from: 0) else { return false }
            let before: Assertion.Neighbour =
                !program.hasAssertions ? .other : position == 0 ? .none : .init(bytes[position - 1])
            var state = number(of: State(instructions: program.isAnchored ? [program.start] : [], before: before))
            while position < bytes.count {
                let (symbol, width) = program.alphabet.symbol(at: position, in: bytes)
                steps += 1
                var next = transitions[Int(state) * rowLength + Int(symbol)]
                if next < 0 {
                    if next == Transition.unknown { next = step(program, from: state, over: Int(symbol)) }
                    if next < 0 { return next == Transition.matched }
                }
                state = next
                position += width
            }
            let end = rowLength - 1
            let known = transitions[Int(state) * rowLength + end]
            return (known == Transition.unknown ? step(program, from: state, over: end) : known) == Transition.matched
        }

        /// The number of `state`, which gets a row if it is new.
        private mutating func number(of state: State) -> Int32 {
            if let number = numbers[state] { return number }
            let growth = rowLength + state.instructions.count
            if size + growth > Self.capacity, !states.isEmpty {
                epoch += 1
                size = 0
                states.removeAll(keepingCapacity: true)
                numbers.removeAll(keepingCapacity: true)
                transitions.removeAll(keepingCapacity: true)
            }
            size += growth
            let number = Int32(states.count)
            states.append(state)
            numbers[state] = number
            transitions.append(contentsOf: repeatElement(Transition.unknown, count: rowLength))
            return number
        }

        /// Finds what `symbol` (or the end of the text) leads to and notes it.
        private mutating func step(_ program: Program, from number: Int32, over symbol: Int) -> Int32 {
            let state = states[Int(number)]
            let atEnd = symbol == rowLength - 1
            let after = atEnd ? .none : neighbours[symbol]
            let holding: Assertion = program.hasAssertions ? .holding(between: state.before, and: after) : []

            var reached: Set<Int32> = []
            var result = Transition.dead
            generation += 1
            pending = state.instructions
            if !program.isAnchored { pending.append(program.start) }
            entering: while let index = pending.popLast() {
                guard entered[Int(index)] != generation else { continue }
                entered[Int(index)] = generation
                steps += 1
                let instruction = program.instructions[Int(index)]
                switch instruction.operation {
                case .match:
                    result = Transition.matched
                    break entering
                case .symbol: if instruction.operand == Int32(symbol), !atEnd { reached.insert(instruction.next) }
                case .set:
                    if !atEnd, program.sets.contains(Int32(symbol), in: instruction.operand) {
                        reached.insert(instruction.next)
                    }
                case .branch: pending += [instruction.operand, instruction.next]
                case .slot: pending.append(instruction.next)
                case .assertion:
                    let wanted = Assertion(rawValue: UInt8(truncatingIfNeeded: instruction.operand))
                    if holding.contains(wanted) { pending.append(instruction.next) }
                case .fail: break
                }
            }

            let rowEpoch = epoch
            if result != Transition.matched, !atEnd, !reached.isEmpty || !program.isAnchored {
                result = self.number(of: State(instructions: reached.sorted(), before: after))
            }
            // Where the new state made all others forgotten, there is no row left to note it in.
            if epoch == rowEpoch { transitions[Int(number) * rowLength + symbol] = result }
            return result
        }
    }
}
