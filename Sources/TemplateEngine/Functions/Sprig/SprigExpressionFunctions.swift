/// Sprig's further functions on texts: cutting, finding by regular expressions, and numbers in texts.
let sprigExpressionFunctions: [TemplateFunction] = [
    TemplateFunction("regexFind", 2) { call throws(FunctionFault) in
        let expression = try compiled(try call.text(0).string)
        let text = try call.text(1)
        return .text(expression.firstMatch(in: text.string).map { text.slice($0.range) } ?? Text(""))
    },
    TemplateFunction("regexFindAll", 3) { call throws(FunctionFault) in
        let expression = try compiled(try call.text(0).string)
        let text = try call.text(1)
        let limit = try call.integer(2)
        let matches = expression.allMatches(in: text.string).prefix(limit < 0 ? .max : limit)
        return .list(List(matches.map { .text(text.slice($0.range)) }, kind: .string))
    }.integers(at: 2),
    TemplateFunction("regexReplaceAllLiteral", 3) { call throws(FunctionFault) in
        let expression = try compiled(try call.text(0).string)
        let (text, replacement) = (try call.text(1), try call.text(2))
        var builder = TextBuilder()
        var start = 0
        for match in expression.allMatches(in: text.string) {
            builder.append(text.slice(start..<match.range.lowerBound))
            builder.append(replacement)
            start = match.range.upperBound
        }
        builder.append(text.slice(start..<text.string.utf8.count))
        return .text(builder.finish())
    },
    TemplateFunction("regexSplit", 3, splitByExpression).integers(at: 2),
    TemplateFunction("regexQuoteMeta", 1) { call throws(FunctionFault) in
        .text(try call.text(0).replacingScalars { "\\.+*?()|[]{}^$".unicodeScalars.contains($0) ? "\\\($0)" : nil })
    },
    TemplateFunction("nospace", 1) { call throws(FunctionFault) in
        .text(try call.text(0).replacingScalars { $0.properties.isWhitespace ? "" : nil })
    },
    TemplateFunction("untitle", 1) { call throws(FunctionFault) in
        var startsWord = true
        return .text(
            try call.text(0).mappingScalars { scalar, buffer in
                let lower = scalar.properties.lowercaseMapping.unicodeScalars
                buffer.append(startsWord && lower.count == 1 ? lower.first ?? scalar : scalar)
                startsWord = scalar.properties.isWhitespace
            }
        )
    },
    TemplateFunction("cat", 0...Int.max) { call throws(FunctionFault) in
        .text(.joined(call.arguments.compactMap(\.sprigText), separator: Text(" ")))
    },
    TemplateFunction("substr", 3) { call throws(FunctionFault) in
        let (start, end, text) = (try call.integer(0), try call.integer(1), try call.text(2))
        let length = text.string.utf8.count
        let bounds = start < 0 ? (0, end) : end < 0 || end > length ? (start, length) : (start, end)
        guard 0 <= bounds.0, bounds.0 <= bounds.1, bounds.1 <= length else {
            throw FunctionFault("there is no part from \(start) to \(end) of a string of \(length) bytes")
        }
        return .text(text.slice(bounds.0..<bounds.1))
    }.integers(at: 0, 1),
    TemplateFunction("plural", 3) { call throws(FunctionFault) in
        .text(try call.text(try call.integer(2) == 1 ? 0 : 1))
    }.integers(at: 2),
    TemplateFunction("split", 2) { call throws(FunctionFault) in
        numbered(try call.text(1).split(separator: try call.text(0).string))
    },
    TemplateFunction("splitn", 3) { call throws(FunctionFault) in
        let (separator, limit, text) = (try call.text(0), try call.integer(1), try call.text(2))
        var parts = text.split(separator: separator.string)
        if limit == 0 { return .map(Map([], kind: .string)) }
        if limit > 0, parts.count > limit {
            let rest = Text.joined(Array(parts[(limit - 1)...]), separator: separator)
            parts = parts.prefix(limit - 1) + [rest]
        }
        return numbered(parts)
    }.integers(at: 1),
    TemplateFunction("toStrings", 1) { call throws(FunctionFault) in
        .list(List(try call.sprigTexts(0).map { .text($0) }, kind: .string))
    },
    TemplateFunction("float64", 1) { call throws(FunctionFault) in .float(try call.value(0).sprigFloat) },
    TemplateFunction("floor", 1) { call throws(FunctionFault) in
        .float(try call.value(0).sprigFloat.rounded(.down))
    },
    TemplateFunction("ceil", 1) { call throws(FunctionFault) in .float(try call.value(0).sprigFloat.rounded(.up)) },
    TemplateFunction("round", 2...3) { call throws(FunctionFault) in
        let places = try call.integer(1)
        guard (-300...300).contains(places) else { throw FunctionFault("cannot round to \(places) places") }
        let half = call.arguments.count > 2 ? try call.value(2).sprigFloat : 0.5
        var power = 1.0
        for _ in 0..<places.magnitude { power *= 10 }
        if places < 0 { power = 1 / power }
        let scaled = try call.value(0).sprigFloat * power
        let fraction = scaled - scaled.rounded(.towardZero)
        return .float((fraction >= half ? scaled.rounded(.up) : scaled.rounded(.down)) / power)
    }.integers(at: 1),
    TemplateFunction("atoi", 1) { call throws(FunctionFault) in
        .int((try? parseInteger(try call.text(0).string)) ?? 0)
    },
    TemplateFunction("seq", 0...3, sequence),
]

/// A dictionary with `_0`, `_1` and so on as keys.
private func numbered(_ parts: [Text]) -> Value {
    .map(Map(parts.enumerated().map { (.string("_\($0.offset)"), .text($0.element)) }, kind: .string))
}

private func splitByExpression(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
    let expression = try compiled(try call.text(0).string)
    let (text, limit) = (try call.text(1), try call.integer(2))
    if limit == 0 { return .list(List([], kind: .string)) }
    var parts: [Text] = []
    var start = 0
    var end = 0
    for match in expression.allMatches(in: text.string) {
        if limit > 0, parts.count == limit - 1 { break }
        end = match.range.lowerBound
        // An empty match at the start parts nothing.
        if match.range.upperBound != 0 { parts.append(text.slice(start..<end)) }
        start = match.range.upperBound
    }
    if end != text.string.utf8.count || parts.isEmpty { parts.append(text.slice(start..<text.string.utf8.count)) }
    return .list(List(parts.map { .text($0) }, kind: .string))
}

/// `seq last`, `seq first last` and `seq first step last`: the numbers with spaces between.
private func sequence(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
    var numbers: [Int] = []
    for argument in call.arguments { numbers.append(argument.sprigInteger) }
    guard let end = numbers.last else { return .string("") }
    let start = numbers.count > 1 ? numbers[0] : 1
    let step = numbers.count > 2 ? numbers[1] : end < start ? -1 : 1
    guard step != 0, start == end || (start < end) == (step > 0) else { return .string("") }
    let (distance, overflows) = end.subtractingReportingOverflow(start)
    guard !overflows, distance.magnitude / step.magnitude < 1_000_000 else {
        throw FunctionFault("the sequence from \(start) to \(end) is too long")
    }
    return .string(stride(from: start, through: end, by: step).map { String($0) }.joined(separator: " "))
}

extension Value {
    /// The value as a floating-point number; what is none is 0.
    fileprivate var sprigFloat: Double {
        switch self {
        case .bool(let bool): bool ? 1 : 0
        case .text(let text): (try? GoFloatSyntax.parse(text.string)) ?? 0
        default: double ?? 0
        }
    }
}
