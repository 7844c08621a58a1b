/// A JSON value as a tree, for documents whose shape is not known beforehand.
package enum JSON: Sendable {
    case null
    case bool(Bool)
    /// A number written without fraction and exponent that fits an `Int`.
    case integer(Int)
    /// Any other number.
    case number(Double)
    case string(String)
    case array([JSON])
    /// Members in the document's order; a key that stands twice is there twice.
    case object([(key: String, value: JSON)])

    /// Reads a whole document; nothing but white space may follow its value.
    package init(parsing bytes: [UInt8]) throws(JSONFault) {
        var scanner = JSONScanner(bytes)
        self = try scanner.readTree()
        try scanner.finish()
    }

    /// Reads a whole document; nothing but white space may follow its value.
    package init(parsing text: String) throws(JSONFault) {
        self = try JSON(parsing: Array(text.utf8))
    }

    /// The value of an object's member; the last one where a key stands twice, as with Go. Nil for any other value.
    package subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }
}

extension JSON: Hashable {
    package static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left == right
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)):
            left.elementsEqual(right) { $0.key == $1.key && $0.value == $1.value }
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .integer(let value): hasher.combine(value)
        case .number(let value): hasher.combine(value)
        case .string(let value): hasher.combine(value)
        case .array(let elements): hasher.combine(elements)
        case .object(let members):
            for (key, value) in members {
                hasher.combine(key)
                hasher.combine(value)
            }
        }
    }
}

extension JSONScanner {
    /// Reads the next value as a tree.
    package mutating func readTree() throws(JSONFault) -> JSON {
        switch try peekKind() {
        case .null:
            _ = try readNull()
            return .null
        case .bool: return .bool(try readBool())
        case .number: return try readNumber()
        case .string: return .string(try readString())
        case .array:
            var elements: [JSON] = []
            try beginArray()
            while try nextElement() { elements.append(try readTree()) }
            return .array(elements)
        case .object:
            var members: [(key: String, value: JSON)] = []
            try beginObject()
            while let key = try nextKey() { members.append((key, try readTree())) }
            return .object(members)
        }
    }
}
