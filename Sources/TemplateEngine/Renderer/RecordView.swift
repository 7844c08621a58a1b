/// A record looked at where it lies: no reference to it is counted, which would cost as much as writing a field.
///
/// Whoever makes one keeps the record alive for as long as it is used.
@safe struct RecordView {
    /// `Record.shapeIdentity`.
    let shape: UInt
    let fields: UnsafeBufferPointer<Value>
    let plainFields: UInt64

    @inline(__always)
    init(_ record: Record) {
        shape = record.shapeIdentity
        plainFields = record.plainFields
        // The fields of a record never move: it is immutable, and kept alive by the caller.
        unsafe fields = record.fields.withUnsafeBufferPointer { unsafe $0 }
    }
}
