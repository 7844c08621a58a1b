extension RegularExpression {
    /// Follows a thread through all that consumes nothing, to the instructions that it then waits at.
    struct ThreadClosure: Sendable {
        private enum Pending {
            case enter(Int32)
            /// Gives a slot its value back, after the branch that noted another one.
            case restore(slot: Int32, value: Int)
        }

        /// The slots of the thread that is followed; -1 for what it has not noted.
        private var slots: [Int] = []
        /// For each instruction the last generation of threads in which it was entered.
        private var entered: [Int]
        private var generation = 0
        private var pending: [Pending] = []
        /// How many instructions were entered, ever.
        private(set) var steps = 0

        init(instructionCount: Int) { entered = Array(repeating: 0, count: instructionCount) }

        /// Begins a new list of threads: every instruction may be entered again.
        mutating func beginGeneration() { generation += 1 }

        /// Appends to `list` the threads of a match that begins at `position`.
        mutating func begin(
            _ program: Program,
            at position: Int,
            in bytes: Span<UInt8>,
            slotCount: Int,
            into list: inout ThreadList
        ) {
            if slots.count != slotCount {
                slots = Array(repeating: -1, count: slotCount)
            } else {
                for slot in slots.indices { slots[slot] = -1 }
            }
            slots[0] = position
            enter(program.start, of: program, at: position, in: bytes, into: &list)
        }

        /// Appends to `list` what `thread` of `other` leads to when it goes on at `instruction`.
        mutating func resume(
            _ thread: Int,
            of other: ThreadList,
            to instruction: Int32,
            of program: Program,
            at position: Int,
            in bytes: Span<UInt8>,
            into list: inout ThreadList
        ) {
            other.copySlots(of: thread, to: &slots)
            enter(instruction, of: program, at: position, in: bytes, into: &list)
        }

        /// Appends to `list` the threads that `first` leads to, in their order, unless they came up in this generation.
        private mutating func enter(
            _ first: Int32,
            of program: Program,
            at position: Int,
            in bytes: Span<UInt8>,
            into list: inout ThreadList
        ) {
            let holding: Assertion = program.hasAssertions ? .holding(at: position, in: bytes) : []
            pending.append(.enter(first))
            while let next = pending.popLast() {
                switch next {
                case .restore(let slot, let value): slots[Int(slot)] = value
                case .enter(let index): follow(index, of: program, at: position, holding: holding, into: &list)
                }
            }
        }

        /// Follows the preferred ways from `start`; the others become pending.
        private mutating func follow(
            _ start: Int32,
            of program: Program,
            at position: Int,
            holding: Assertion,
            into list: inout ThreadList
        ) {
            var index = start
            while entered[Int(index)] != generation {
                entered[Int(index)] = generation
                steps += 1
                let instruction = program.instructions[Int(index)]
                switch instruction.operation {
                case .branch: pending.append(.enter(instruction.operand))
                case .slot:
                    let slot = Int(instruction.operand)
                    // A search that wants no groups has no slots for them.
                    if slot < slots.count {
                        pending.append(.restore(slot: instruction.operand, value: slots[slot]))
                        slots[slot] = position
                    }
                case .assertion:
                    if !holding.contains(Assertion(rawValue: UInt8(truncatingIfNeeded: instruction.operand))) { return }
                case .symbol, .set, .match:
                    list.append(index, slots: slots)
                    return
                case .fail: return
                }
                index = instruction.next
            }
        }
    }
}
