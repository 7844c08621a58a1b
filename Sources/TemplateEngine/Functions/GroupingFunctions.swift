/// Services and key pairs by what they have in common: consul-template's `by…` functions.
package let groupingFunctions: [TemplateFunction] = [
    TemplateFunction("byKey", 1, byKey),
    TemplateFunction("byTag", 1, byTag),
    TemplateFunction("byPort", 1, byPort),
    TemplateFunction("byMeta", 2, byMeta),
]

/// Elements in groups, each in the order of the list.
struct Groups {
    private struct Group {
        var members: [Value] = []
        /// Who has the key, each once.
        var sources: [Origin.Source] = []
    }

    private var groups: [Map.Key: Group] = [:]
    private let kind: ElementKind

    init(of kind: ElementKind) { self.kind = kind }

    mutating func add(_ value: Value, to key: Map.Key, source: Origin.Source? = nil) {
        groups[key, default: Group()].members.append(value)
        // A list has its registrations one after another.
        if let source, groups[key]?.sources.last != source { groups[key]?.sources.append(source) }
    }

    func map() -> Map {
        Map(
            attributed: groups.map { key, group in
                let length = if case .string(let string) = key { string.utf8.count } else { 0 }
                return Map.AttributedPair(
                    key,
                    from: .shared(by: group.sources, length: length),
                    .list(List(group.members, kind: kind))
                )
            }
        )
    }
}

/// `byKey pairs`: a map of the first part of the key to a map of the rest to the pair, whose key is that rest. Pairs
/// with a key of one part are left out.
private func byKey(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
    var pairs: [Map.Key: (top: Text, members: [Map.AttributedPair])] = [:]
    for element in try call.list(0, of: "key pairs").elements {
        guard case .record(let pair) = element, let slot = pair.shape.slots["Key"],
            case .text(let key) = pair.fields[slot]
        else { throw try call.mismatch(0, "a list of key pairs") }
        guard let (top, rest) = key.cut(at: "/"), !rest.string.isEmpty else { continue }
        var fields = pair.fields
        fields[slot] = .text(rest)
        pairs[.string(top.string), default: (top, [])].members
            .append(Map.AttributedPair(rest, .record(Record(pair.shape, fields))))
    }
    let groups = pairs.values.map { group in
        Map.AttributedPair(group.top, .map(Map(attributed: group.members, kind: .record)))
    }
    return .map(Map(attributed: groups))
}

/// `byTag services`: a map of each tag to the services that have it.
private func byTag(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
    let list = try call.list(0, of: "services")
    var groups = Groups(of: .any)
    for element in list.elements {
        guard let field = element.field("Tags") ?? element.field("ServiceTags") else {
            throw try call.mismatch(0, "a list of services with tags")
        }
        guard case .list(let tags) = field, let texts = tags.texts else { continue }
        for tag in texts { groups.add(element, to: .string(tag.string), source: tag.firstSource) }
    }
    return .map(groups.map())
}

/// `byPort services`: a map of each port to the services on it.
private func byPort(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
    let list = try call.list(0, of: "services")
    var groups = Groups(of: .any)
    for element in list.elements {
        guard let field = element.field("Port") ?? element.field("ServicePort"), case .int(let port) = field else {
            throw try call.mismatch(0, "a list of services with a port")
        }
        groups.add(element, to: .int(port))
    }
    return .map(groups.map())
}

/// `byMeta "k1,k2|int" services`: a map of the meta values, joined by `_`, to the services that have them.
private func byMeta(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
    let parts = try call.text(0).string.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        .map { MetaPart(String(decoding: $0, as: UTF8.self)) }
    let list = try call.list(1, of: "services")
    var groups = Groups(of: list.kind)
    for element in list.elements {
        guard let field = element.field("ServiceMeta") ?? element.field("Meta"), case .map(let meta) = field else {
            throw try call.mismatch(1, "a list of services with meta")
        }
        var values: [String] = []
        var source: Origin.Source?
        for part in parts {
            let (value, origin) = try part.value(of: meta)
            values.append(value)
            source = source ?? origin
        }
        groups.add(element, to: .string(values.joined(separator: "_")), source: source)
    }
    return .map(groups.map())
}

/// One part of `byMeta`'s first argument.
private struct MetaPart {
    private let key: String
    /// Whether the value is an integer, written with at least five digits so that it sorts.
    private let isInteger: Bool

    init(_ text: String) {
        isInteger = text.utf8.reversed().starts(with: "|int".utf8.reversed())
        key = isInteger ? String(text.dropLast(4)) : text
    }

    /// The part of the group's key that a service with `meta` has, with everything but letters, digits, `_` and `-`
    /// replaced; an empty value counts as a missing one.
    func value(of meta: Map) throws(FunctionFault) -> (String, Origin.Source?) {
        guard case .text(let text)? = meta[key], !text.string.isEmpty else {
            return (Self.normalized(isInteger ? "00000" : "_no_\(key)_"), nil)
        }
        guard isInteger else { return (Self.normalized(text.string), text.firstSource) }
        let number: Int
        do throws(FunctionFault) {
            number = try parseInteger(text.string)
        } catch {
            throw FunctionFault("the meta value of \(GoQuoting.quoted(key)): \(error.message)", hint: error.hint)
        }
        return (formatPrintf(Text("%05d"), [.int(number)]).string, text.firstSource)
    }

    private static func normalized(_ value: String) -> String {
        var result = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_", "-": result.unicodeScalars.append(scalar)
            default: result += "_"
            }
        }
        return result
    }
}
