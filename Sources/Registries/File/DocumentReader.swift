internal import Catalog
internal import Diagnostics
internal import Yams

/// Takes values out of a registry file's tree and gathers what is wrong with them, so that one reading tells all faults.
struct DocumentReader {
    let source: YAMLSource
    let addresses: AddressSyntax
    private(set) var faults: [Diagnostic] = []
    private var unreported = 0
    private var skipsHidden = false

    /// How many faults of one file are told.
    private static let faultLimit = 100

    init(source: YAMLSource, addresses: AddressSyntax) {
        self.source = source
        self.addresses = addresses
    }

    /// All faults in the order of the file, with their lines.
    func finishedFaults() -> [Diagnostic] {
        var sorted = source.withSourceLines(faults).sorted { left, right in
            guard let leftPlace = left.position, let rightPlace = right.position else { return right.position != nil }
            return leftPlace < rightPlace
        }
        if unreported > 0 {
            sorted.append(Diagnostic("\(unreported) more faults in \(source.file) are not listed"))
        }
        return sorted
    }

    // MARK: - Faults

    mutating func report(
        _ message: String,
        at node: Yams.Node,
        hint: String? = nil,
        notes: [Diagnostic.Note] = [],
    ) {
        report(
            Diagnostic(
                message,
                at: source.position(of: node),
                length: node.writtenLength,
                hint: hint,
                notes: notes
            )
        )
    }

    mutating func report(_ fault: Diagnostic) {
        if faults.count < Self.faultLimit { faults.append(fault) } else { unreported += 1 }
    }

    /// Takes over the faults that the parser found; entries put out of the way for them are skipped.
    mutating func take(_ faultsOfSyntax: [Diagnostic]) {
        skipsHidden = !faultsOfSyntax.isEmpty
        for fault in faultsOfSyntax { report(fault) }
    }

    // MARK: - Maps and lists

    /// The entries of a map whose keys are known words; nil and a fault if it is no map. Unknown keys are faults.
    mutating func fields(of node: Yams.Node, _ what: String, known: [String]) -> Fields? {
        guard let entries = entries(of: node, what) else { return nil }
        var fields = Fields(node: node)
        for entry in entries {
            if known.contains(entry.key) {
                fields.entries.append(entry)
            } else {
                let near = nearest(to: entry.key, among: known)
                report(
                    "\(what) has no key `\(entry.key)`",
                    at: entry.keyNode,
                    hint: near.map { "did you mean `\($0)`?" } ?? "its keys are \(known.joined(separator: ", "))"
                )
            }
        }
        return fields
    }

    /// The entries of a map whose keys are the user's; nil and a fault if it is no map.
    mutating func entries(of node: Yams.Node, _ what: String) -> [Fields.Entry]? {
        guard case .mapping(let mapping) = node else {
            report("\(what) has to be a map, not \(node.kindName)", at: node)
            return nil
        }
        return mapping.compactMap { keyNode, value in
            guard case .scalar(let key) = keyNode else {
                report("a key of \(what) has to be text, not \(keyNode.kindName)", at: keyNode)
                return nil
            }
            if skipsHidden, YAMLSource.isHidden(key.string) { return nil }
            return Fields.Entry(key: key.string, keyNode: keyNode, value: value)
        }
    }

    /// The items of a list; nil and a fault if it is none.
    mutating func items(of node: Yams.Node, _ what: String) -> [Yams.Node]? {
        guard case .sequence(let sequence) = node else {
            report(
                "\(what) has to be a list, not \(node.kindName)",
                at: node,
                hint: "write `- ` before each item, or [ ]"
            )
            return nil
        }
        return Array(sequence)
    }

    // MARK: - Texts

    /// The text of a scalar, numbers and booleans as they are written; nil and a fault for anything else.
    mutating func text(of node: Yams.Node, _ what: String) -> String? {
        guard case .scalar(let scalar) = node else {
            report("\(what) has to be text, not \(node.kindName)", at: node)
            return nil
        }
        guard !node.isNull else {
            report("\(what) is empty", at: node, hint: "give it a value, or write \"\" for an empty text")
            return nil
        }
        return scalar.string
    }

    mutating func text(_ key: String, in fields: Fields) -> String? {
        fields[key].flatMap { text(of: $0, "`\(key)`") }
    }

    /// A text that is not empty.
    mutating func name(_ key: String, in fields: Fields) -> String? {
        guard let node = fields[key], let text = text(of: node, "`\(key)`") else { return nil }
        guard !text.isEmpty else {
            report("`\(key)` is empty", at: node, hint: "give it a value, or leave the key out")
            return nil
        }
        return text
    }

    /// A list of texts; null is an empty one.
    mutating func texts(_ key: String, in fields: Fields) -> [String] {
        guard let node = fields[key], !node.isNull else { return [] }
        return (items(of: node, "`\(key)`") ?? []).compactMap { text(of: $0, "an item of `\(key)`") }
    }

