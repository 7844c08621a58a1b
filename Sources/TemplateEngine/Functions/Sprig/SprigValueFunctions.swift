/// Sprig's questions about types, and its functions on paths, dictionaries and lists that are seldom met.
let sprigValueFunctions: [TemplateFunction] = [
    TemplateFunction("typeOf", 1) { call throws(FunctionFault) in .string(try call.value(0).goTypeName) },
    TemplateFunction("kindOf", 1) { call throws(FunctionFault) in .string(try call.value(0).goKindName) },
    TemplateFunction("typeIs", 2) { call throws(FunctionFault) in
        .bool(try call.text(0).string == (try call.value(1).goTypeName))
    },
    TemplateFunction("typeIsLike", 2) { call throws(FunctionFault) in
        let (wanted, name) = (try call.text(0).string, try call.value(1).goTypeName)
        return .bool(wanted == name || "*" + wanted == name)
    },
    TemplateFunction("kindIs", 2) { call throws(FunctionFault) in
        .bool(try call.text(0).string == (try call.value(1).goKindName))
    },
    TemplateFunction("deepEqual", 2) { call throws(FunctionFault) in
        .bool(try call.value(0).isSame(as: try call.value(1)))
    },
    TemplateFunction("all", 0...Int.max) { call throws(FunctionFault) in
        .bool(call.arguments.allSatisfy { !$0.isEmpty })
    },
    TemplateFunction("any", 0...Int.max) { call throws(FunctionFault) in
        .bool(call.arguments.contains { !$0.isEmpty })
    },
    TemplateFunction("fail", 1) { call throws(FunctionFault) in throw FunctionFault(try call.text(0).string) },
    TemplateFunction("semverCompare", 2) { call throws(FunctionFault) in
        let constraint = try VersionConstraint(try call.text(0))
        return .bool(constraint.holds(for: try SemanticVersion(try call.text(1))))
    },
    TemplateFunction("adler32sum", 1) { call throws(FunctionFault) in
        let text = try call.text(0)
        return .text(text.derived(String(adler32(text.string.utf8))))
    },
    TemplateFunction("slice", 1...3, sliced).integers(at: 1, 2),
    TemplateFunction("chunk", 2) { call throws(FunctionFault) in
        let (size, elements) = (try call.integer(0), try call.list(1).elements)
        guard size > 0 else { throw FunctionFault("cannot cut into pieces of \(size)") }
        let chunks = stride(from: 0, to: elements.count, by: size).map { start in
            Value.list(List(Array(elements[start..<min(start + size, elements.count)])))
        }
        return .list(List(chunks))
    }.integers(at: 0),
    TemplateFunction("merge", 1...Int.max) { call throws(FunctionFault) in try merged(call, overrides: false) },
    TemplateFunction("mergeOverwrite", 1...Int.max) { call throws(FunctionFault) in try merged(call, overrides: true) },
    TemplateFunction("deepCopy", 1) { call throws(FunctionFault) in try call.value(0) },
    TemplateFunction("pick", 1...Int.max) { call throws(FunctionFault) in try picked(call, keeps: true) },
    TemplateFunction("omit", 1...Int.max) { call throws(FunctionFault) in try picked(call, keeps: false) },
    TemplateFunction("pluck", 1...Int.max) { call throws(FunctionFault) in
        let name = try call.text(0).string
        var found: [Value] = []
        for index in call.arguments.indices.dropFirst() {
            if let value = try call.map(index)[name] { found.append(value) }
        }
        return .list(List(found))
    },
    TemplateFunction("dig", 3...Int.max) { call throws(FunctionFault) in
        var value = call.arguments[call.arguments.count - 1]
        for index in 0..<call.arguments.count - 2 {
            guard case .map(let map) = value, let next = map[try call.text(index).string] else {
                return call.arguments[call.arguments.count - 2]
            }
            value = next
        }
        return value
    },
    TemplateFunction("base", 1) { call throws(FunctionFault) in
        let path = try call.text(0)
        if path.string.isEmpty { return .string(".") }
        let parts = path.split(separator: "/").filter { !$0.string.isEmpty }
        return .text(parts.last ?? Text("/"))
    },
    TemplateFunction("ext", 1) { call throws(FunctionFault) in
        let path = try call.text(0)
        guard let last = path.split(separator: "/").last, let point = last.ranges(of: ".").last else {
            return .string("")
        }
        return .text(last.slice(point.lowerBound..<last.string.utf8.count))
    },
    TemplateFunction("clean", 1) { call throws(FunctionFault) in .text(cleaned(try call.text(0))) },
    TemplateFunction("dir", 1) { call throws(FunctionFault) in
        let path = try call.text(0)
        let end = path.ranges(of: "/").last?.upperBound ?? 0
        return .text(cleaned(path.slice(0..<end)))
    },
    TemplateFunction("isAbs", 1) { call throws(FunctionFault) in .bool(try call.text(0).string.hasPrefix("/")) },
]

