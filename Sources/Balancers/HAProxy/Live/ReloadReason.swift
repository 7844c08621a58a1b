/// Why a change needs a reload, in words for an operator.
package struct ReloadReason: Error, Hashable, Sendable, CustomStringConvertible {
    /// `backend web`, `frontend in`, `global`.
    package var section: String
    /// What is so, in a clause without a full stop.
    package var what: String
    /// The line in the new configuration; in the old one for what is gone.
    package var place: ConfigurationPlace?

    package init(_ section: String, _ what: String, at place: ConfigurationPlace? = nil) {
        self.section = section
        self.what = what
        self.place = place
    }

    /// ``backend web: `balance` changed (haproxy.cfg:12)``.
    package var description: String { "\(section): \(what)" + (place.map { " (\($0))" } ?? "") }
}

extension ServerOptions.Fault {
    /// In words that follow `server a:`.
    var explanation: String {
        switch self {
        case .unknown(let word): "`\(word)` is not known to headgate"
        case .missingArgument(let word): "`\(word)` lacks a word"
        case .notLiteral: "a word depends on the environment, or is empty"
        }
    }
}
