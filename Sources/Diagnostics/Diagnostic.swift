/// A fault in something a person wrote, with its place and what to do about it.
package struct Diagnostic: Error, Hashable, Sendable {
    /// How bad it is: an error refuses the input, a warning does not.
    package enum Severity: String, Hashable, Sendable {
        case error
        case warning
    }

    /// A further place that helps to understand the fault: the `include` or `template` that led to it, the other
    /// of two definitions that clash.
    package struct Note: Hashable, Sendable {
        package var message: String
        package var position: SourcePosition?

        package init(_ message: String, at position: SourcePosition? = nil) {
            self.message = message
            self.position = position
        }
    }

    package var severity: Severity
    /// What is wrong, in one sentence without a full stop.
    package var message: String
    /// Where it is, unless the fault is of the whole (a file that is missing).
    package var position: SourcePosition?
    /// The line of source at `position`, without its line end.
    package var sourceLine: String?
    /// How many characters the caret underlines, at least 1.
    package var length: Int
    /// What to do next, in one sentence without a full stop.
    package var hint: String?
    package var notes: [Note]

    package init(
        _ message: String,
        severity: Severity = .error,
        at position: SourcePosition? = nil,
        sourceLine: String? = nil,
        length: Int = 1,
        hint: String? = nil,
        notes: [Note] = [],
    ) {
        self.severity = severity
        self.message = message
        self.position = position
        self.sourceLine = sourceLine
        self.length = max(length, 1)
        self.hint = hint
        self.notes = notes
    }

    /// A fault at the bytes `range` of `text`, the content of `file`.
    package init(
        _ message: String,
        severity: Severity = .error,
        file: String,
        text: some Collection<UInt8>,
        range: Range<Int>,
        hint: String? = nil,
        notes: [Note] = [],
    ) {
        let bytes = Array(text)
        let offset = min(max(range.lowerBound, 0), bytes.count)
        let newline = UInt8(ascii: "\n")
        let start = bytes[..<offset].lastIndex(of: newline).map { $0 + 1 } ?? 0
        let end = bytes[offset...].firstIndex(of: newline) ?? bytes.count
        let marked = bytes[offset..<max(offset, min(range.upperBound, end))]
        self.init(
            message,
            severity: severity,
            at: SourcePosition(file: file, offset: offset, in: bytes),
            sourceLine: String(decoding: bytes[start..<end], as: UTF8.self),
            length: marked.count { $0 & 0xC0 != 0x80 },
            hint: hint,
            notes: notes,
        )
    }
}

extension Diagnostic: CustomStringConvertible {
    /// The fault as a compiler prints it: `file:line:column: error: …`, the line, a caret, the hint.
    package var description: String { rendered(colour: false) }

    /// The fault for a terminal, with ANSI colours if `colour`.
    package func rendered(colour: Bool) -> String {
        func paint(_ text: String, _ code: String) -> String { colour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
        let place = position.map { paint("\($0):", "1") + " " } ?? ""
        let label = paint("\(severity.rawValue):", severity == .error ? "1;31" : "1;33")
        var lines = ["\(place)\(label) \(printable(message))"]
        if let position, let sourceLine {
            let number = String(position.line)
            let gutter = String(repeating: " ", count: number.count)
            let (shown, column) = Self.excerpt(of: sourceLine, around: max(position.column, 1))
            // Tabs are kept so that the caret stands under its character however wide the terminal makes them.
            let indent = String(shown.unicodeScalars.prefix(column - 1).map { $0 == "\t" ? "\t" : " " })
            let room = max(1, shown.unicodeScalars.count - column + 1)
            let caret = "^" + String(repeating: "~", count: min(length, room) - 1)
            lines.append(" \(number) | \(shown)")
            lines.append(" \(gutter) | \(indent)\(paint(caret, "1;32"))")
        }
        for note in notes {
            lines.append(
                note.position.map { "\($0): note: \(printable(note.message))" } ?? "note: \(printable(note.message))"
            )
        }
        if let hint { lines.append(paint("hint:", "1;36") + " \(printable(hint))") }
        return lines.joined(separator: "\n")
    }
}

extension Diagnostic {
    /// The most characters of a source line that are shown.
    private static let widestExcerpt = 160

    /// The part of a line round its column that fits a terminal, and the column in that part.
    private static func excerpt(of line: String, around column: Int) -> (text: String, column: Int) {
        // A scalar each, so that the caret keeps its place.
        let visible = line.unicodeScalars.map { isControl($0) && $0 != "\t" ? "\u{FFFD}" : $0 }
        let column = min(column, visible.count + 1)
        let start = max(0, min(column - 1 - widestExcerpt / 2, visible.count - widestExcerpt))
        let part = visible[start..<min(visible.count, start + widestExcerpt)]
        var text = String(String.UnicodeScalarView(part))
        if start > 0 { text = "…" + text }
        if part.endIndex < visible.count { text += "…" }
        return (text, column - start + (start > 0 ? 1 : 0))
    }
}

/// `text` with control characters other than the tab made visible, so that hostile input cannot drive a terminal.
package func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { isControl($0) && $0 != "\t" }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\t": result.unicodeScalars.append(scalar)
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        default:
            if isControl(scalar) {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
    return result
}

/// Whether a terminal may take `scalar` for a command: C0, DEL and C1.
private func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
}
