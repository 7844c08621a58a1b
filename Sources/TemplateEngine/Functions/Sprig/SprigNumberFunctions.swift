/// Sprig's arithmetic: on integers that anything is made to, in the order in which the operands are written.
let sprigNumberFunctions: [TemplateFunction] = [
    TemplateFunction("int", 1) { call throws(FunctionFault) in .int(try call.value(0).sprigInteger) },
    TemplateFunction("int64", 1) { call throws(FunctionFault) in .int(try call.value(0).sprigInteger) },
    TemplateFunction("add1", 1) { call throws(FunctionFault) in .int(try call.value(0).sprigInteger &+ 1) },
    folding("add", 0...Int.max) { $0 &+ $1 },
    folding("mul", 1...Int.max) { $0 &* $1 },
    folding("sub", 2...2) { $0 &- $1 },
    folding("max", 1...Int.max) { max($0, $1) },
    folding("min", 1...Int.max) { min($0, $1) },
    TemplateFunction("div", 2) { call throws(FunctionFault) in
        let (left, right) = try divisible(call)
        return .int(left.dividedReportingOverflow(by: right).partialValue)
    },
    TemplateFunction("mod", 2) { call throws(FunctionFault) in
        let (left, right) = try divisible(call)
        return .int(left.remainderReportingOverflow(dividingBy: right).partialValue)
    },
    TemplateFunction("until", 1) { call throws(FunctionFault) in
        let count = try call.integer(0)
        return try steps(from: 0, to: count, by: count < 0 ? -1 : 1)
    }.integers(at: 0),
    TemplateFunction("untilStep", 3) { call throws(FunctionFault) in
        try steps(from: try call.integer(0), to: try call.integer(1), by: try call.integer(2))
    }.integers(at: 0, 1, 2),
]

private func folding(
    _ name: String,
    _ arity: ClosedRange<Int>,
    _ combine: @escaping @Sendable (Int, Int) -> Int,
) -> TemplateFunction {
    TemplateFunction(name, arity) { call throws(FunctionFault) in
        guard let first = call.arguments.first else { return .int(0) }
        return .int(call.rest(from: 1).reduce(first.sprigInteger) { combine($0, $1.sprigInteger) })
    }
}

private func divisible(_ call: FunctionCall) throws(FunctionFault) -> (Int, Int) {
    let (left, right) = (try call.value(0).sprigInteger, try call.value(1).sprigInteger)
    guard right != 0 else { throw FunctionFault("\(left) is divided by zero") }
    return (left, right)
}

/// A step away from the end gives an empty list.
private func steps(from start: Int, to end: Int, by step: Int) throws(FunctionFault) -> Value {
    guard step != 0, (start < end) == (step > 0), start != end else { return .list(List([], kind: .int)) }
    let (distance, overflows) = end.subtractingReportingOverflow(start)
    guard !overflows, distance.magnitude / step.magnitude < 1_000_000 else {
        throw FunctionFault("a list from \(start) to \(end) by \(step) is too long")
    }
    return .list(List(stride(from: start, to: end, by: step).map { .int($0) }, kind: .int))
}

extension Value {
    /// The value as an integer, by the rules of the library that Sprig uses: floating-point numbers lose their
    /// fraction, booleans are 0 or 1, strings are read with Go's prefixes, and all else is 0.
    var sprigInteger: Int {
        switch self {
        case .int(let int): int
        case .uint(let uint): Int(truncatingIfNeeded: uint)
        case .float(let double): Int(exactly: double.rounded(.towardZero)) ?? 0
        case .bool(let bool): bool ? 1 : 0
        case .text(let text): Self.integer(text.string)
        default: 0
        }
    }

    /// `12`, `-0x1F`, `0b1`, `017` or `1_000`, and `12.00`; otherwise 0.
    private static func integer(_ string: String) -> Int {
        var digits = Substring(string)
        if let point = digits.lastIndex(of: "."), digits[digits.index(after: point)...].allSatisfy({ $0 == "0" }) {
            digits = digits[..<point]
        }
        let isNegative = digits.first == "-"
        if isNegative || digits.first == "+" { digits.removeFirst() }
        var radix = 10
        if digits.utf8.count > 1, digits.utf8.first == UInt8(ascii: "0") {
            radix =
                switch digits.dropFirst().first {
                case "x", "X": 16
                case "b", "B": 2
                default: 8
                }
            digits.removeFirst(radix == 8 && digits.dropFirst().first?.lowercased() != "o" ? 1 : 2)
        }
        let plain = digits.filter { $0 != "_" }
        guard plain.first != "+", plain.first != "-" else { return 0 }
        return Int((isNegative ? "-" : "") + plain, radix: radix) ?? 0
    }
}
