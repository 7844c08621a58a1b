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
            current.removeAll(slotCount: slotCount)
            closure.beginGeneration()
            var match: [Int]?
            var position = from
            while true {
                if current.count == 0 {
                    if match != nil { break }
                    guard let start = program.nextStart(in: bytes, from: position) else { break }
                    position = start
                }
                if match == nil, position == 0 || !program.isAnchored {
                    closure.begin(program, at: position, in: bytes, slotCount: slotCount, into: &current)
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
            upcoming.removeAll(slotCount: slotCount)
            for thread in 0..<current.count {
                tries += 1
                let instruction = program.instructions[current.instruction(of: thread)]
                switch instruction.operation {
                case .match: return current.slots(of: thread)
                case .symbol where instruction.operand == symbol,
                    .set where symbol >= 0 && program.sets.contains(symbol, in: instruction.operand):
                    closure.resume(
                        thread,
                        of: current,
                        to: instruction.next,
                        of: program,
                        at: position,
                        in: bytes,
                        into: &upcoming
                    )
                default: break
                }
            }
            return nil
        }
    }
}
