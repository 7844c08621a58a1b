extension RegularExpression {
    /// Walks a text once with all threads of a program side by side, each with the places that it noted (Pike's
    /// machine; see Russ Cox, "Regular Expression Matching: the Virtual Machine Approach").
    ///
    /// Threads are kept in order of priority, and an instruction is entered once at each place, by the thread that
    /// comes first. So the result is the one that backtracking would find, and the work is at most the length of the
    /// text times that of the program.
    struct ThreadMachine: Sendable {
        private var current = ThreadList()
        private var upcoming = ThreadList()
        private var closure: ThreadClosure
        private var tries = 0

        /// How many instructions were entered or tried, ever: the measure of the work.
        var steps: Int { closure.steps + tries }

        init(for program: Program) { closure = ThreadClosure(instructionCount: program.instructions.count) }

        /// The leftmost match that begins at `from` or later, as slots; -1 in a slot whose group took no part.
        ///
        /// - Parameter slotCount: how many slots are wanted: 2 for the bounds of the match alone.
        mutating func search(_ program: Program, in bytes: Span<UInt8>, from: Int, slotCount: Int) -> [Int]? {
            current.removeAll()
            closure.beginGeneration()
            let noSlots = Array(repeating: -1, count: slotCount)
            var match: [Int]?
            var position = from
            while true {
                if current.instructions.isEmpty {
                    if match != nil { break }
                    guard let start = program.nextStart(in: bytes, from: position) else { break }
                    position = start
                }
                if match == nil, position == 0 || !program.isAnchored {
                    closure.slots = noSlots
                    closure.slots[0] = position
                    closure.enter(program.start, of: program, at: position, in: bytes, into: &current)
                }
                let atEnd = position == bytes.count
                let (symbol, width) = atEnd ? (-1, 0) : program.alphabet.symbol(at: position, in: bytes)
                if let slots = advance(program, over: symbol, to: position + width, in: bytes, slotCount: slotCount) {
                    match = slots
                    match?[1] = position
                }
                if atEnd { break }
                position += width
                swap(&current, &upcoming)
            }
            return match
        }

        /// Lets the current threads consume `symbol` (-1 at the end), down to one that has matched, whose slots are
        /// returned: threads after it have lost.
        private mutating func advance(
            _ program: Program,
            over symbol: Int32,
            to position: Int,
            in bytes: Span<UInt8>,
            slotCount: Int
        ) -> [Int]? {
            closure.beginGeneration()
            upcoming.removeAll()
            for thread in current.instructions.indices {
                tries += 1
                let instruction = program.instructions[Int(current.instructions[thread])]
                switch instruction.operation {
                case .match:
                    return Array(current.slots[thread * slotCount..<(thread + 1) * slotCount])
                case .symbol where instruction.operand == symbol,
                    .set where symbol >= 0 && program.sets.contains(symbol, in: instruction.operand):
                    for slot in 0..<slotCount { closure.slots[slot] = current.slots[thread * slotCount + slot] }
                    closure.enter(instruction.next, of: program, at: position, in: bytes, into: &upcoming)
                default: break
                }
            }
            return nil
        }
    }
}
