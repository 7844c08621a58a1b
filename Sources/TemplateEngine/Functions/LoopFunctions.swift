/// `loop n` and `loop from to`: the integers from 0 or `from` up to, but not including, the last argument.
package let loopFunctions: [TemplateFunction] = [
    TemplateFunction("loop", 1...2) { call throws(FunctionFault) in
        let last = call.arguments.count - 1
        let start = last == 0 ? 0 : try bound(call, 0)
        let end = try bound(call, last)
        guard start < end else { return .list(List([], kind: .int)) }
        let (count, overflows) = end.subtractingReportingOverflow(start)
        guard !overflows, count <= mostIterations else {
            throw FunctionFault(
                "a loop from \(start) to \(end) has too many rounds",
                hint: "the most is \(mostIterations)"
            )
        }
        return .list(List((start..<end).map { .int($0) }, kind: .int))
    }
]

private let mostIterations = 1_000_000

/// An integer, or a text that is one.
private func bound(_ call: FunctionCall, _ index: Int) throws(FunctionFault) -> Int {
    switch try call.value(index) {
    case .int(let int): return int
    case .uint(let uint): return Int(truncatingIfNeeded: uint)
    case .text(let text): return try parseInteger(text.string)
    default: throw try call.mismatch(index, "an integer or a string that is one")
    }
}
