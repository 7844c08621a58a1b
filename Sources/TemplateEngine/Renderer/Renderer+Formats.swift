extension Renderer {
    /// Writes a `printf` of plain verbs piece by piece. Where a verb does not fit its value, formatting decides.
    mutating func emitFormatted(_ operation: Operation, at place: Int, in program: Program) {
        let count = Int(operation.count)
        let first = Int(operation.a)
        let start = stack.count - count
        for index in 0..<count where !stack[start + index].isPlain(for: program.formatPieces[first + index].verb) {
            guard case .text(let format) = program.constants[Int(program.formatPieces[first + count].textStart)] else {
                return
            }
            emitter.emit(formatPrintf(format, popArguments(operation)), at: place, in: program)
            return
        }
        let begin = emitter.output.count
        let known = emitter.offences.count
        for index in 0..<count {
            let piece = program.formatPieces[first + index]
            emitter.output.append(
                program.text.span.extracting(Int(piece.textStart)..<Int(piece.textStart) + Int(piece.textCount))
            )
            emitter.emit(stack, start + index, at: place, in: program)
        }
        emitter.writeText(operation, in: program)
        stack.shorten(to: start)
        emitter.completeOffences(from: known, writtenFrom: begin)
    }

    /// The same with values from where the pieces say.
    mutating func emitFormattedFields(
        _ operation: Operation,
        at place: Int,
        in program: Program,
    ) throws(RenderFault) {
        for index in Int(operation.a)..<Int(operation.a) + Int(operation.count) {
            let piece = program.formatPieces[index]
            let start = piece.variable < 0 ? PathStart.dot : .variable(variableBase + Int(piece.variable))
            stack.append(try walk(start, from: Int(piece.site), count: Int(piece.siteCount), in: program))
        }
        emitFormatted(operation, at: place, in: program)
    }

    /// The same without a copy of the values; false, and nothing done, where something is not as usual.
    @inline(never)
    mutating func emitFormattedInPlace(
        _ operation: Operation,
        _ dot: RecordView,
        at place: Int,
        in program: Program,
    ) -> Bool {
        let pieces = Int(operation.a)..<Int(operation.a) + Int(operation.count)
        for index in pieces {
            let piece = program.formatPieces[index]
            if piece.siteCount == 0 {
                guard variables[variableBase + Int(piece.variable)].isPlain(for: piece.verb) else { return false }
            } else {
                guard let (record, site) = locate(piece, from: dot), isPlain(record, site, for: piece.verb) else {
                    return false
                }
            }
        }
        let begin = emitter.output.count
        let known = emitter.offences.count
        for index in pieces {
            let piece = program.formatPieces[index]
            emitter.writeText(from: Int(piece.textStart), count: Int(piece.textCount), in: program)
            if piece.siteCount == 0 {
                emitter.emit(variables, variableBase + Int(piece.variable), at: place, in: program)
            } else if let (record, site) = locate(piece, from: dot) {
                emitter.emit(record, site, at: place, in: program)
            }
        }
        emitter.writeText(operation, in: program)
        emitter.completeOffences(from: known, writtenFrom: begin)
        return true
    }

    /// Whether `verb` prints the field just as a template does; for a printed field without a look at the value.
    @inline(__always)
    private func isPlain(_ record: RecordView, _ site: Site, for verb: UInt8) -> Bool {
        let printed = record.printed[Int(site.place)]
        guard printed.isPrinted else { return unsafe record.fields[Int(site.slot)].isPlain(for: verb) }
        return verb != UInt8(ascii: printed.isText ? "d" : "s")
    }

    /// The record and site where the piece's value is, if all is as it was the last time.
    ///
    /// As `value(_:of:in:)`, it changes nothing.
    @inline(__always)
    private mutating func locate(_ piece: Program.FormatPiece, from dot: RecordView) -> (RecordView, Site)? {
        if piece.variable < 0 { return locate(Int(piece.site), count: Int(piece.siteCount), from: dot) }
        guard case .record(let record) = variables[variableBase + Int(piece.variable)] else { return nil }
        // The variable keeps it alive.
        return locate(Int(piece.site), count: Int(piece.siteCount), from: RecordView(record))
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
