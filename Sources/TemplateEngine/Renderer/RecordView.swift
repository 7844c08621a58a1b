/// A record looked at where it lies: no reference to it is counted, which would cost as much as writing a field.
///
/// Whoever makes one keeps the record alive for as long as it is used.
@safe struct RecordView {
    private let record: Unmanaged<Record>

    @inline(__always)
    init(_ record: Record) { unsafe self.record = .passUnretained(record) }

    /// `Record.layoutNumber`.
    var layout: UInt32 {
        // Here and below: the record is alive, by the promise of whoever made the view.
        @inline(__always) get { unsafe record._withUnsafeGuaranteedRef { $0.layoutNumber } }
    }

    /// Where the field of the number `place` is printed.
    @inline(__always)
    func printed(_ place: Int) -> PrintedFields.Place { unsafe record._withUnsafeGuaranteedRef { $0.printed[place] } }

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

    /// The integer that is printed at `place`.
    func integer(at place: PrintedFields.Place) -> Int {
        unsafe record._withUnsafeGuaranteedRef { $0.printedInteger(at: place) }
    }

    /// The value of a field.
    func value(at site: Renderer.Site) -> Value {
        unsafe record._withUnsafeGuaranteedRef { $0.value(at: Int(site.slot), printedAt: Int(site.place)) }
    }

    /// The value that is printed at the end of a path; nil if none is.
    func printedValue(at site: Renderer.Site) -> Value? {
        unsafe record._withUnsafeGuaranteedRef { $0.printedValue(at: Int(site.place)) }
    }

    /// The fields, which never move: once made they stay as long as the record.
    var fields: UnsafeBufferPointer<Value> {
        get { unsafe record._withUnsafeGuaranteedRef { unsafe $0.fields.withUnsafeBufferPointer { unsafe $0 } } }
    }
}
