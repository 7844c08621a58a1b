/// Joining, splitting, trimming and replacing: consul-template's functions on strings.
package let textFunctions: [TemplateFunction] = [
    TemplateFunction("join", 2, join),
    TemplateFunction("split", 2, split),
    TemplateFunction("splitToMap", 3, splitToMap),
    TemplateFunction("trim", 2) { call throws(FunctionFault) in
        let characters = Set(try call.text(0).string.unicodeScalars)
        return .text(try call.text(1).trimming { characters.contains($0) })
    },
    TemplateFunction("trimPrefix", 2) { call throws(FunctionFault) in
        .text(try call.text(1).trimmingPrefix(try call.text(0).string))
    },
    TemplateFunction("trimSuffix", 2) { call throws(FunctionFault) in
        .text(try call.text(1).trimmingSuffix(try call.text(0).string))
    },
    TemplateFunction("trimSpace", 1) { call throws(FunctionFault) in .text(try call.text(0).trimmingSpace()) },
    TemplateFunction("replaceAll", 3) { call throws(FunctionFault) in
        .text(try call.text(2).replacing(try call.text(0).string, with: try call.text(1)))
    },
    TemplateFunction("indent", 2, indent).integers(at: 0),
]

/// `join ", " list`: only a list of strings, as in consul-template.
private func join(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
    let separator = try call.text(0)
    let list = try call.list(1, of: "strings")
    guard list.kind == .string || list.elements.isEmpty, let texts = list.texts else {
        throw try call.mismatch(1, "a list of strings", hint: "sprig_join joins lists of any values")
    }
    return .text(.joined(texts, separator: separator))
}

/// `split "," text`: trims the text first, and gives an empty list for a blank one.
private func split(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
    let separator = try call.text(0).string
    let text = try call.text(1).trimmingSpace()
    if text.string.isEmpty { return .list(List([], kind: .string)) }
    return .list(List(text.split(separator: separator).map { .text($0) }, kind: .string))
}

/// `splitToMap "," "=" text`: items without the second separator are left out, the last of two with one key wins.
private func splitToMap(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
    let (itemSeparator, keySeparator) = (try call.text(0).string, try call.text(1).string)
    let text = try call.text(2).trimmingSpace()
    if text.string.isEmpty { return .map(Map([], kind: .string)) }
    var pairs: [Map.AttributedPair] = []
    for item in text.split(separator: itemSeparator) {
        guard let (key, value) = item.cut(at: keySeparator) else { continue }
        pairs.append(Map.AttributedPair(key, .text(value)))
    }
    return .map(Map(attributed: pairs, kind: .string))
}

/// `indent 4 text`: spaces before each line that is not empty.
private func indent(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
    let count = try call.integer(0)
    let text = try call.text(1)
    guard count >= 0 else { throw FunctionFault("cannot indent by \(count) spaces") }
    guard count <= largestIndent else {
        throw FunctionFault("cannot indent by \(count) spaces", hint: "the most is \(largestIndent)")
    }
    let spaces = String(repeating: " ", count: count)
    var builder = TextBuilder()
    var start = 0
    for lineFeed in text.ranges(of: "\n") {
        if lineFeed.lowerBound > start { builder.append(spaces) }
        builder.append(text.slice(start..<lineFeed.upperBound))
        start = lineFeed.upperBound
    }
    if start < text.string.utf8.count {
        builder.append(spaces)
        builder.append(text.slice(start..<text.string.utf8.count))
    }
    return .text(builder.finish())
}

private let largestIndent = 10_000

extension List {
    /// The elements' texts; nil if one is no string.
    var texts: [Text]? {
        var texts: [Text] = []
        texts.reserveCapacity(elements.count)
        for element in elements {
            guard case .text(let text) = element else { return nil }
            texts.append(text)
        }
        return texts
    }
}
