/// Decides whether untrusted bytes are unsafe where they are written.
struct UntrustedJudge {
    /// Which bytes are unsafe in some place or other; all others need no further look.
    let suspects: ByteSet
    private let unquoted: ByteSet
    private let quoted: [UInt8: ByteSet]
    /// Whether `\` keeps the next byte from its meaning outside quotes.
    private let escapesUnquoted: Bool
    /// Whether `#` begins a comment, in which nothing but control characters has a meaning.
    private let hasComments: Bool

    init(_ unsafeBytes: UnsafeBytes) {
        func withControls(_ bytes: Set<UInt8>) -> ByteSet {
            ByteSet { $0 < 0x20 || $0 == 0x7F || bytes.contains($0) }
        }
        unquoted = withControls(unsafeBytes.unquoted)
        quoted = unsafeBytes.quoted.mapValues(withControls)
        suspects = withControls(unsafeBytes.quoted.values.reduce(unsafeBytes.unquoted) { $0.union($1) })
        escapesUnquoted = unsafeBytes.unquoted.contains(UInt8(ascii: "\\"))
        hasComments = unsafeBytes.unquoted.contains(UInt8(ascii: "#"))
    }

    /// The first byte of `output` in `range` that is unsafe there, judged by the line so far.
    func offence(in range: Range<Int>, of output: Span<UInt8>) -> UInt8? {
        let table =
            switch place(at: range.lowerBound, of: output) {
            case .unquoted: unquoted
            case .quoted(let quote): quoted[quote] ?? unquoted
            case .comment: Self.controls
            }
        for index in range where table.contains(output[index]) { return output[index] }
        return nil
    }

    private static let controls = ByteSet { $0 < 0x20 || $0 == 0x7F }

    private enum Place {
        case unquoted
        case quoted(UInt8)
        case comment
    }

    /// What the line up to `offset` has left open.
    private func place(at offset: Int, of output: Span<UInt8>) -> Place {
        var index = offset
        while index > 0, output[index - 1] != UInt8(ascii: "\n") { index -= 1 }
        var quote: UInt8?
        var previous = UInt8(ascii: " ")
        while index < offset {
            let byte = output[index]
            index += 1
            if let open = quote {
                if byte == open {
                    quote = nil
                } else if byte == UInt8(ascii: "\\"), quoted[open]?.contains(byte) == true {
                    index += 1
                }
            } else if byte == UInt8(ascii: "\\"), escapesUnquoted {
                index += 1
            } else if quoted[byte] != nil {
                quote = byte
            } else if byte == UInt8(ascii: "#"), hasComments, beginsWord(after: previous) {
                return .comment
            }
            previous = byte
        }
        return quote.map { .quoted($0) } ?? .unquoted
    }

    private func beginsWord(after byte: UInt8) -> Bool {
        isSpace(byte) || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")
    }
}
