import Diagnostics

extension Renderer {
    /// Writes the value at `index` of `values` as Go prints it.
    ///
    /// The value stays where it is: nothing that could free it is called while it is looked at, and so it need not be
    /// copied, which would cost more than writing it.
    @inline(__always)
    mutating func emit(_ values: Span<Value>, _ index: Int, at place: Int, in program: Program) {
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

    private mutating func emit(_ text: Text, at place: Int, in program: Program) {
        let start = output.count
        output.append(text.string)
        if case .trusted = text.origin { return }
        if inspects, !isClean(from: start) { inspect(text, from: start, at: place, in: program) }
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
        _ values: Span<Value>, _ index: Int, from start: Int, at place: Int, in program: Program,
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
                capturedSpans.append(SpanList.Span(range, span.source))
                continue
            }
            guard let judge, let byte = output.withBytes({ judge.offence(in: range, of: $0) }),
                offenders.insert(Offender(source: span.source, operation: place)).inserted
            else { continue }
            offences.append(
                Offence(
                    source: span.source, byte: byte, text: text.string,
                    position: program.sources.position(of: program.places[place].range.lowerBound),
                )
            )
        }
    }
}
