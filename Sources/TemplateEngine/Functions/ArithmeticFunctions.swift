/// Arithmetic in consul-template's order: the second argument is the left operand, so that `10 | divide 3` is 3.
///
/// Integers wrap around; with a floating-point number on one side the result is one.
package let arithmeticFunctions: [TemplateFunction] = [
    arithmetic("add", { $0 &+ $1 }, { $0 &+ $1 }, { $0 + $1 }),
    arithmetic("subtract", { $0 &- $1 }, { $0 &- $1 }, { $0 - $1 }),
    arithmetic("multiply", { $0 &* $1 }, { $0 &* $1 }, { $0 * $1 }),
    arithmetic("divide", quotient, quotient, { $0 / $1 }),
    arithmetic("modulo", remainder, remainder, nil),
    TemplateFunction("minimum", 2) { call throws(FunctionFault) in
        try Operands(call).leftPrecedes ? call.value(1) : call.value(0)
    },
    TemplateFunction("maximum", 2) { call throws(FunctionFault) in
        try Operands(call).rightPrecedes ? call.value(1) : call.value(0)
    },
]

/// The operands of a call brought to one type, as consul-template does.
private enum Operands {
    case ints(Int, Int)
    case uints(UInt, UInt)
    case floats(Double, Double)

    init(_ call: FunctionCall) throws(FunctionFault) {
        switch (try call.value(1), try call.value(0)) {
        case (.int(let left), .int(let right)): self = .ints(left, right)
        case (.int(let left), .uint(let right)): self = .ints(left, Int(truncatingIfNeeded: right))
        case (.uint(let left), .int(let right)): self = .ints(Int(truncatingIfNeeded: left), right)
        case (.uint(let left), .uint(let right)): self = .uints(left, right)
        case (let left, let right):
            guard let first = left.double else { throw try Self.refused(call, 1) }
            guard let second = right.double else { throw try Self.refused(call, 0) }
            self = .floats(first, second)
        }
    }

    private static func refused(_ call: FunctionCall, _ index: Int) throws(FunctionFault) -> FunctionFault {
        let hint: String? =
            if case .text = try call.value(index) { "parseInt and parseFloat make numbers of strings" } else { nil }
        return try call.mismatch(index, "a number", hint: hint)
    }

    /// Whether the left operand is the lesser one.
    var leftPrecedes: Bool {
        switch self {
        case .ints(let left, let right): left < right
        case .uints(let left, let right): left < right
        case .floats(let left, let right): left < right
        }
    }

    /// Whether the right operand is the lesser one; neither is where one is NaN.
    var rightPrecedes: Bool {
        switch self {
        case .ints(let left, let right): right < left
        case .uints(let left, let right): right < left
        case .floats(let left, let right): right < left
        }
    }
}

private typealias IntegerOperation<Number> = @Sendable (Number, Number) throws(FunctionFault) -> Number

private func arithmetic(
    _ name: String,
    _ ints: @escaping IntegerOperation<Int>,
    _ uints: @escaping IntegerOperation<UInt>,
    _ floats: (@Sendable (Double, Double) -> Double)?,
) -> TemplateFunction {
    TemplateFunction(name, 2) { call throws(FunctionFault) in
        switch try Operands(call) {
        case .ints(let left, let right): return .int(try ints(left, right))
        case .uints(let left, let right): return .uint(try uints(left, right))
        case .floats(let left, let right):
            guard let floats else {
                let index = if case .float = try call.value(1) { 1 } else { 0 }
                throw try call.mismatch(index, "an integer")
            }
            return .float(floats(left, right))
        }
    }
}

@Sendable private func quotient<Number: FixedWidthInteger>(
    _ left: Number,
    _ right: Number,
) throws(FunctionFault) -> Number {
    guard right != 0 else { throw FunctionFault("\(left) is divided by zero") }
    return left.dividedReportingOverflow(by: right).partialValue
}

@Sendable private func remainder<Number: FixedWidthInteger>(
    _ left: Number,
    _ right: Number,
) throws(FunctionFault) -> Number {
    guard right != 0 else { throw FunctionFault("\(left) is divided by zero") }
    return left.remainderReportingOverflow(dividingBy: right).partialValue
}

extension Value {
    /// The value of a number.
    var double: Double? {
        switch self {
        case .int(let int): Double(int)
        case .uint(let uint): Double(uint)
        case .float(let double): double
        default: nil
        }
    }
}
