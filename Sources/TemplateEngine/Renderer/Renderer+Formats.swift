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
        guard emitter.offences.count > known, begin <= emitter.output.count else { return }
        let whole = emitter.output.string(from: begin)
        for index in known..<emitter.offences.count { emitter.offences[index].text = whole }
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
