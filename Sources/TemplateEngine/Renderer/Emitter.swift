import Diagnostics

/// Writes values, and judges the untrusted ones where they are written.
///
/// Apart from the renderer, so that a value can be written from where it lies in the renderer's memory.
struct Emitter: ~Copyable {
    var output: OutputBuffer
    /// Untrusted bytes that were unsafe where they were written.
    var offences: [Offence] = []
    private let judge: UntrustedJudge?
    /// The bytes that `judge` has to look at.
    private let suspects: ByteSet
    /// Whether untrusted text is judged or gathered with its spans.
    private var inspects: Bool
    /// Whether plain bytes (`ByteSet.plain`) need no look.
    private var unsuspicious: Bool
    private var offenders: Set<Offender> = []
    /// The places of operations that wrote something unsafe; finding one takes a walk through the source.
    private var positions: [Int: SourcePosition] = [:]
    /// How many frames gather text instead of writing it (`executeTemplate`), and the untrusted spans of that text.
    private var captures = 0
    private var capturedSpans: [SpanList.Span] = []

    /// A source and the operation that wrote its unsafe byte: reported once.
    private struct Offender: Hashable {
        var source: Origin.Source
        var operation: Int
    }

    /// Where text that is gathered begins.
    struct Capture {
        var start: Int
        var firstSpan: Int
    }

    init(_ output: consuming OutputBuffer, judgedBy unsafeBytes: UnsafeBytes?) {
        self.output = output
        judge = unsafeBytes.map(UntrustedJudge.init)
        suspects = judge?.suspects ?? ByteSet { _ in false }
        inspects = judge != nil
        unsuspicious = suspects.isDisjoint(with: .plain)
    }

    // MARK: Values

    /// Writes the value at `site` of `record` as Go prints it.
    @inline(__always)
    mutating func emit(_ record: RecordView, _ site: Renderer.Site, at place: Int, in program: Program) {
        let printed = record.printed[Int(site.place)]
        if printed.isPrinted, unsuspicious, output.appendIfRoom(record.printed, printed) { return }
        emitField(record, site, at: place, in: program)
    }

    @inline(never)
    private mutating func emitField(_ record: RecordView, _ site: Renderer.Site, at place: Int, in program: Program) {
        if let value = record.printedValue(at: site) {
            emit(value, at: place, in: program)
        } else {
            // Whoever made the view keeps the record alive.
            emit(unsafe record.fields.span, Int(site.slot), at: place, in: program)
        }
    }

    /// Writes the value at `index` of `values` as Go prints it.
    @inline(__always)
    mutating func emit(_ values: borrowing [Value], _ index: Int, at place: Int, in program: Program) {
        emit(values.span, index, at: place, in: program)
    }

    /// Writes the value at `index` of `values` as Go prints it.
    ///
    /// The value stays where it is: nothing that could free it is called while it is looked at, and so it need not be
    /// copied, which would cost more than writing it.
    @inline(__always)
    private mutating func emit(
        _ values: Span<Value>,
        _ index: Int,
        at place: Int,
        in program: Program,
    ) {
        let start = output.count
        var isWritten = false
        var isTrusted = false
        switch values[index] {
        case .text(let text):
            if case .trusted = text.origin { isTrusted = true }
            isWritten = output.appendIfRoom(text.string)
        case .int(let int):
            isTrusted = true
            isWritten = output.appendIfRoom(decimal: int)
        default: break
        }
        if !isWritten {
            emitOther(values, index, at: place, in: program)
        } else if !isTrusted, inspects, !isClean(from: start) {
            inspect(values, index, from: start, at: place, in: program)
        }
    }

    @inline(never)
    private mutating func emitOther(_ values: Span<Value>, _ index: Int, at place: Int, in program: Program) {
        emit(values[index], at: place, in: program)
    }