/// Functions of Sprig that go by a second name. What fails in `must…` fails without it too.
let sprigAliases: [(alias: String, name: String)] = [
    ("tuple", "list"), ("push", "append"), ("biggest", "max"), ("trimall", "trimAll"), ("mustAppend", "append"),
    ("mustPush", "append"), ("mustPrepend", "prepend"), ("mustFirst", "first"), ("mustLast", "last"),
    ("mustRest", "rest"), ("mustInitial", "initial"), ("mustReverse", "reverse"), ("mustUniq", "uniq"),
    ("mustWithout", "without"), ("mustHas", "has"), ("mustSlice", "slice"), ("mustChunk", "chunk"),
    ("mustCompact", "compact"), ("mustMerge", "merge"), ("mustMergeOverwrite", "mergeOverwrite"),
    ("mustDeepCopy", "deepCopy"), ("mustRegexMatch", "regexMatch"), ("mustRegexFind", "regexFind"),
    ("mustRegexFindAll", "regexFindAll"), ("mustRegexReplaceAll", "regexReplaceAll"),
    ("mustRegexReplaceAllLiteral", "regexReplaceAllLiteral"), ("mustRegexSplit", "regexSplit"),
]

private func sliced(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
    let elements = try call.list(0).elements
    let start = call.arguments.count > 1 ? try call.integer(1) : 0
    let end = call.arguments.count > 2 ? try call.integer(2) : elements.count
    guard 0 <= start, start <= end, end <= elements.count else {
        throw FunctionFault("there is no part from \(start) to \(end) of a list of \(elements.count)")
    }
    return .list(List(Array(elements[start..<end])))
}

private func merged(_ call: FunctionCall, overrides: Bool) throws(FunctionFault) -> Value {
    var map = try call.map(0)
    for index in call.arguments.indices.dropFirst() {
        map = map.merged(with: try call.map(index), overrides: overrides)
    }
    return .map(map)
}

private func picked(_ call: FunctionCall, keeps: Bool) throws(FunctionFault) -> Value {
    let map = try call.map(0)
    var names: Set<String> = []
    for index in call.arguments.indices.dropFirst() { names.insert(try call.text(index).string) }
    let pairs = map.attributedPairs.filter { pair in
        if case .string(let name) = pair.key { names.contains(name) == keeps } else { !keeps }
    }
    return .map(Map(attributed: pairs, kind: map.kind))
}

/// The path with `.`, `..` and empty parts worked out (Go's `path.Clean`).
private func cleaned(_ path: Text) -> Text {
    let isRooted = path.string.utf8.first == UInt8(ascii: "/")
    var parts: [Text] = []
    for part in path.split(separator: "/") where !part.string.isEmpty && part.string != "." {
        if part.string != ".." {
            parts.append(part)
        } else if let last = parts.last, last.string != ".." {
            parts.removeLast()
        } else if !isRooted {
            parts.append(part)
        }
    }
    let joined = Text.joined(parts, separator: Text("/"))
    if isRooted { return .concatenated([Text("/"), joined]) }
    return parts.isEmpty ? Text(".") : joined
}

private func adler32(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var (low, high): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
        low = (low + UInt32(byte)) % 65521
        high = (high + low) % 65521
    }
    return high << 16 | low
}

extension Value {
    /// Go's name of the value's kind.
    fileprivate var goKindName: String {
        switch self {
        case .null: "invalid"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint64"
        case .float: "float64"
        case .text: "string"
        case .list: "slice"
        case .map: "map"
        case .record(let record): record.shape.name.hasPrefix("*") ? "ptr" : "struct"
        case .object: "ptr"
        }
    }
}
