import Diagnostics

extension Renderer {
    /// Writes the field of the dot that `site` asks for.
    @inline(__always)
    mutating func emitField(_ site: Int, at place: Int, in program: Program) throws(RenderFault) {
        if case .record(let record) = dot {
            let slot = try slot(site, in: record, program)
            emit(record.fields[slot], at: place, in: program)
        } else {
            emit(try walk(dot, from: site, count: 1, in: program), at: place, in: program)
        }
    }

    /// Writes the value at the end of a path from the dot.
    mutating func emitPath(_ operation: Operation, at place: Int, in program: Program) throws(RenderFault) {
        emit(try walk(dot, operation, in: program), at: place, in: program)
    }

    /// Writes `value` as Go prints it.
    @inline(__always)
    mutating func emit(_ value: Value, at place: Int, in program: Program) {
        switch value {
        case .text(let text):
            if case .trusted = text.origin {
                output.append(text.string)
            } else {
                emitUntrusted(text, at: place, in: program)
            }
        case .int(let int): output.append(decimal: int)
        default: emitOther(value, at: place, in: program)
        }
    }

    @inline(never)
    private mutating func emitOther(_ value: Value, at place: Int, in program: Program) {
        switch value {
        case .null: output.append("<no value>")
        case .bool(let bool): output.append(bool ? "true" : "false")
        default:
            let text = formatValue(value)
            if text.isTrusted { output.append(text.string) } else { emitUntrusted(text, at: place, in: program) }
        }
    }

    /// Writes a text of which somebody else wrote a part, and judges that part.
    private mutating func emitUntrusted(_ text: Text, at place: Int, in program: Program) {
        let start = output.count
        output.append(text.string)
        guard !output.isOverfull else { return }
        guard captures == 0 else {
            // It is judged where the gathered text is written.
            for span in text.spans {
                capturedSpans.append(
                    SpanList.Span(start + span.range.lowerBound..<start + span.range.upperBound, span.source)
                )
            }
            return
        }
        guard let judge else { return }
        if judge.isClean(text.string.utf8Span.span) { return }
        for span in text.spans {
            let range = start + span.range.lowerBound..<start + span.range.upperBound
            guard let byte = output.withBytes({ judge.offence(in: range, of: $0) }),
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
