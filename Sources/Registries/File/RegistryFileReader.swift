internal import Catalog
internal import Diagnostics
internal import Documents

/// Takes the values of a registry file out of its tree and gathers what is wrong with them.
///
/// Every reading method gives nil where there is nothing, or a fault, which it notes.
struct RegistryFileReader {
    let addresses: AddressSyntax
    private var reader = DocumentReader()

    init(addresses: AddressSyntax) {
        self.addresses = addresses
    }

    /// All faults in the order of the file.
    var sortedFaults: [Diagnostic] { reader.sortedFaults }

    /// Whether nothing is wrong so far.
    var isFaultless: Bool { reader.faults.isEmpty }

    mutating func report(_ fault: @autoclosure () -> Diagnostic) { reader.report(fault()) }

    // MARK: - Maps and lists

    /// The entries of a map whose keys are known words. Others are faults.
    mutating func fields(_ node: SourceNode, of owner: @autoclosure () -> String, _ keys: KnownKeys) -> Fields? {
        reader.fields(node, of: owner(), keys)
    }

    /// The entries of a map whose keys are the user's.
    mutating func entries(_ node: SourceNode, of owner: @autoclosure () -> String) -> [SourceNode.Entry]? {
        reader.entries(node, of: owner())
    }

    /// The items of a list.
    mutating func items(_ node: SourceNode, of owner: @autoclosure () -> String) -> [SourceNode]? {
        reader.items(node, of: owner())
    }

    // MARK: - Texts

    /// The text of a scalar, numbers and booleans as they are written; nil and a fault for anything else.
    mutating func text(of node: SourceNode, _ owner: @autoclosure () -> String) -> String? {
        guard case .scalar(let scalar) = node.content else {
            report(node.fault("\(owner()) has to be text, not \(node.kind)"))
            return nil
        }
        guard !node.isNull else {
            report(node.fault("\(owner()) is empty", hint: "give it a value, or write \"\" for an empty text"))
            return nil
        }
        return scalar.text
    }

    mutating func text(_ key: String, in fields: Fields) -> String? {
        fields.value(of: key).flatMap { text(of: $0, "`\(key)`") }
    }

    /// A text that is not empty.
    mutating func name(_ key: String, in fields: Fields) -> String? {
        guard let node = fields.value(of: key), let text = text(of: node, "`\(key)`") else { return nil }
        guard !text.isEmpty else {
            report(node.fault("`\(key)` is empty", hint: "give it a value, or leave the key out"))
            return nil
        }
        return text
    }

    /// A list of texts; null is an empty one.
    mutating func texts(_ key: String, in fields: Fields) -> [String] {
        guard let node = fields.value(of: key), !node.isNull else { return [] }
        return (items(node, of: "`\(key)`") ?? []).compactMap { text(of: $0, "an item of `\(key)`") }
    }

    /// A map of texts; nil if it is not there or null.
    mutating func textMap(_ key: String, in fields: Fields) -> [String: String]? {
        guard let node = fields.value(of: key), !node.isNull else { return nil }
        guard let entries = entries(node, of: "`\(key)`") else { return [:] }
        var map = [String: String](minimumCapacity: entries.count)
        for entry in entries {
            map[entry.name] = text(of: entry.value, "`\(entry.name)` of `\(key)`")
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
        guard let node = fields.value(of: key), let text = text(of: node, "`\(key)`") else { return nil }
        guard let value = WrittenInteger(text) else {
            report(node.fault("`\(key)` is `\(text)`, which is no whole number"))
            return nil
        }
        guard let number = value.number(as: Number.self), range.contains(number) else {
            report(
                node.fault(
                    "`\(key)` is \(text), outside the range \(range.lowerBound) to \(range.upperBound)",
                    hint: "write a number from \(range.lowerBound) to \(range.upperBound)"
                )
            )
            return nil
        }
        return number
    }

    mutating func port(_ key: String, in fields: Fields) -> Int? { integer(key, in: fields, within: 0...65535) }

    mutating func health(_ key: String, in fields: Fields) -> Health? {
        guard let node = fields.value(of: key), let text = text(of: node, "`\(key)`") else { return nil }
        if let health = Health(rawValue: text) { return health }
        let words = Health.allCases.map(\.rawValue)
        report(
            node.fault(
                "`\(text)` is no health",
                hint: nearest(to: text, among: words).map { "did you mean `\($0)`?" }
                    ?? "it is one of \(words.joined(separator: ", "))"
            )
        )
        return nil
    }

    mutating func duration(_ key: String, in fields: Fields) -> Duration? {
        guard let node = fields.value(of: key), let text = text(of: node, "`\(key)`") else { return nil }
        guard let duration = parseDuration(text), duration > .zero else {
            report(
                node.fault(
                    "`\(key)` is `\(text)`, which is no duration",
                    hint: "write a number with its unit, such as 30s"
                )
            )
            return nil
        }
        return duration
    }

    mutating func timestamp(_ key: String, in fields: Fields) -> Timestamp? {
        guard let node = fields.value(of: key), let text = text(of: node, "`\(key)`") else { return nil }
        if let timestamp = Timestamp(rfc3339: text) { return timestamp }
        report(
            node.fault(
                "`\(key)` is `\(text)`, which is no moment",
                hint: "write it as RFC 3339 has it, such as 2026-11-21T05:10:00Z"
            )
        )
        return nil
    }

    /// An IP literal, a host name where the registry allows them, or empty: none.
    mutating func address(_ key: String, in fields: Fields) -> String? {
        guard let node = fields.value(of: key), let text = text(of: node, "`\(key)`") else { return nil }
        return address(text, at: node)
    }

    mutating func address(_ text: String, at node: SourceNode) -> String? {
        if text.isEmpty || addresses.accepts(text) { return text }
        let isBracketed = text.first == "[" && text.last == "]"
        if isBracketed, AddressSyntax.isIPv6(text.dropFirst().dropLast()) {
            report(
                node.fault(
                    "`\(text)` has brackets",
                    hint: "write the address without them: `\(text.dropFirst().dropLast())`"
                )
            )
        } else if AddressSyntax.isHostname(text) {
            report(
                node.fault(
                    "`\(text)` is a host name, not an IP address",
                    hint: "write the IP address, or set `hostnames: true` on the registry in headgate's configuration"
                )
            )
        } else {
            report(
                node.fault(
                    "`\(text)` is no IP address",
                    hint: "write one such as 10.0.0.11 or fd00::11, without a port"
                )
            )
        }
        return nil
    }
}

/// A whole number in decimal digits without leading zeros, of whatever size.
private struct WrittenInteger {
    private let isNegative: Bool
    /// nil if it is larger than any that is asked for.
    private let magnitude: UInt64?

    init?(_ text: String) {
        isNegative = text.utf8.first == UInt8(ascii: "-")
        var magnitude: UInt64? = 0
        var count = 0
        for byte in isNegative ? text.utf8.dropFirst() : text.utf8[...] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), count == 0 || magnitude != 0 else {
                return nil
            }
            count += 1
            guard let smaller = magnitude else { continue }
            let (product, overflow) = smaller.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
            magnitude = overflow || carry ? nil : sum
        }
        guard count > 0 else { return nil }
        self.magnitude = magnitude
    }

    /// The number, if it fits.
    func number<Number: FixedWidthInteger>(as type: Number.Type) -> Number? {
        guard let magnitude else { return nil }
        guard isNegative else { return Number(exactly: magnitude) }
        return Int64(exactly: magnitude).flatMap { Number(exactly: -$0) }
    }
}
