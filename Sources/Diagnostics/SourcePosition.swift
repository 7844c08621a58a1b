/// A place in a file that a person wrote: a template, the configuration, a registry file.
package struct SourcePosition: Hashable, Sendable, Comparable {
    /// The file as the user named it.
    package var file: String
    /// The line, counted from 1.
    package var line: Int
    /// The column in characters (not bytes), counted from 1.
    package var column: Int

    /// A place in `file`; lines and columns count from 1.
    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// The place of the byte at `offset` (0 up to and including the length) in `text`.
    package init(file: String, offset: Int, in text: some Collection<UInt8>) {
        var line = 1
        var column = 1
        for byte in text.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        self.init(file: file, line: line, column: column)
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}

extension SourcePosition: CustomStringConvertible {
    /// `file:line:column`, the form that editors and terminals make clickable.
    package var description: String { "\(file):\(line):\(column)" }
}
