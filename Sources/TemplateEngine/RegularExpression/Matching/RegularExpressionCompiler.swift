extension RegularExpression {
    /// Turns a syntax tree into a program.
    ///
    /// It goes from the end of the pattern to its beginning: every node is compiled knowing the instruction that
    /// follows it, so nothing has to be patched but the branch of a loop.
    struct Compiler {
        private typealias Instruction = Program.Instruction

        private var instructions: [Instruction] = []
        /// The sets that instructions consume, by number; they become symbols at the end.
        private var sets: [ScalarSet] = []
        private var numbers: [ScalarSet: Int32] = [:]
        private var hasAssertions = false

        static func compile(_ node: SyntaxNode, groupNames: [String?]) -> Program {
            var compiler = Compiler()
            let match = compiler.emit(.match)
            let start = compiler.compile(node, before: match)
            return compiler.program(start: start, groupNames: groupNames)
        }

        private mutating func emit(_ operation: Instruction.Operation, operand: Int32 = 0, next: Int32 = 0) -> Int32 {
            instructions.append(Instruction(operation: operation, next: next, operand: operand))
            return Int32(instructions.count - 1)
        }

        /// Emits `node`, after which `next` follows, and returns where it begins.
        private mutating func compile(_ node: SyntaxNode, before next: Int32) -> Int32 {
            switch node.kind {
            case .empty: return next
            case .scalar(let scalar): return emit(.set, operand: number(of: ScalarSet(scalar)), next: next)
            case .set(let set):
                return set.ranges.isEmpty ? emit(.fail) : emit(.set, operand: number(of: set), next: next)
            case .assertion(let assertion):
                hasAssertions = true
                return emit(.assertion, operand: Int32(assertion.rawValue), next: next)
            case .sequence(let nodes):
                return nodes.reversed().reduce(next) { compile($1, before: $0) }
            case .choice(let nodes):
                var entry = compile(nodes[nodes.count - 1], before: next)
                for node in nodes.dropLast().reversed() {
                    entry = emit(.branch, operand: entry, next: compile(node, before: next))
                }
                return entry
            case .capture(let group, let node):
                let end = emit(.slot, operand: Int32(2 * group + 1), next: next)
                return emit(.slot, operand: Int32(2 * group), next: compile(node, before: end))
            case .repetition(let node, let minimum, let maximum, let greedy):
                return compile(node, minimum: minimum, maximum: maximum, greedy: greedy, before: next)
            }
        }

        private mutating func compile(
            _ node: SyntaxNode,
            minimum: Int,
            maximum: Int?,
            greedy: Bool,
            before next: Int32
        ) -> Int32 {
            var entry = next
            var mandatory = minimum
            if let maximum {
                // x{2,5} is xx(x(x(x)?)?)?: skipping one copy skips those after it.
                for _ in minimum..<maximum {
                    entry = branch(to: compile(node, before: entry), orTo: next, greedy: greedy)
                }
            } else {
                let loop = emit(.branch)
                let body = compile(node, before: loop)
                setBranch(loop, to: body, orTo: next, greedy: greedy)
                if minimum > 0 {
                    entry = body
                    mandatory -= 1
                } else if node.isNullable {
                    // (x+)? rather than x*: else a thread that consumed nothing would come back to the branch, where
                    // it has been, and end there instead of going on with its own priority.
                    entry = branch(to: body, orTo: next, greedy: greedy)
                } else {
                    entry = loop
                }
            }
            for _ in 0..<mandatory { entry = compile(node, before: entry) }
            return entry
        }

        private mutating func branch(to body: Int32, orTo next: Int32, greedy: Bool) -> Int32 {
            let branch = emit(.branch)
            setBranch(branch, to: body, orTo: next, greedy: greedy)
            return branch
        }

        private mutating func setBranch(_ branch: Int32, to body: Int32, orTo next: Int32, greedy: Bool) {
            instructions[Int(branch)].next = greedy ? body : next
            instructions[Int(branch)].operand = greedy ? next : body
        }

        private mutating func number(of set: ScalarSet) -> Int32 {
            if let number = numbers[set] { return number }
            let number = Int32(sets.count)
            numbers[set] = number
            sets.append(set)
            return number
        }

        // MARK: The finished program

        private mutating func program(start: Int32, groupNames: [String?]) -> Program {
            let (prefix, isPrefixOnly) = prefix(from: start)
            let alphabet = Alphabet(telling: hasAssertions ? sets + [ScalarSet(0x0A), .word] : sets)
            var symbolSets = SymbolSets(symbolCount: alphabet.count)
            let operands: [(Instruction.Operation, Int32)] = sets.map { set in
                let symbols = alphabet.symbols(in: set)
                if symbols.count == 1, let symbol = symbols.first { return (.symbol, symbol) }
                return (.set, symbolSets.append(symbols))
            }
            for index in instructions.indices where instructions[index].operation == .set {
                (instructions[index].operation, instructions[index].operand) =
                    operands[Int(instructions[index].operand)]
            }
            let first = afterSlots(start)
            let anchor = Int32(Assertion.beginText.rawValue)
            var program = Program(
                instructions: instructions,
                start: start,
                alphabet: alphabet,
                sets: symbolSets,
                groupNames: groupNames,
                isAnchored: instructions[first].operation == .assertion && instructions[first].operand == anchor,
                hasAssertions: hasAssertions,
                prefix: prefix,
                isPrefixOnly: isPrefixOnly,
                firstSymbols: nil,
            )
            program.firstSymbols = Self.firstSymbols(of: program)
            return program
        }

        /// The first instruction from `start` on that is no slot.
        private func afterSlots(_ start: Int32) -> Int {
            var index = Int(start)
            while instructions[index].operation == .slot { index = Int(instructions[index].next) }
            return index
        }

        /// The literal that every match begins with, and whether nothing follows it.
        private func prefix(from start: Int32) -> (bytes: [UInt8], isAll: Bool) {
            var bytes: [UInt8] = []
            var index = afterSlots(start)
            while instructions[index].operation == .set {
                let set = sets[Int(instructions[index].operand)]
                guard let scalar = set.single.flatMap(Unicode.Scalar.init) else { break }
                bytes.append(contentsOf: Array(Character(scalar).utf8))
                index = afterSlots(instructions[index].next)
            }
            return (bytes, instructions[index].operation == .match)
        }

        /// The symbols that can come first, passing assertions as if they held; nil if a match can be empty.
        private static func firstSymbols(of program: Program) -> [Bool]? {
            var result = Array(repeating: false, count: program.alphabet.count)
            var seen = Array(repeating: false, count: program.instructions.count)
            var pending = [program.start]
            while let index = pending.popLast() {
                guard !seen[Int(index)] else { continue }
                seen[Int(index)] = true
                let instruction = program.instructions[Int(index)]
                switch instruction.operation {
                case .match: return nil
                case .fail: break
                case .symbol: result[Int(instruction.operand)] = true
                case .set:
                    for symbol in result.indices
                    where program.sets.contains(Int32(symbol), in: instruction.operand) { result[symbol] = true }
                case .branch: pending += [instruction.operand, instruction.next]
                case .slot, .assertion: pending.append(instruction.next)
                }
            }
            return result
        }
    }
}
