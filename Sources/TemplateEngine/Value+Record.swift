internal import Synchronization

/// A record: named fields at fixed places, Go's struct. Asking it for a field it does not have is a fault.
///
/// The fields are its only memory, so that looking one up misses the cache once.
@safe package struct Record: Sendable {
    /// Not counted: shapes live forever.
    private let uncountedShape: Unmanaged<Shape>
    /// As many as `shape` has fields, in its order.
    package let fields: [Value]
    /// A bit for each field, the lowest for the first, that is a text of nothing but plain bytes (`ByteSet.plain`);
    /// fields behind the sixty-fourth have none.
    let plainFields: UInt64

    package init(_ shape: Shape, _ fields: [Value]) {
        precondition(fields.count == shape.fieldNames.count, "a record has a value for each field of its shape")
        // `Shape.immortals` holds it.
        unsafe uncountedShape = .passUnretained(shape)
        self.fields = fields
        var plain: UInt64 = 0
        for index in 0..<min(fields.count, UInt64.bitWidth) where fields[index].isPlainText { plain |= 1 << index }
        plainFields = plain
    }

    package var shape: Shape {
        // `Shape.immortals` holds it.
        @inline(__always) get { unsafe uncountedShape.takeUnretainedValue() }
    }

    /// The address of its shape, to be compared with that of others: to look at the shape itself would count it.
    var shapeIdentity: UInt {
        // Nothing is read from the address.
        @inline(__always) get { unsafe UInt(bitPattern: uncountedShape.toOpaque()) }
    }

    /// Whether both are the same record, not merely equal ones: Go compares pointers.
    package static func === (left: Record, right: Record) -> Bool {
        // Addresses are compared, nothing is read.
        unsafe left.fields.withUnsafeBufferPointer { fields in
            unsafe right.fields.withUnsafeBufferPointer { unsafe fields.baseAddress == $0.baseAddress }
        }
    }
}

/// The names and places of a kind of record's fields; one object for all records of the kind, which lives forever.
package final class Shape: Sendable {
    /// Go's name of the type, for messages and `%T`: `*dependency.HealthService`.
    package let name: String
    package let fieldNames: [String]
    package let slots: [String: Int]

    /// All shapes, so that records need not count references to theirs. There are as many as there are kinds of
    /// records in the source.
    private static let immortals = Mutex<[Shape]>([])

    package init(_ name: String, _ fieldNames: [String]) {
        self.name = name
        self.fieldNames = fieldNames
        self.slots = Dictionary(uniqueKeysWithValues: fieldNames.enumerated().map { ($1, $0) })
        Self.immortals.withLock { $0.append(self) }
    }
}

extension Value {
    /// Whether it is a text of nothing but plain bytes.
    fileprivate var isPlainText: Bool {
        guard case .text(let text) = self else { return false }
        return text.string.utf8.allSatisfy(ByteSet.plain.contains)
    }
}
