extension RegularExpression {
    /// A part of a text after replacement, so that a caller knows who wrote which bytes.
    package enum Piece: Hashable, Sendable {
        /// Bytes of the text that was searched: outside of matches, or what a group matched.
        case input(Range<Int>)
        /// Text of the template.
        case literal(String)
    }

    /// `text` with every match replaced by `template`, as Go's `ReplaceAllString`.
    ///
    /// In the template `$1` and `${1}` stand for what the group matched, `$name` and `${name}` for a named one, and
    /// `$$` for a dollar. A name is as long as it can be: `$1x` is the group named `1x`. A group that does not exist or
    /// took no part is empty, and a dollar that begins none of these stands for itself.
    package func replacingAll(in text: String, with template: String) -> String {
        let bytes = text.utf8.span
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for piece in replacementPieces(in: text, with: template) {
            switch piece {
            case .input(let range): for offset in range { result.append(bytes[offset]) }
            case .literal(let literal): result.append(contentsOf: literal.utf8)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The parts of `replacingAll(in:with:)` in order, none of them empty.
    package func replacementPieces(in text: String, with template: String) -> [Piece] {
        replacementPieces(in: text, with: ReplacementTemplate(template, groupNames: groupNames))
    }

    /// The parts of `text` with every match replaced by `replacement` as it is, as Go's `ReplaceAllLiteralString`.
    package func replacementPieces(in text: String, withLiteral replacement: String) -> [Piece] {
        replacementPieces(in: text, with: ReplacementTemplate(literal: replacement))
    }

    private func replacementPieces(in text: String, with template: ReplacementTemplate) -> [Piece] {
        var pieces: [Piece] = []
        func append(_ range: Range<Int>) {
            guard !range.isEmpty else { return }
            if case .input(let last) = pieces.last, last.upperBound == range.lowerBound {
                pieces[pieces.count - 1] = .input(last.lowerBound..<range.upperBound)
            } else {
                pieces.append(.input(range))
            }
        }
        var end = 0
        for match in matches(in: text, slotCount: 2 * (template.highestGroup + 1), limit: Int.max) {
            append(end..<match.range.lowerBound)
            for part in template.parts {
                switch part {
                case .literal(let literal): pieces.append(.literal(literal))
                case .groups(let numbers):
                    if let range = numbers.lazy.compactMap({ match.groups[$0] }).first { append(range) }
                }
            }
            end = match.range.upperBound
        }
        append(end..<text.utf8.count)
        return pieces
    }
}
