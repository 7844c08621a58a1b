import TemplateEngine

/// Bytes being written, with account of which of them came from registrations.
struct AttributedBytes {
    private(set) var bytes: [UInt8] = []
    private var spans: [SpanList.Span] = []

    /// Writes the author's own bytes.
    mutating func append(_ literal: String) { bytes.append(contentsOf: literal.utf8) }

    /// Writes a character that `source` chose; nil is the author.
    mutating func append(_ scalar: Unicode.Scalar, from source: Origin.Source?) {
        let start = bytes.count
        if scalar.isASCII {
            bytes.append(UInt8(truncatingIfNeeded: scalar.value))
        } else {
            bytes.append(contentsOf: String(scalar).utf8)
        }
        attribute(from: start, to: source)
    }

    /// Writes what stands for something that `source` chose.
    mutating func append(_ string: String, from source: Origin.Source?) {
        let start = bytes.count
        bytes.append(contentsOf: string.utf8)
        attribute(from: start, to: source)
    }

    private mutating func attribute(from start: Int, to source: Origin.Source?) {
        guard let source, start < bytes.count else { return }
        if let last = spans.last, last.source == source, last.range.upperBound == start {
            spans[spans.count - 1].range = last.range.lowerBound..<bytes.count
        } else {
            spans.append(SpanList.Span(start..<bytes.count, source))
        }
    }

    /// What was written, without white space at both ends: consul-template trims what its encoders write.
    consuming func finish() -> Text {
        Text(String(decoding: bytes, as: UTF8.self), spans: spans).trimmingWhiteSpace()
    }
}

extension Text {
    /// The text without ASCII white space at both ends.
    fileprivate func trimmingWhiteSpace() -> Text {
        let utf8 = string.utf8
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        let leading = utf8.prefix(while: isSpace).count
        let trailing = utf8.reversed().prefix(while: isSpace).count
        return leading + trailing == 0 ? self : slice(leading..<max(leading, utf8.count - trailing))
    }
}

extension Text {
    /// The characters, each with who wrote it.
    var attributedScalars: [(scalar: Unicode.Scalar, source: Origin.Source?)] {
        let spans = spans
        var next = spans.startIndex
        var offset = 0
        return string.unicodeScalars.map { scalar in
            while next < spans.endIndex, spans[next].range.upperBound <= offset { next += 1 }
            let isInside = next < spans.endIndex && spans[next].range.lowerBound <= offset
            offset += UTF8.width(scalar)
            return (scalar, isInside ? spans[next].source : nil)
        }
    }
}
