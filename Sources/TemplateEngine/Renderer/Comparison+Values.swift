extension Comparison {
    /// Compares as Go's function of this name does.
    ///
    /// - Throws: where Go's has an error: different kinds (but signed with unsigned, and anything with nil, compare),
    ///   kinds without order or equality.
    func callAsFunction(_ left: Value, _ right: Value) throws(RenderFault) -> Bool {
        switch self {
        case .eq: try Self.isEqual(left, right)
        case .ne: try !Self.isEqual(left, right)
        case .lt: try Self.isLess(left, right)
        case .le: try Self.isLessOrEqual(left, right)
        case .gt: try !Self.isLessOrEqual(left, right)
        case .ge: try !Self.isLess(left, right)
        }
    }

    private static func isEqual(_ left: Value, _ right: Value) throws(RenderFault) -> Bool {
        switch (left, right) {
        case (.bool(let left), .bool(let right)): return left == right
        case (.int(let left), .int(let right)): return left == right
        case (.uint(let left), .uint(let right)): return left == right
        case (.int(let left), .uint(let right)): return left >= 0 && left.magnitude == right
        case (.uint(let left), .int(let right)): return right >= 0 && left == right.magnitude
        case (.float(let left), .float(let right)): return left == right
        case (.text(let left), .text(let right)): return bytesEqual(left.string, right.string)
        case (.null, .null): return true
        case (.null, _), (_, .null): return false
        case (.record(let left), .record(let right)): return left === right
        case (.object(let left as ComplexNumber), .object(let right as ComplexNumber)): return left == right
        case (.object(let left), .object(let right)): return left === right
        case (.list, .list), (.map, .map):
            throw RenderFault(
                "values of type \(left.typeName) cannot be compared",
                hint: "compare their elements, or their len",
            )
        default: throw incompatible(left, right)
        }
    }

    private static func isLess(_ left: Value, _ right: Value) throws(RenderFault) -> Bool {
        switch (left, right) {
        case (.int(let left), .int(let right)): return left < right
        case (.uint(let left), .uint(let right)): return left < right
        case (.int(let left), .uint(let right)): return left < 0 || left.magnitude < right
        case (.uint(let left), .int(let right)): return right >= 0 && left < right.magnitude
        case (.float(let left), .float(let right)): return left < right
        case (.text(let left), .text(let right)): return left.string.utf8.lexicographicallyPrecedes(right.string.utf8)
        default:
            for value in [left, right] where !hasOrder(value) {
                throw RenderFault("invalid type for comparison: \(value.typeName) has no order")
            }
            throw incompatible(left, right)
        }
    }

    private static func isLessOrEqual(_ left: Value, _ right: Value) throws(RenderFault) -> Bool {
        if try isLess(left, right) { return true }
        return try isEqual(left, right)
    }

    private static func incompatible(_ left: Value, _ right: Value) -> RenderFault {
        RenderFault(
            "incompatible types for comparison: \(left.typeName) and \(right.typeName)",
            hint: isNumber(left) && isNumber(right)
                ? "write the constant as 5.0 to compare with a float"
                : "convert one of them first",
        )
    }

    private static func hasOrder(_ value: Value) -> Bool {
        if case .text = value { true } else { isNumber(value) }
    }

    private static func isNumber(_ value: Value) -> Bool {
        switch value {
        case .int, .uint, .float: true
        default: false
        }
    }
}
