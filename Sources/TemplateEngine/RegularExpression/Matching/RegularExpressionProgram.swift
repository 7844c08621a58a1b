extension RegularExpression {
    /// A compiled pattern: flat instructions over the symbols of an alphabet.
    ///
    /// A pattern does not see characters but the few classes of characters that it tells apart: `[a-z]+\d` knows three
    /// symbols, letters, digits and the rest. A text is translated symbol by symbol as it is walked.
    struct Program: Sendable {
        /// One step of a thread. `next` is the instruction that follows.
        struct Instruction: Sendable {
            enum Operation: UInt8, Sendable {
                /// Consumes the symbol `operand`.
                case symbol
                /// Consumes any symbol of the set `operand`.
                case set
                /// Tries `next` first, then `operand`.
                case branch
                /// Notes the place in the slot `operand`.
                case slot
                /// Goes on where the assertions of `operand` hold.
                case assertion
                case match
                /// No text goes on from here.
                case fail
            }

            var operation: Operation
            var next: Int32
            var operand: Int32
        }

        var instructions: [Instruction]
        var start: Int32
        var alphabet: Alphabet
        /// The sets of symbols that instructions name.
        var sets: SymbolSets
        /// The groups by number, the whole match first; nil for those without a name.
        var groupNames: [String?]
        /// Whether a match can begin at the beginning of the text only.
        var isAnchored: Bool
        /// Whether any instruction is an assertion.
        var hasAssertions: Bool
        /// The text that every match begins with.
        var prefix: [UInt8]
        /// Whether a match is the prefix and nothing else.
        var isPrefixOnly: Bool
        /// The symbols that a match can begin with, nil where it may be empty.
        var firstSymbols: [Bool]?

        /// Two for each group: where it began and where it ended.
        var slotCount: Int { 2 * groupNames.count }
    }
}
