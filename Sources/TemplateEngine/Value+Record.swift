/// A record: named fields at fixed places, Go's struct. Asking it for a field it does not have is a fault.
package final class Record: Sendable {
    package let shape: Shape
    /// The address of `shape`, to be compared with that of others: to look at the shape itself would count it.
    let shapeIdentity: UInt
    /// As many as `shape` has fields, in its order.
    package let fields: [Value]
    /// A bit for each field, the lowest for the first, that is a text of nothing but plain bytes (`ByteSet.plain`);
    /// fields behind the sixty-fourth have none.
    let plainFields: UInt64
    let printed: PrintedFields

    package init(_ shape: Shape, _ fields: [Value]) {
        precondition(fields.count == shape.fieldNames.count, "a record has a value for each field of its shape")
        self.shape = shape
        // Nothing is read from the address.
        shapeIdentity = unsafe UInt(bitPattern: Unmanaged.passUnretained(shape).toOpaque())
        self.fields = fields
        var plain: UInt64 = 0
        for index in 0..<min(fields.count, UInt64.bitWidth) where fields[index].isPlainText { plain |= 1 << index }
        plainFields = plain
        printed = PrintedFields(fields, plain: plain)
    }
}

/// The names and places of a kind of record's fields; one object for all records of the kind.
package final class Shape: Sendable {
    /// Go's name of the type, for messages and `%T`: `*dependency.HealthService`.
    package let name: String
    package let fieldNames: [String]
    package let slots: [String: Int]

    package init(_ name: String, _ fieldNames: [String]) {
        self.name = name
        self.fieldNames = fieldNames
        self.slots = Dictionary(uniqueKeysWithValues: fieldNames.enumerated().map { ($1, $0) })
    }
}

extension Value {
    /// Whether it is a text of nothing but plain bytes.
    fileprivate var isPlainText: Bool {
        guard case .text(let text) = self else { return false }
        return text.string.utf8.allSatisfy(ByteSet.plain.contains)
    }
}
