/// Sprig's lists: they can hold anything, and lists of strings are taken too.
let sprigListFunctions: [TemplateFunction] = [
    TemplateFunction("list", 0...Int.max) { call throws(FunctionFault) in .list(List(call.arguments)) },
    TemplateFunction("first", 1) { call throws(FunctionFault) in try call.list(0).elements.first ?? .null },
    TemplateFunction("last", 1) { call throws(FunctionFault) in try call.list(0).elements.last ?? .null },
    TemplateFunction("rest", 1) { call throws(FunctionFault) in
        .list(List(Array(try call.list(0).elements.dropFirst())))
    },
    TemplateFunction("initial", 1) { call throws(FunctionFault) in
        .list(List(Array(try call.list(0).elements.dropLast())))
    },
    TemplateFunction("reverse", 1) { call throws(FunctionFault) in
        .list(List(Array(try call.list(0).elements.reversed())))
    },
    TemplateFunction("append", 2) { call throws(FunctionFault) in
        .list(List(try call.list(0).elements + [try call.value(1)]))
    },
    TemplateFunction("prepend", 2) { call throws(FunctionFault) in
        .list(List([try call.value(1)] + (try call.list(0).elements)))
    },
    TemplateFunction("concat", 0...Int.max) { call throws(FunctionFault) in
        var elements: [Value] = []
        for index in call.arguments.indices { elements += try call.list(index).elements }
        return .list(List(elements))
    },
    TemplateFunction("has", 2) { call throws(FunctionFault) in
        let wanted = try call.value(0)
        return .bool(try call.list(1).elements.contains { $0.isSame(as: wanted) })
    },
    TemplateFunction("without", 1...Int.max) { call throws(FunctionFault) in
        let unwanted = call.rest(from: 1)
        let elements = try call.list(0).elements
        return .list(List(elements.filter { element in !unwanted.contains { $0.isSame(as: element) } }))
    },
    TemplateFunction("compact", 1) { call throws(FunctionFault) in
        .list(List(try call.list(0).elements.filter { !$0.isEmpty }))
    },
    TemplateFunction("uniq", 1) { call throws(FunctionFault) in
        .list(List(try call.list(0).withoutRepetitions().elements))
    },
]

/// Sprig's dictionaries. Its order of keys is any; here it is that of the keys.
let sprigDictionaryFunctions: [TemplateFunction] = [
    TemplateFunction("dict", 0...Int.max) { call throws(FunctionFault) in
        var pairs: [Map.AttributedPair] = []
        for index in stride(from: 0, to: call.arguments.count, by: 2) {
            let value = index + 1 < call.arguments.count ? call.arguments[index + 1] : .string("")
            pairs.append(Map.AttributedPair(try call.sprigText(index), value))
        }
        return .map(Map(attributed: pairs))
    },
    TemplateFunction("get", 2) { call throws(FunctionFault) in
        try dictionary(call, 0)[try call.text(1).string] ?? .string("")
    },
    TemplateFunction("hasKey", 2) { call throws(FunctionFault) in
        .bool(try dictionary(call, 0)[try call.text(1).string] != nil)
    },
    TemplateFunction("keys", 0...Int.max) { call throws(FunctionFault) in
        var keys: [Value] = []
        for index in call.arguments.indices {
            keys += try dictionary(call, index).members.map { .text(formatValue($0.key)) }
        }
        return .list(List(keys, kind: .string))
    },
    TemplateFunction("values", 1) { call throws(FunctionFault) in
        .list(List(try dictionary(call, 0).entries.map(\.value)))
    },
]

/// Sprig's choices between values.
let sprigChoiceFunctions: [TemplateFunction] = [
    TemplateFunction("default", 1...2) { call throws(FunctionFault) in
        guard call.arguments.count == 2, !call.arguments[1].isEmpty else { return try call.value(0) }
        return call.arguments[1]
    },
    TemplateFunction("empty", 1) { call throws(FunctionFault) in .bool(try call.value(0).isEmpty) },
    TemplateFunction("coalesce", 0...Int.max) { call throws(FunctionFault) in
        call.arguments.first { !$0.isEmpty } ?? .null
    },
    TemplateFunction("ternary", 3) { call throws(FunctionFault) in
        guard case .bool(let condition) = try call.value(2) else { throw try call.mismatch(2, "a boolean") }
        return try call.value(condition ? 0 : 1)
    },
    TemplateFunction("semver", 1) { call throws(FunctionFault) in
        .object(try SemanticVersion(try call.text(0)))
    },
]

/// A map of anything; a service's meta, a map of strings, is refused as Sprig does.
private func dictionary(_ call: FunctionCall, _ index: Int) throws(FunctionFault) -> Map {
    let map = try call.map(index)
    guard map.kind != .string else {
        throw try call.mismatch(index, "a map of any values", hint: "index works on a map of strings")
    }
    return map
}
