extension Compiler {
    /// Writes a pipeline that ends in `printf` with a plain constant format piece by piece; false if it is not one.
    mutating func emitFormatted(_ pipeline: SyntaxTree.Pipeline) -> Bool {
        guard let command = pipeline.commands.last, case .function("printf") = command.head.kind,
            command.head.fields.isEmpty, functions["printf"] == nil,
            let first = command.arguments.first, case .constant(.text(let format)) = first.kind,
            let pieces = plainPieces(of: format.string)
        else { return false }
        let isPiped = pipeline.commands.count > 1
        let count = command.arguments.count - 1 + (isPiped ? 1 : 0)
        guard pieces.count == count + 1 else { return false }
        let operands = Array(command.arguments.dropFirst())
        let areFields = !isPiped && operands.allSatisfy(isField)
        if !areFields {
            for (index, command) in pipeline.commands.dropLast().enumerated() { value(of: command, isPiped: index > 0) }
            for operand in operands { value(of: operand) }
            if isPiped, !operands.isEmpty { add(.roll, at: command.range, count: operands.count) }
        }
        let start = program.formatPieces.count
        var places: [Range<Int>] = []
        for piece in pieces {
            places.append(program.text.count..<program.text.count + piece.text.count)
            program.text += piece.text
        }
        for (index, (piece, place)) in zip(pieces, places).dropLast().enumerated() {
            var formatPiece = Program.FormatPiece(
                verb: piece.verb,
                textStart: Int32(clamping: place.lowerBound),
                textCount: Int32(clamping: place.count),
            )
            if areFields {
                if case .variable(let name) = operands[index].kind {
                    formatPiece.variable = Int32(clamping: slot(of: name) ?? 0)
                }
                formatPiece.site = Int32(clamping: path(operands[index].fields))
                formatPiece.siteCount = Int32(clamping: operands[index].fields.count)
            }
            program.formatPieces.append(formatPiece)
        }
        program.formatPieces.append(
            Program.FormatPiece(verb: 0, textStart: Int32(clamping: constant(.text(format))), textCount: 0)
        )
        let tail = places.last ?? 0..<0
        add(
            areFields ? .emitFormattedFields : .emitFormatted,
            at: pipeline.range,
            count: count,
            a: start,
            b: tail.lowerBound,
            c: tail.count,
        )
        return true
    }

    /// Whether the operand is a field or a variable.
    private func isField(_ operand: SyntaxTree.Operand) -> Bool {
        switch operand.kind {
        case .dot: !operand.fields.isEmpty
        case .variable(let name): slot(of: name) != nil
        default: false
        }
    }

    /// The texts of a format, each with the verb that ends it (0 for the last); nil if it has flags or other verbs.
    private func plainPieces(of format: String) -> [(text: [UInt8], verb: UInt8)]? {
        var pieces: [(text: [UInt8], verb: UInt8)] = []
        var text: [UInt8] = []
        var bytes = format.utf8.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "%") else {
                text.append(byte)
                continue
            }
            switch bytes.next() {
            case UInt8(ascii: "%"): text.append(byte)
            case let verb? where verb == UInt8(ascii: "s") || verb == UInt8(ascii: "d") || verb == UInt8(ascii: "v"):
                pieces.append((text, verb))
                text = []
            default: return nil
            }
        }
        pieces.append((text, 0))
        return pieces
    }
}
