/// Why a pattern is not a regular expression.
package struct RegularExpressionFault: Error, Hashable, Sendable {
    /// The kinds of fault, in the words of Go's `regexp/syntax.ErrorCode`.
    package enum Reason: String, Sendable, CaseIterable {
        case invalidCharacterRange = "invalid character class range"
        case invalidEscape = "invalid escape sequence"
        case invalidNamedCapture = "invalid named capture"
        case invalidGroup = "invalid or unsupported Perl syntax"
        case invalidNestedRepetition = "invalid nested repetition operator"
        case invalidRepeatCount = "invalid repeat count"
        case missingBracket = "missing closing ]"
        case missingParenthesis = "missing closing )"
        case missingRepetitionArgument = "missing argument to repetition operator"
        case trailingBackslash = "trailing backslash at end of expression"
        case unexpectedParenthesis = "unexpected )"
        case tooDeep = "expression nests too deeply"
        case tooLarge = "expression too large"
    }

    package var reason: Reason
    /// The part of the pattern that is at fault; the whole pattern where that is what Go names.
    package var fragment: String
    /// Where in the pattern the fault lies: a count of UTF-8 bytes from its beginning.
    package var offset: Int
    /// What to do instead, for syntax that other engines have and RE2 leaves out.
    package var hint: String?

    package init(_ reason: Reason, _ fragment: String, at offset: Int, hint: String? = nil) {
        self.reason = reason
        self.fragment = fragment
        self.offset = offset
        self.hint = hint
    }

    /// What is wrong in one sentence, the same that Go's `regexp.Compile` gives.
    package var message: String { "error parsing regexp: \(reason.rawValue): `\(fragment)`" }
}

extension RegularExpressionFault: CustomStringConvertible {
    /// The message with the offset and, where there is one, the hint.
    package var description: String {
        let place = "\(message) at offset \(offset)"
        return hint.map { "\(place) (\($0))" } ?? place
    }
}
