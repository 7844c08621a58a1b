import Synchronization

/// A record: named fields at fixed places, Go's struct. Asking it for a field it does not have is a fault.
///
/// What templates write most is at hand in print. The values of the fields may be made only when somebody asks for one
/// that is not.
@safe package final class Record: Sendable {
    /// `RecordLayout.number`, to be compared with that of others.
    let layoutNumber: UInt32
    /// Who wrote the untrusted texts in `printed`.
    let source: Origin.Source
    let printed: PrintedFields
    package let shape: Shape
    let layout: RecordLayout
    private let contents: (any RecordContents)?
    /// The fields once they are made; it owns them.
    private let made: Atomic<Unmanaged<Fields>?>

    private final class Fields: Sendable {
        let values: [Value]

        init(_ values: [Value]) { self.values = values }
    }

    package init(_ shape: Shape, _ fields: [Value]) {
        precondition(fields.count == shape.fieldNames.count, "a record has a value for each field of its shape")
        self.shape = shape
        layout = shape.layout
        layoutNumber = layout.number
        source = fields.lazy.compactMap(\.wholeSource).first ?? Origin.Source(0)
        var printer = FieldPrinter()
        for field in fields.prefix(RecordLayout.capacity) { printer.add(field, writtenBy: source) }
        printed = printer.finish()
        contents = nil
        unsafe made = Atomic(.passRetained(Fields(fields)))
    }

    /// A record whose fields are made when they are needed.
    ///
    /// - Parameters:
    ///   - source: Who wrote what `print` adds as untrusted.
    ///   - print: Adds what `layout` has in print, place by place.
    package init(
        _ shape: Shape,
        _ layout: RecordLayout,
        of contents: any RecordContents,
        writtenBy source: Origin.Source,
        print: (inout FieldPrinter) -> Void,
    ) {
        self.shape = shape
        self.layout = layout
        layoutNumber = layout.number
        self.source = source
        var printer = FieldPrinter()
        print(&printer)
        printed = printer.finish()
        self.contents = contents
        unsafe made = Atomic(nil)
    }

    deinit { unsafe made.load(ordering: .acquiring)?.release() }

    /// As many as `shape` has fields, in its order.
    package var fields: [Value] {
        // What is made stays as long as the record.
        if let made = unsafe made.load(ordering: .acquiring) {
            return unsafe made._withUnsafeGuaranteedRef { $0.values }
        }
        return makeFields()
    }

    @inline(never)
    private func makeFields() -> [Value] {
        let fields = contents?.fields() ?? []
        precondition(fields.count == shape.fieldNames.count, "a record has a value for each field of its shape")
        let new = unsafe Unmanaged.passRetained(Fields(fields))
        let (isFirst, first) = unsafe made.compareExchange(
            expected: nil,
            desired: new,
            ordering: .acquiringAndReleasing
        )
        if isFirst { return fields }
        // Somebody else was quicker: the fields must be the same for all.
        unsafe new.release()
        return unsafe first?.takeUnretainedValue().values ?? fields
    }

    /// The value of the field at `slot`, which is printed at `place` if it is printed.
    func value(at slot: Int, printedAt place: Int) -> Value {
        // What is made stays as long as the record.
        if let made = unsafe made.load(ordering: .acquiring) {
            return unsafe made._withUnsafeGuaranteedRef { $0.values[slot] }
        }
        return printedValue(at: place) ?? makeFields()[slot]
    }

    /// The value that is printed at `place`; nil if none is.
    func printedValue(at place: Int) -> Value? {
        printed.withView { printed in
            let place = printed[place]
            guard place.isPrinted else { return nil }
            guard place.isText else { return .int(printed.integer(at: place)) }
            return .text(Text(printed.string(at: place), origin: place.isTrusted ? .trusted : .untrusted(source)))
        }
    }
}

/// Makes a record's fields when somebody asks for them.
package protocol RecordContents: Sendable {
    /// As many as the record's shape has fields, in its order, and the same each time.
    func fields() -> [Value]
}

/// The names and places of a kind of record's fields; one object for all records of the kind.
package final class Shape: Sendable {
    /// Go's name of the type, for messages and `%T`: `*dependency.HealthService`.
    package let name: String
    package let fieldNames: [String]
    package let slots: [String: Int]
    /// The layout of records that are made of their values: the first fields, in order.
    let layout: RecordLayout

    package init(_ name: String, _ fieldNames: [String]) {
        self.name = name
        self.fieldNames = fieldNames
        self.slots = Dictionary(uniqueKeysWithValues: fieldNames.enumerated().map { ($1, $0) })
        layout = RecordLayout(fieldNames.map { [[$0]] })
    }
}

extension Value {
    /// Who wrote the whole text, if it is one that somebody else than the author wrote.
    fileprivate var wholeSource: Origin.Source? {
        if case .text(let text) = self, case .untrusted(let source) = text.origin { source } else { nil }
    }
}
