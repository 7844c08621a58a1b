extension RegularExpression.Parser {
    /// What to say of syntax that other engines have and that RE2 leaves out, since it cannot be matched in linear
    /// time or has another spelling.
    enum Unsupported {
        static let lookbehind = "RE2's syntax has no lookbehind, since it matches in linear time"
        static let backreference = "RE2's syntax has no backreferences, since it matches in linear time"
        static let possessive = "RE2's syntax has no possessive repetition, which it does not need: it never backtracks"

        /// What the text after `(?` would mean elsewhere.
        static func group(_ rest: ArraySlice<UInt8>) -> String? {
            guard let first = rest.first else { return nil }
            return switch first {
            case UInt8(ascii: "="), UInt8(ascii: "!"):
                "RE2's syntax has no lookahead, since it matches in linear time"
            case UInt8(ascii: "<"): lookbehind
            case UInt8(ascii: ">"): "RE2's syntax has no atomic groups, which it does not need: it never backtracks"
            case UInt8(ascii: "#"): "RE2's syntax has no comments"
            case UInt8(ascii: "x"): "RE2's syntax has no flag x: white space always stands for itself"
            case UInt8(ascii: "("): "RE2's syntax has no conditional groups"
            case UInt8(ascii: "'"): "a named group is written (?P<name>...)"
            case UInt8(ascii: "R"), UInt8(ascii: "&"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                "RE2's syntax has no recursion"
            case UInt8(ascii: "P"):
                switch rest.dropFirst().first {
                case UInt8(ascii: "="): backreference
                case UInt8(ascii: ">"): "RE2's syntax has no recursion"
                default: nil
                }
            default: nil
            }
        }

        /// What a backslash and `letter` would mean elsewhere.
        static func escape(_ letter: UInt32) -> String? {
            guard let letter = UInt8(exactly: letter) else { return nil }
            return switch letter {
            case UInt8(ascii: "1")...UInt8(ascii: "9"), UInt8(ascii: "k"), UInt8(ascii: "g"): backreference
            case UInt8(ascii: "Z"): "the end of the text is written \\z"
            case UInt8(ascii: "C"): "RE2 matches characters, not bytes"
            case UInt8(ascii: "h"): "horizontal space is written [\\t\\p{Zs}]"
            case UInt8(ascii: "R"): "a line break is written (?:\\r\\n|\\n|\\r)"
            case UInt8(ascii: "G"), UInt8(ascii: "K"), UInt8(ascii: "X"), UInt8(ascii: "N"):
                "RE2's syntax does not have this escape"
            default: nil
            }
        }
    }
}
