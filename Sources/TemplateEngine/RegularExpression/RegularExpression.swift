/// A regular expression in RE2's syntax and with its meaning, as Go's package `regexp` has them.
///
/// Matching takes time in proportion to the length of the text times that of the pattern, whatever both are: nothing
/// backtracks. The preferred match is the leftmost one, and among those the one that a backtracking engine would find
/// first.
///
/// Sources: RE2's syntax page (github.com/google/re2/wiki/Syntax), the documentation of Go's `regexp` and
/// `regexp/syntax`, and Russ Cox's articles on implementing regular expressions (swtch.com/~rsc/regexp).
package struct RegularExpression: Sendable {
    /// The pattern as it was written.
    package let pattern: String
    private let compiled: Compiled

    /// Parses and compiles `pattern`.
    package init(_ pattern: String) throws(RegularExpressionFault) {
        var parser = Parser(pattern)
        let tree = try parser.parse()
        self.pattern = pattern
        let program = Compiler.compile(tree, groupNames: parser.groupNames)
        guard program.instructions.count * program.slotCount <= Self.maximumThreadSlots else {
            throw RegularExpressionFault(.tooLarge, pattern, at: 0)
        }
        compiled = Compiled(program)
    }

    /// The bound on instructions times slots, which is what the threads of a search may take in memory.
    private static let maximumThreadSlots = 1 << 24

    /// The groups by number, the whole match first; nil for those without a name.
    package var groupNames: [String?] { compiled.program.groupNames }

    /// Whether `text` has a match anywhere in it.
    package func matches(_ text: String) -> Bool {
        let bytes = text.utf8.span
        if compiled.program.isPrefixOnly, !compiled.program.isAnchored { return firstPrefix(in: bytes, from: 0) != nil }
        var scratch = compiled.take()
        defer { compiled.give(scratch) }
        return scratch.automaton.matches(compiled.program, in: bytes)
    }

    /// The leftmost match in `text`.
    package func firstMatch(in text: String) -> Match? {
        let bytes = text.utf8.span
        var scratch = compiled.take()
        defer { compiled.give(scratch) }
        return search(bytes, from: 0, slotCount: compiled.program.slotCount, with: &scratch.machine)
    }

    /// All matches in `text` that do not overlap, from left to right; an empty match directly after another match does
    /// not count, as in Go's `FindAll`.
    package func allMatches(in text: String) -> [Match] {
        matches(in: text, slotCount: compiled.program.slotCount, limit: Int.max)
    }

    /// As `allMatches`, with the groups that fit `slotCount`, and at most `limit` matches.
    func matches(in text: String, slotCount: Int, limit: Int) -> [Match] {
        let bytes = text.utf8.span
        var scratch = compiled.take()
        defer { compiled.give(scratch) }
        var result: [Match] = []
        var position = 0
        var previousEnd = -1
        while result.count < limit, position <= bytes.count,
            let match = search(bytes, from: position, slotCount: slotCount, with: &scratch.machine)
        {
            let accepted = match.range.upperBound > position || match.range.lowerBound != previousEnd
            if match.range.upperBound > position {
                position = match.range.upperBound
            } else {
                position += position < bytes.count ? UTF8Scalar.width(startingWith: bytes[position]) : 1
            }
            previousEnd = match.range.upperBound
            if accepted { result.append(match) }
        }
        return result
    }

    private func search(
        _ bytes: Span<UInt8>,
        from: Int,
        slotCount: Int,
        with machine: inout ThreadMachine
    ) -> Match? {
        if compiled.program.isPrefixOnly, slotCount == 2, !compiled.program.isAnchored {
            return firstPrefix(in: bytes, from: from).map { Match(groups: [$0..<$0 + compiled.program.prefix.count]) }
        }
        return machine.search(compiled.program, in: bytes, from: from, slotCount: slotCount).map { Match(slots: $0) }
    }

    private func firstPrefix(in bytes: Span<UInt8>, from position: Int) -> Int? {
        compiled.program.prefix.isEmpty ? position : compiled.program.firstPrefix(in: bytes, from: position)
    }

    /// How many instructions its program has.
    package var instructionCount: Int { compiled.program.instructions.count }

    /// How much work a search of `text` is, in steps of the machine that finds matches and of the automaton that only
    /// tells whether there are any: what tests hold the promise of linear time to.
    package func effort(on text: String) -> (machine: Int, automaton: Int) {
        var machine = ThreadMachine(for: compiled.program)
        var automaton = LazyAutomaton(for: compiled.program)
        _ = machine.search(compiled.program, in: text.utf8.span, from: 0, slotCount: compiled.program.slotCount)
        _ = automaton.matches(compiled.program, in: text.utf8.span)
        return (machine.steps, automaton.steps)
    }
}

extension RegularExpression {
    /// Where a match and its groups lie, as offsets in the UTF-8 of the text.
    package struct Match: Hashable, Sendable {
        /// The groups by number, the whole match first; nil for a group that took no part.
        package let groups: [Range<Int>?]
        /// The whole match.
        package let range: Range<Int>

        init(groups: [Range<Int>]) {
            self.groups = groups
            range = groups[0]
        }

        init(slots: [Int]) {
            groups = stride(from: 0, to: slots.count, by: 2).map { slot in
                slots[slot] < 0 || slots[slot + 1] < 0 ? nil : slots[slot]..<slots[slot + 1]
            }
            range = slots[0]..<slots[1]
        }
    }
}
