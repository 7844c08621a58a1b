extension Value {
    /// Go's name of the value's type, for messages and `%T`.
    package var typeName: String {
        switch self {
        case .null: "nil"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint64"
        case .float: "float64"
        case .text: "string"
        case .list(let list): "[]" + list.kind.typeName
        case .map(let map): "map[string]" + map.kind.typeName
        case .record(let record): record.shape.name
        case .object(let object): object.typeName
        }
    }

    /// Go's truth: everything but the zero value of a kind; a record always is true.
    package var isTrue: Bool {
        switch self {
        case .null: false
        case .bool(let bool): bool
        case .int(let int): int != 0
        case .uint(let uint): uint != 0
        case .float(let double): double != 0
        case .text(let text): !text.string.isEmpty
        case .list(let list): !list.elements.isEmpty
        case .map(let map): !map.entries.isEmpty
        case .object(let number as ComplexNumber): number.real != 0 || number.imaginary != 0
        case .record, .object: true
        }
    }
}

extension ElementKind {
    /// Go's name of the element's type.
    package var typeName: String {
        switch self {
        case .any: "interface {}"
        case .string: "string"
        case .int: "int64"
        case .record: "*record"
        }
    }

    /// What a missing element is.
    package var zero: Value {
        switch self {
        case .any, .record: .null
        case .string: .string("")
        case .int: .int(0)
        }
    }
}

/// Whether two strings have the same bytes, as Go compares them; Swift's `==` also takes é for e with an accent.
package func bytesEqual(_ left: String, _ right: String) -> Bool {
    guard left.utf8.count == right.utf8.count else { return false }
    return unsafe right.utf8.withContiguousStorageIfAvailable { left == (unsafe $0.span) }
        ?? left.utf8.elementsEqual(right.utf8)
}

extension String {
    /// Whether the string's UTF-8 is `bytes`.
    @inline(__always)
    static func == (left: borrowing String, bytes: Span<UInt8>) -> Bool {
        guard left.utf8.count == bytes.count else { return false }
        let isEqual = unsafe left.utf8.withContiguousStorageIfAvailable { leftBytes in
            let leftBytes = unsafe leftBytes.span
            for index in leftBytes.indices where leftBytes[index] != bytes[index] { return false }
            return true
        }
        return isEqual ?? zip(left.utf8, bytes.indices).allSatisfy { $0 == bytes[$1] }
    }
}
