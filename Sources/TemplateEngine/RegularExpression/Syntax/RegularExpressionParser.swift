extension RegularExpression {
    /// Reads a pattern in RE2's syntax, as Go's `regexp` has it (the `Perl` flags of `regexp/syntax`).
    ///
    /// It walks the pattern once from left to right with its own stack of open groups, so the depth of a pattern
    /// costs no depth of calls, and the first fault is the one that Go names.
    struct Parser {
        /// The flags of `(?imsU)`.
        struct Flags: OptionSet {
            let rawValue: UInt8

            static let foldsCase = Flags(rawValue: 1)
            static let multiline = Flags(rawValue: 2)
            static let dotMatchesLineFeed = Flags(rawValue: 4)
            static let swapsGreed = Flags(rawValue: 8)
        }

        /// A group that is open: what it has so far.
        struct OpenGroup {
            /// Its number, nil if it does not capture.
            var group: Int?
            /// What to go back to where it closes.
            var outerFlags: Flags
            var alternatives: [SyntaxNode] = []
            var items: [SyntaxNode] = []

            /// What was read as one node.
            func closed() -> SyntaxNode {
                let node = SyntaxNode.choice(alternatives + [.sequence(items)])
                return group.map { .capture(group: $0, node) } ?? node
            }
        }

        /// How deep groups and repetitions may nest; Go's bound.
        static let maximumHeight = 1_000
        /// The highest count of a repetition, and the highest product of nested ones; Go's bound.
        static let maximumRepeat = 1_000
        /// The most instructions of a program.
        static let maximumCost = 500_000

        let bytes: [UInt8]
        var position = 0
        var flags: Flags = []
        /// The groups by number, the whole match first; nil for those without a name.
        var groupNames: [String?] = [nil]
        var open: [OpenGroup] = []
        var current = OpenGroup(group: nil, outerFlags: [])

        init(_ pattern: String) { self.bytes = Array(pattern.utf8) }

        /// The whole pattern.
        mutating func parse() throws(RegularExpressionFault) -> SyntaxNode {
            var lastRepetition: Int?
            while position < bytes.count {
                let start = position
                var isRepetition = false
                switch bytes[position] {
                case UInt8(ascii: "("): try openGroup()
                case UInt8(ascii: ")"): try closeGroup()
                case UInt8(ascii: "|"):
                    current.alternatives.append(.sequence(current.items))
                    current.items = []
                    position += 1
                case UInt8(ascii: "^"):
                    push(.assertion(flags.contains(.multiline) ? .beginLine : .beginText), length: 1)
                case UInt8(ascii: "$"): push(.assertion(flags.contains(.multiline) ? .endLine : .endText), length: 1)
                case UInt8(ascii: "."):
                    push(.set(flags.contains(.dotMatchesLineFeed) ? .all : .allButLineFeed), length: 1)
                case UInt8(ascii: "["): push(.set(try bracketedClass()))
                case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"):
                    isRepetition = try repetition(after: lastRepetition)
                case UInt8(ascii: "\\"): try escape()
                default: pushLiteral(takeScalar())
                }
                lastRepetition = isRepetition ? start : nil
            }
            guard open.isEmpty else { throw fault(.missingParenthesis, from: 0, to: bytes.count) }
            return try checked(current.closed(), at: 0)
        }

        // MARK: Building

        mutating func push(_ node: SyntaxNode, length: Int = 0) {
            current.items.append(node)
            position += length
        }

        /// Adds a scalar that stands for itself, and for its other cases in `(?i)`.
        mutating func pushLiteral(_ scalar: UInt32) {
            guard flags.contains(.foldsCase) else { return push(.scalar(scalar)) }
            let folded = ScalarSet(scalar).foldingCase()
            push(folded.single.map { .scalar($0) } ?? .set(folded))
        }

        /// `node`, unless it is too deep or too large.
        func checked(_ node: SyntaxNode, at start: Int) throws(RegularExpressionFault) -> SyntaxNode {
            if node.height > Self.maximumHeight { throw fault(.tooDeep, from: 0, to: bytes.count, at: start) }
            if node.cost > Self.maximumCost { throw fault(.tooLarge, from: 0, to: bytes.count, at: start) }
            return node
        }

        // MARK: Reading

        /// The byte `distance` ahead, nil past the end.
        func peek(_ distance: Int = 0) -> UInt8? {
            position + distance < bytes.count ? bytes[position + distance] : nil
        }

        func startsWith(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

        /// Takes one scalar; the pattern was a String, so its UTF-8 is valid.
        mutating func takeScalar() -> UInt32 {
            let (scalar, width) = UTF8Scalar.decode(at: position, in: bytes.span)
            position += width
            return scalar
        }

        func text(from start: Int, to end: Int) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }

        /// A fault whose fragment are the bytes from `start` to `end`; its place is `offset`, or `start`.
        func fault(
            _ reason: RegularExpressionFault.Reason,
            from start: Int,
            to end: Int,
            at offset: Int? = nil,
            hint: String? = nil,
        ) -> RegularExpressionFault {
            RegularExpressionFault(reason, text(from: start, to: end), at: offset ?? start, hint: hint)
        }
    }
}