    /// Writes `value` as Go prints it.
    @inline(never)
    mutating func emit(_ value: Value, at place: Int, in program: Program) {
        switch value {
        case .null: output.append("<no value>")
        case .bool(let bool): output.append(bool ? "true" : "false")
        case .int(let int): output.append(decimal: int)
        case .text(let text): emit(text, at: place, in: program)
        default: emit(formatValue(value), at: place, in: program)
        }
    }

    mutating func emit(_ text: Text, at place: Int, in program: Program) {
        let start = output.count
        output.append(text.string)
        if case .trusted = text.origin { return }
        if inspects, !isClean(from: start) { inspect(text, from: start, at: place, in: program) }
    }

    /// Writes the text that an operation brings along.
    @inline(__always)
    mutating func writeText(_ operation: Operation, in program: Program) {
        writeText(from: Int(operation.b), count: Int(operation.c), in: program)
    }

    /// Writes text of the program.
    @inline(__always)
    mutating func writeText(from start: Int, count: Int, in program: Program) {
        guard count > 0 else { return }
        if output.appendIfRoom(program.text.span, from: start, count: count) { return }
        output.append(program.text.span.extracting(start..<start + count))
    }

    // MARK: Untrusted text

    /// Whether what was written from `start` on cannot be unsafe anywhere: the one scan that clean values cost.
    @inline(__always)
    private func isClean(from start: Int) -> Bool {
        let suspects = suspects
        return captures == 0
            && output.withBytes { bytes in
                for index in start..<bytes.count where suspects.contains(bytes[index]) { return false }
                return true
            }
    }

    @inline(never)
    private mutating func inspect(
        _ values: Span<Value>,
        _ index: Int,
        from start: Int,
        at place: Int,
        in program: Program,
    ) {
        if case .text(let text) = values[index] { inspect(text, from: start, at: place, in: program) }
    }

    /// Judges the untrusted parts of `text`, which was written from `start` on.
    @inline(never)
    private mutating func inspect(_ text: Text, from start: Int, at place: Int, in program: Program) {
        guard output.count == start + text.string.utf8.count else { return }
        for span in text.spans {
            let range = start + span.range.lowerBound..<start + span.range.upperBound
            guard captures == 0 else {
                // It is judged where the gathered text is written.
                capturedSpans.append(span.moved(to: range))
                continue
            }
            guard let judge, let byte = output.withBytes({ judge.offence(in: range, of: $0) }) else { continue }
            for source in [span.source] + span.sharers
            where offenders.insert(Offender(source: source, operation: place)).inserted {
                let position = positions[place] ?? program.sources.position(of: program.places[place].range.lowerBound)
                positions[place] = position
                offences.append(Offence(source: source, byte: byte, text: text.string, position: position))
            }
        }
    }

    /// Makes all that was written from `start` on the text of the offences behind the first `known`.
    @inline(__always)
    mutating func completeOffences(from known: Int, writtenFrom start: Int) {
        guard offences.count > known, start <= output.count else { return }
        let whole = output.string(from: start)
        for index in known..<offences.count { offences[index].text = whole }
    }

    // MARK: Gathered text

    /// Begins to gather what is written.
    mutating func beginCapture() -> Capture {
        captures += 1
        inspects = true
        unsuspicious = false
        return Capture(start: output.count, firstSpan: capturedSpans.count)
    }

    /// Takes back the text that was written since `capture` began.
    mutating func endCapture(_ capture: Capture) -> Text {
        captures -= 1
        inspects = captures > 0 || judge != nil
        unsuspicious = captures == 0 && suspects.isDisjoint(with: .plain)
        let count = output.count - capture.start
        let string = output.string(from: capture.start)
        let spans = capturedSpans[capture.firstSpan...].map {
            $0.moved(to: $0.range.lowerBound - capture.start..<$0.range.upperBound - capture.start)
        }
        output.truncate(to: capture.start)
        capturedSpans.shorten(to: capture.firstSpan)
        // Bytes that were no UTF-8 have grown: the offsets no longer hold.
        guard string.utf8.count == count else {
            return Text(string, origin: spans.first.map { .untrusted($0.source) } ?? .trusted)
        }
        return Text(string, spans: spans)
    }
}
