extension RegularExpression {
    /// Conditions on a place in the text that match without consuming anything; a set of them is what holds there.
    struct Assertion: OptionSet, Hashable, Sendable {
        let rawValue: UInt8

        /// `^` in `(?m)`: the beginning of the text or after a line feed.
        static let beginLine = Assertion(rawValue: 1)
        /// `$` in `(?m)`: the end of the text or before a line feed.
        static let endLine = Assertion(rawValue: 2)
        /// `\A`, and `^` without `(?m)`.
        static let beginText = Assertion(rawValue: 4)
        /// `\z`, and `$` without `(?m)`.
        static let endText = Assertion(rawValue: 8)
        /// `\b`: between an ASCII word character and something else.
        static let wordBoundary = Assertion(rawValue: 16)
        /// `\B`.
        static let noWordBoundary = Assertion(rawValue: 32)

        /// What stands on one side of a place, as far as assertions care.
        enum Neighbour: UInt8, Sendable {
            /// The edge of the text.
            case none
            case lineFeed
            /// One of `[0-9A-Za-z_]`.
            case word
            case other

            /// - Parameter byte: any byte of a character; those of non-ASCII characters are never word characters.
            init(_ byte: UInt8) {
                switch byte {
                case UInt8(ascii: "\n"): self = .lineFeed
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"):
                    self = .word
                default: self = .other
                }
            }
        }

        /// What holds between two neighbours.
        static func holding(between before: Neighbour, and after: Neighbour) -> Assertion {
            var holding: Assertion = (before == .word) == (after == .word) ? .noWordBoundary : .wordBoundary
            if before == .none { holding.formUnion([.beginText, .beginLine]) }
            if before == .lineFeed { holding.insert(.beginLine) }
            if after == .none { holding.formUnion([.endText, .endLine]) }
            if after == .lineFeed { holding.insert(.endLine) }
            return holding
        }

        /// What holds at `offset` of `bytes`.
        static func holding(at offset: Int, in bytes: Span<UInt8>) -> Assertion {
            holding(
                between: offset == 0 ? .none : Neighbour(bytes[offset - 1]),
                and: offset == bytes.count ? .none : Neighbour(bytes[offset]),
            )
        }
    }
}
