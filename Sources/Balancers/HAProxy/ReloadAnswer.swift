/// The master CLI's answer to `reload`.
package enum ReloadAnswer: Hashable, Sendable {
    /// The new worker serves; with the log of its start.
    case succeeded(log: String)
    /// The configuration was refused, or a worker with it could not start; with the log that says why.
    case failed(log: String)
    /// Nothing: HAProxy 2.6 closes the connection, and `show proc` has to tell.
    case silent

    package init(parsing answer: String) {
        let lines = answer.split(separator: "\n", omittingEmptySubsequences: false)
        guard let index = lines.firstIndex(where: { $0.hasPrefix("Success=") }) else {
            self = .silent
            return
        }
        let log = lines[(index + 1)...].drop { $0 == "--" || $0.isEmpty }.joined(separator: "\n")
        self = lines[index].hasPrefix("Success=1") ? .succeeded(log: log) : .failed(log: log)
    }
}

/// The first alert in a log of HAProxy's, without the process that it is from; nil if there is none.
package func firstAlert(in log: String) -> String? {
    log.split(whereSeparator: \.isNewline).first { $0.hasPrefix("[ALERT]") }.map { line in
        let words = line.firstRange(of: " : ").map { line[$0.upperBound...] } ?? line
        return words.trimmingPrefix("config : ").description
    }
}
