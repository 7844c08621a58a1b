/// A record looked at where it lies: no reference to it is counted, which would cost as much as writing a field.
///
/// Whoever makes one keeps the record alive for as long as it is used.
@safe struct RecordView {
    private let record: Unmanaged<Record>
    /// What the record has in print.
    let printed: PrintedFields.View

    @inline(__always)
    init(_ record: Record) {
        unsafe self.record = .passUnretained(record)
        // Here and below: the record is alive, by the promise of whoever makes the view.
        printed = record.printed.withView { $0 }
    }

    /// `Record.layoutNumber`.
    var layout: UInt32 {
        @inline(__always) get { unsafe record._withUnsafeGuaranteedRef { $0.layoutNumber } }
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
        unsafe record._withUnsafeGuaranteedRef { unsafe $0.fields.withUnsafeBufferPointer { unsafe $0 } }
    }
}
