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

    /// Writes a `printf` of plain verbs piece by piece. Where a verb does not fit its value, formatting decides.
    mutating func emitFormatted(_ operation: Operation, at place: Int, in program: Program) {
        let count = Int(operation.count)
        let first = Int(operation.a)
        let start = stack.count - count
        for index in 0..<count where !stack[start + index].isPlain(for: program.formatPieces[first + index].verb) {
            guard case .text(let format) = program.constants[Int(program.formatPieces[first + count].textStart)] else {
                return
            }
            emit(formatPrintf(format, popArguments(operation)), at: place, in: program)
            return
        }
        let begin = output.count
        let known = offences.count
        for index in 0..<count {
            let piece = program.formatPieces[first + index]
            output.append(
                program.text.span.extracting(Int(piece.textStart)..<Int(piece.textStart) + Int(piece.textCount))
            )
            emit(stack[start + index], at: place, in: program)
        }
        writeText(operation, in: program)
        stack.shorten(to: start)
        guard offences.count > known, begin <= output.count else { return }
        let whole = output.string(from: begin)
        for index in known..<offences.count { offences[index].text = whole }
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
}

extension Value {
    /// Whether `verb` prints the value just as a template does.
    fileprivate func isPlain(for verb: UInt8) -> Bool {
        switch self {
        case .text: verb != UInt8(ascii: "d")
        case .int, .uint: verb != UInt8(ascii: "s")
        case .bool: verb == UInt8(ascii: "v")
        default: false
        }
    }
}
