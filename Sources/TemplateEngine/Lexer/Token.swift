/// The smallest piece of an action that has a meaning.
struct Token: Sendable {
    enum Kind: Hashable, Sendable {
        case identifier
        case keyword(Keyword)
        /// `.Name`, its dot included.
        case field
        /// `$name`, or `$` alone.
        case variable
        case dot
        case null
        case bool(Bool)
        case number
        case character
        /// `"…"`, its quotes included.
        case string
        /// `` `…` ``, its quotes included.
        case rawString
        case declare
        case assign
        case pipe
        case leftParenthesis
        case rightParenthesis
        /// Any other ASCII character; the comma of `range $i, $e` among them.
        case symbol(UInt8)
        /// The right delimiter, or the end of what could be read of a damaged action.
        case end
        /// Bytes that are no token; the fault has been reported.
        case damaged
    }

    var kind: Kind
    /// The bytes of the template's text.
    var range: Range<Int>
    /// Whether white space stands before it: it separates arguments.
    var isSpaced: Bool
}

/// The words that begin an action of control.
enum Keyword: String, Hashable, Sendable, CaseIterable {
    case block, `break`, `continue`, define, `else`, end, `if`, range, template, with
}
