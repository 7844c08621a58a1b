/// What a `server` line says behind its address, with what `default-server` lines say before it; the last word counts.
package struct ServerOptions: Hashable, Sendable {
    /// A keyword that counts, with its arguments.
    package struct Option: Hashable, Sendable {
        /// Of keywords that add to each other as it was written, with what stands in parentheses.
        package var keyword: String
        package var arguments: [String]

        package var words: [String] { [keyword] + arguments }
    }

    /// Why the words of a line cannot be taken for options.
    enum Fault: Error, Hashable {
        /// A word that no version known to us takes.
        case unknown(String)
        /// A keyword at the end of a line, without what it needs.
        case missingArgument(String)
        /// A word that depends on HAProxy's environment, or an empty one.
        case notLiteral
    }

    /// Keywords of which the last use counts, in the order of their names.
    private var single: [Option] = []
    /// Keywords that add to each other, in order.
    private var sequence: [Option] = []

    package init() {}

    /// Those of a running server that nothing is known of: no line has the same.
    static var unknown: ServerOptions {
        var options = ServerOptions()
        options.set(Option(keyword: "", arguments: []))
        return options
    }

    /// Takes the words of a further line, from word `first` on.
    mutating func take(_ text: ConfigurationText, _ line: Int, from first: Int) throws(Fault) {
        guard text.lines[line].isLiteral else { throw .notLiteral }
        try take(text.strings(of: line, from: first))
    }

    mutating func take(_ words: [String]) throws(Fault) {
        guard !words.contains("") else { throw .notLiteral }
        var rest = words[...]
        while let word = rest.popFirst() {
            guard let keyword = ServerKeyword.named(word) else { throw .unknown(word) }
            guard rest.count >= keyword.arguments else { throw .missingArgument(word) }
            var option = Option(keyword: word, arguments: Array(rest.prefix(keyword.arguments)))
            rest = rest.dropFirst(keyword.arguments)
            while keyword.name == "source", let next = rest.first, next == "usesrc" || next == "interface" {
                guard rest.count >= 2 else { throw .missingArgument(next) }
                option.arguments += rest.prefix(2)
                rest = rest.dropFirst(2)
            }
            switch keyword.effect {
            case .replaces:
                option.keyword = keyword.name
                set(option)
            case .cancels(let other): remove(other)
            case .opposes(let other):
                remove(other)
                set(option)
            case .adds: sequence.append(option)
            }
        }
    }
}

extension ServerOptions {
    /// All that count, in an order that depends on nothing else.
    package var all: [Option] { single + sequence }

    /// The first argument of a keyword of which the last use counts.
    package func value(_ keyword: String) -> String? { single.first { $0.keyword == keyword }?.arguments.first }

    package func has(_ keyword: String) -> Bool { single.contains { $0.keyword == keyword } }

    /// From 0 to 256; nil for what HAProxy refuses.
    package var weight: Int? { number("weight", unset: 1).flatMap { $0 <= 256 ? $0 : nil } }
    /// Connections at the same time; 0 is no limit. Nil for what HAProxy refuses.
    package var maxconn: Int? { number("maxconn", unset: 0) }
    /// Whether the server starts in maintenance.
    package var isDisabled: Bool { has("disabled") }
    package var isChecked: Bool { has("check") }
    package var hasAgent: Bool { has("agent-check") }

    /// The options without those that can change while the server runs.
    var fixed: ServerOptions {
        var fixed = self
        for keyword in ["weight", "maxconn", "disabled"] { fixed.remove(keyword) }
        return fixed
    }

    private mutating func set(_ option: Option) {
        // A dozen at most: no search is faster than to look at each.
        let place = single.firstIndex { $0.keyword >= option.keyword } ?? single.count
        if place < single.count, single[place].keyword == option.keyword {
            single[place] = option
        } else {
            single.insert(option, at: place)
        }
    }

    private mutating func remove(_ keyword: String) { single.removeAll { $0.keyword == keyword } }

    private func number(_ keyword: String, unset: Int) -> Int? {
        guard let value = value(keyword) else { return unset }
        guard (1...9).contains(value.utf8.count), value.utf8.allSatisfy(\.isASCIIDigit) else { return nil }
        return Int(value)
    }
}
