/// A record looked at where it lies: no reference to it is counted, which would cost as much as writing a field.
///
/// Whoever makes one keeps the record alive for as long as it is used.
@safe struct RecordView {
    private let record: Unmanaged<Record>

    @inline(__always)
    init(_ record: Record) { unsafe self.record = .passUnretained(record) }

    /// `Record.shapeIdentity`.
    var shape: UInt {
        // Here and below: the record is alive, by the promise of whoever made the view.
        @inline(__always) get { unsafe record._withUnsafeGuaranteedRef { $0.shapeIdentity } }
    }

    var plainFields: UInt64 {
        @inline(__always) get { unsafe record._withUnsafeGuaranteedRef { $0.plainFields } }
    }

    /// Where the field at `slot` is printed.
    @inline(__always)
    func printed(_ slot: Int) -> PrintedFields.Place { unsafe record._withUnsafeGuaranteedRef { $0.printed[slot] } }

    /// Eight bytes of a printed field.
    @inline(__always)
    func word(_ index: Int, of place: PrintedFields.Place) -> UInt64 {
        unsafe record._withUnsafeGuaranteedRef { $0.printed.word(index, of: place) }
    }

    /// All words that a printed field can have.
    @inline(__always)
    func words(of place: PrintedFields.Place) -> (UInt64, UInt64, UInt64) {
        unsafe record._withUnsafeGuaranteedRef {
            ($0.printed.word(0, of: place), $0.printed.word(1, of: place), $0.printed.word(2, of: place))
        }
    }

    /// The fields, which never move: a record is immutable.
    var fields: UnsafeBufferPointer<Value> {
        @inline(__always)
        get { unsafe record._withUnsafeGuaranteedRef { unsafe $0.fields.withUnsafeBufferPointer { unsafe $0 } } }
    }
}