    /// A map of texts; nil if it is not there or null.
    mutating func textMap(_ key: String, in fields: Fields) -> [String: String]? {
        guard let node = fields[key], !node.isNull else { return nil }
        var map: [String: String] = [:]
        for entry in entries(of: node, "`\(key)`") ?? [] {
            map[entry.key] = text(of: entry.value, "`\(entry.key)` of `\(key)`")
        }
        return map
    }

    // MARK: - Typed values

    /// A whole number within `range`.
    mutating func integer<Number: FixedWidthInteger & Sendable>(
        _ key: String,
        in fields: Fields,
        within range: ClosedRange<Number>,
    ) -> Number? {
        guard let node = fields[key], let text = text(of: node, "`\(key)`") else { return nil }
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.dropFirst() : text[...]
        let isDecimal =
            !digits.isEmpty && digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isDecimal, digits == "0" || digits.first != "0" else {
            report("`\(key)` is `\(text)`, which is no whole number", at: node)
            return nil
        }
        guard let number = Number(text), range.contains(number) else {
            report(
                "`\(key)` is \(text), outside the range \(range.lowerBound) to \(range.upperBound)",
                at: node,
                hint: "write a number from \(range.lowerBound) to \(range.upperBound)"
            )
            return nil
        }
        return number
    }

    mutating func port(_ key: String, in fields: Fields) -> Int? { integer(key, in: fields, within: 0...65535) }

    mutating func health(_ key: String, in fields: Fields) -> Health? {
        guard let node = fields[key], let text = text(of: node, "`\(key)`") else { return nil }
        if let health = Health(rawValue: text) { return health }
        let words = Health.allCases.map(\.rawValue)
        report(
            "`\(text)` is no health",
            at: node,
            hint: nearest(to: text, among: words).map { "did you mean `\($0)`?" }
                ?? "it is one of \(words.joined(separator: ", "))"
        )
        return nil
    }

    mutating func duration(_ key: String, in fields: Fields) -> Duration? {
        guard let node = fields[key], let text = text(of: node, "`\(key)`") else { return nil }
        guard let duration = parseDuration(text), duration > .zero else {
            report(
                "`\(key)` is `\(text)`, which is no duration",
                at: node,
                hint: "write a number with its unit, such as 30s"
            )
            return nil
        }
        return duration
    }

    mutating func timestamp(_ key: String, in fields: Fields) -> Timestamp? {
        guard let node = fields[key], let text = text(of: node, "`\(key)`") else { return nil }
        if let timestamp = Timestamp(rfc3339: text) { return timestamp }
        report(
            "`\(key)` is `\(text)`, which is no moment",
            at: node,
            hint: "write it as RFC 3339 has it, such as 2026-11-21T05:10:00Z"
        )
        return nil
    }

    /// An IP literal, a host name where the registry allows them, or empty: none.
    mutating func address(_ key: String, in fields: Fields) -> String? {
        guard let node = fields[key], let text = text(of: node, "`\(key)`") else { return nil }
        return address(text, at: node)
    }

    mutating func address(_ text: String, at node: Yams.Node) -> String? {
        if text.isEmpty || addresses.accepts(text) { return text }
        let isBracketed = text.first == "[" && text.last == "]"
        if isBracketed, AddressSyntax.isIPv6(text.dropFirst().dropLast()) {
            report(
                "`\(text)` has brackets",
                at: node,
                hint: "write the address without them: `\(text.dropFirst().dropLast())`"
            )
        } else if AddressSyntax.isHostname(text) {
            report(
                "`\(text)` is a host name, not an IP address",
                at: node,
                hint: "write the IP address, or set `hostnames: true` on the registry in headgate's configuration"
            )
        } else {
            report(
                "`\(text)` is no IP address",
                at: node,
                hint: "write one such as 10.0.0.11 or fd00::11, without a port"
            )
        }
        return nil
    }
}

/// The entries of a map with known keys.
struct Fields {
    /// The map itself.
    let node: Yams.Node
    fileprivate(set) var entries: [Entry] = []

    fileprivate init(node: Yams.Node) {
        self.node = node
    }

    subscript(key: String) -> Yams.Node? { index(of: key).map { entries[$0].value } }

    /// The place of a key rather than of its value.
    func keyNode(_ key: String) -> Yams.Node? { index(of: key).map { entries[$0].keyNode } }

    private func index(of key: String) -> Int? { entries.indices.first { entries[$0].key == key } }

    struct Entry {
        let key: String
        let keyNode: Yams.Node
        let value: Yams.Node
    }
}

extension Yams.Node {
    /// Whether this is YAML's null: nothing, `~` or `null` without quotes.
    var isNull: Bool {
        guard case .scalar(let scalar) = self, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// What it is, for messages.
    fileprivate var kindName: String {
        switch self {
        case .scalar(let scalar): isNull ? "nothing" : "`\(scalar.string)`"
        case .mapping: "a map"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }

    /// How many characters it takes in its line, as far as that is known.
    fileprivate var writtenLength: Int {
        guard case .scalar(let scalar) = self else { return 1 }
        let quotes = scalar.style == .singleQuoted || scalar.style == .doubleQuoted ? 2 : 0
        return scalar.string.unicodeScalars.count + quotes
    }
}
