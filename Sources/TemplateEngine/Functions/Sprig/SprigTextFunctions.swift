/// Sprig's functions on strings; unlike consul-template's they do not trim before they split.
let sprigTextFunctions: [TemplateFunction] = [
    TemplateFunction("upper", 1) { call throws(FunctionFault) in .text(try call.text(0).uppercased()) },
    TemplateFunction("lower", 1) { call throws(FunctionFault) in .text(try call.text(0).lowercased()) },
    TemplateFunction("title", 1) { call throws(FunctionFault) in .text(try call.text(0).capitalizingWords()) },
    TemplateFunction("trim", 1) { call throws(FunctionFault) in .text(try call.text(0).trimmingSpace()) },
    TemplateFunction("trimAll", 2) { call throws(FunctionFault) in
        let characters = Set(try call.text(0).string.unicodeScalars)
        return .text(try call.text(1).trimming { characters.contains($0) })
    },
    TemplateFunction("trimPrefix", 2) { call throws(FunctionFault) in
        .text(try call.text(1).trimmingPrefix(try call.text(0).string))
    },
    TemplateFunction("trimSuffix", 2) { call throws(FunctionFault) in
        .text(try call.text(1).trimmingSuffix(try call.text(0).string))
    },
    TemplateFunction("replace", 3) { call throws(FunctionFault) in
        .text(try call.text(2).replacing(try call.text(0).string, with: try call.text(1)))
    },
    TemplateFunction("contains", 2) { call throws(FunctionFault) in
        .bool(try call.text(1).contains(try call.text(0)))
    },
    TemplateFunction("hasPrefix", 2) { call throws(FunctionFault) in
        .bool(try call.text(1).string.utf8.starts(with: try call.text(0).string.utf8))
    },
    TemplateFunction("hasSuffix", 2) { call throws(FunctionFault) in
        .bool(try call.text(1).string.utf8.reversed().starts(with: try call.text(0).string.utf8.reversed()))
    },
    TemplateFunction("repeat", 2, repeated).integers(at: 0),
    TemplateFunction("trunc", 2, truncated).integers(at: 0),
    TemplateFunction("indent", 2) { call throws(FunctionFault) in .text(try indented(call)) }.integers(at: 0),
    TemplateFunction("nindent", 2) { call throws(FunctionFault) in
        .text(.concatenated([Text("\n"), try indented(call)]))
    }.integers(at: 0),
    TemplateFunction("quote", 0...Int.max) { call throws(FunctionFault) in
        let texts = call.arguments.compactMap(\.sprigText).map { formatPrintf(Text("%q"), [.text($0)]) }
        return .text(.joined(texts, separator: Text(" ")))
    },
    TemplateFunction("squote", 0...Int.max) { call throws(FunctionFault) in
        let texts = call.arguments.compactMap(\.sprigText).map { formatPrintf(Text("'%s'"), [.text($0)]) }
        return .text(.joined(texts, separator: Text(" ")))
    },
    TemplateFunction("toString", 1) { call throws(FunctionFault) in .text(try call.sprigText(0)) },
    TemplateFunction("splitList", 2) { call throws(FunctionFault) in
        let parts = try call.text(1).split(separator: try call.text(0).string)
        return .list(List(parts.map { .text($0) }, kind: .string))
    },
    TemplateFunction("join", 2) { call throws(FunctionFault) in
        .text(.joined(try call.sprigTexts(1), separator: try call.text(0)))
    },
    TemplateFunction("sortAlpha", 1) { call throws(FunctionFault) in
        let sorted = try call.sprigTexts(0)
            .sorted { $0.string.utf8.lexicographicallyPrecedes($1.string.utf8) }
        return .list(List(sorted.map { .text($0) }, kind: .string))
    },
    TemplateFunction("b64enc", 1) { call throws(FunctionFault) in
        let text = try call.text(0)
        return .text(text.derived(Base64.encode(text.string.utf8, .standard)))
    },
    TemplateFunction("b64dec", 1, decoded),
    TemplateFunction("regexMatch", 2) { call throws(FunctionFault) in
        .bool(try compiled(try call.text(0).string).matches(try call.text(1).string))
    },
    TemplateFunction("regexReplaceAll", 3) { call throws(FunctionFault) in
        let expression = try compiled(try call.text(0).string)
        return .text(try call.text(1).replacing(expression, with: try call.text(2)))
    },
]

/// The most bytes that `repeat` and `indent` make.
private let mostBytes = 16 << 20

private func repeated(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
    let count = try call.integer(0)
    let text = try call.text(1)
    guard count >= 0 else { throw FunctionFault("cannot repeat a string \(count) times") }
    let (bytes, overflows) = text.string.utf8.count.multipliedReportingOverflow(by: count)
    guard !overflows, bytes <= mostBytes else {
        throw FunctionFault("a string of \(text.string.utf8.count) bytes \(count) times is too long")
    }
    if text.string.isEmpty { return .text(text) }
    return .text(.concatenated(Array(repeating: text, count: count)))
}

/// `trunc 3 text` is the first three bytes, `trunc -3 text` the last three.
private func truncated(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
    let count = try call.integer(0)
    let text = try call.text(1)
    let length = text.string.utf8.count
    if count >= 0 { return .text(text.slice(0..<min(count, length))) }
    return .text(count > -length ? text.slice(length + count..<length) : text)
}

/// Spaces before every line, also before empty ones.
private func indented(_ call: FunctionCall) throws(FunctionFault) -> Text {
    let count = try call.integer(0)
    let text = try call.text(1)
    guard (0...10_000).contains(count) else { throw FunctionFault("cannot indent by \(count) spaces") }
    let spaces = String(repeating: " ", count: count)
    var builder = TextBuilder()
    var start = 0
    builder.append(spaces)
    for lineFeed in text.ranges(of: "\n") {
        builder.append(text.slice(start..<lineFeed.upperBound))
        builder.append(spaces)
        start = lineFeed.upperBound
    }
    builder.append(text.slice(start..<text.string.utf8.count))
    return builder.finish()
}

/// Rubbish gives Go's words for the fault as the result, as in Sprig.
private func decoded(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
    let text = try call.text(0)
    let bytes: [UInt8]
    do throws(Base64.Fault) {
        bytes = try Base64.decode(text.string, .standard)
    } catch {
        return .string("illegal base64 data at input byte \(error.offset)")
    }
    return .text(text.derived(try utf8Text(bytes, of: text.string)))
}

extension Text {
    /// The text with each word's first letter in title case (Go's `strings.Title`): words are of letters, digits and
    /// `_`.
    fileprivate func capitalizingWords() -> Text {
        var startsWord = true
        return mappingScalars { scalar, buffer in
            buffer.append(startsWord ? scalar.titlecased : scalar)
            startsWord = scalar.isWordSeparator
        }
    }
}

extension Unicode.Scalar {
    fileprivate var titlecased: Unicode.Scalar {
        let mapped = properties.titlecaseMapping.unicodeScalars
        return mapped.count == 1 ? mapped.first ?? self : self
    }

    fileprivate var isWordSeparator: Bool {
        switch self {
        case "a"..."z", "A"..."Z", "0"..."9", "_": false
        default: isASCII || properties.isWhitespace
        }
    }
}
