/// The line of a command's output that tells why it failed: the first fault that HAProxy or NGINX name, without the
/// process and the time; of any other command the last line. Nil if nothing was printed.
///
/// Both print more after it: HAProxy that there were fatal errors, NGINX that the test failed.
package func tellingLine(of output: String) -> String? {
    let lines = output.split(whereSeparator: \.isNewline).map { $0.trimmingPrefix(while: \.isWhitespace) }
        .filter { !$0.isEmpty }
    let faults = lines.compactMap { haproxyFault($0) ?? nginxFault($0) }
    let line =
        faults.first { fault in !haproxyConclusions.contains { fault.hasPrefix($0) } } ?? faults.first ?? lines.last
    return line.map(String.init)
}

/// What HAProxy says when it has named the faults.
private let haproxyConclusions = [
    "Error(s) found in configuration file", "Fatal errors found in configuration",
    "Failed to initialize server(s) addr",
]

/// `[ALERT]    (4711) : config : …`; before HAProxy 2.4 the time is in it, and `config` is not.
private func haproxyFault(_ line: Substring) -> Substring? {
    guard line.hasPrefix("[ALERT]"), let end = line.firstRange(of: ") : ") else { return nil }
    let words = line[end.upperBound...]
    return words.hasPrefix("config : ") ? words.dropFirst("config : ".count) : words
}

/// `2026/11/26 09:05:44 [emerg] 4711#4711: …`, or without the time where it goes to standard error at the start.
private func nginxFault(_ line: Substring) -> Substring? {
    for level in ["[emerg] ", "[alert] ", "[crit] "] {
        guard let start = line.firstRange(of: level) else { continue }
        let words = line[start.upperBound...]
        let process = words.prefix { $0.isNumber || $0 == "#" }
        return process.contains("#") && words.dropFirst(process.count).hasPrefix(": ")
            ? words.dropFirst(process.count + 2) : words
    }
    return nil
}
