extension Value {
    /// Whether the value comes before `other` when a list is sorted: nil first, then booleans, numbers, strings. Both
    /// have an order.
    func precedes(_ other: Value) -> Bool {
        switch (self, other) {
        case (.bool(let left), .bool(let right)): !left && right
        case (.text(let left), .text(let right)): left.string.utf8.lexicographicallyPrecedes(right.string.utf8)
        default: Self.compareNumbers(self, other).map { $0 == .less } ?? (orderRank < other.orderRank)
        }
    }

    /// Whether lists can be sorted by the value: it is no list, map, record or object.
    var hasOrder: Bool { orderRank < Int.max }

    private var orderRank: Int {
        switch self {
        case .null: 0
        case .bool: 1
        case .int, .uint, .float: 2
        case .text: 3
        case .list, .map, .record, .object: .max
        }
    }

    /// Whether the value is the same as `other`; nil only equals nil.
    ///
    /// - Throws: a fault for values of types that cannot be compared: a string and a number.
    func equals(_ other: Value) throws(FunctionFault) -> Bool {
        switch (self, other) {
        case (.null, .null): return true
        case (.null, _), (_, .null): return false
        case (.bool(let left), .bool(let right)): return left == right
        case (.text(let left), .text(let right)): return left.hasSameBytes(as: right)
        case (.int, _), (.uint, _), (.float, _):
            if let order = Self.compareNumbers(self, other) { return order == .equal }
        default: break
        }
        let hint: String? = if case .text = self, other.double != nil { "write the value in quotes" } else { nil }
        throw FunctionFault("\(brief) cannot be compared with \(other.brief)", hint: hint)
    }

    private enum NumberOrder {
        case less, equal, greater, unordered
    }

    /// How two numbers compare, whatever their types; nil if one is no number.
    private static func compareNumbers(_ left: Value, _ right: Value) -> NumberOrder? {
        func order<Number: Comparable>(_ left: Number, _ right: Number) -> NumberOrder {
            left < right ? .less : left == right ? .equal : left > right ? .greater : .unordered
        }
        switch (left, right) {
        case (.int(let left), .int(let right)): return order(left, right)
        case (.uint(let left), .uint(let right)): return order(left, right)
        case (.int(let left), .uint(let right)): return left < 0 ? .less : order(UInt(left), right)
        case (.uint(let left), .int(let right)): return right < 0 ? .greater : order(left, UInt(right))
        default:
            guard let left = left.double, let right = right.double else { return nil }
            return order(left, right)
        }
    }

    /// Whether both have the same type and contents, records and all, whoever wrote them.
    func isSame(as other: Value) -> Bool {
        switch (self, other) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.int(let left), .int(let right)): left == right
        case (.uint(let left), .uint(let right)): left == right
        case (.float(let left), .float(let right)): left == right
        case (.text(let left), .text(let right)): left.hasSameBytes(as: right)
        case (.list(let left), .list(let right)):
            left.elements.elementsEqual(right.elements) { $0.isSame(as: $1) }
        case (.map(let left), .map(let right)):
            left.entries.elementsEqual(right.entries) { $0.key == $1.key && $0.value.isSame(as: $1.value) }
        case (.record(let left), .record(let right)):
            left === right
                || left.shape === right.shape && left.fields.elementsEqual(right.fields) { $0.isSame(as: $1) }
        case (.object(let left), .object(let right)): left === right
        default: false
        }
    }
}
