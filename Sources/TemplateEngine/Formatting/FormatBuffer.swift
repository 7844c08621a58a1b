/// The bytes of a text in the making, and which of them somebody else wrote.
struct FormatBuffer {
    private(set) var bytes: [UInt8] = []
    private var spans: [SpanList.Span] = []

    init() { bytes.reserveCapacity(64) }

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    mutating func append(_ literal: String) { bytes.append(contentsOf: literal.utf8) }

    mutating func append(_ literal: some Collection<UInt8>) { bytes.append(contentsOf: literal) }

    mutating func append(_ scalar: Unicode.Scalar) {
        if scalar.isASCII {
            bytes.append(UInt8(truncatingIfNeeded: scalar.value))
        } else {
            bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
    }

    mutating func append(repeating byte: UInt8, count: Int) {
        guard count > 0 else { return }
        bytes.append(contentsOf: repeatElement(byte, count: count))
    }

    /// Adds `text` with its origin.
    mutating func append(_ text: Text) {
        let start = bytes.count
        bytes.append(contentsOf: text.string.utf8)
        switch text.origin {
        case .trusted: break
        case .untrusted(let source): attribute(from: start, to: source)
        case .mixed(let list):
            for span in list.spans {
                spans.append(SpanList.Span(span.range.lowerBound + start..<span.range.upperBound + start, span.source))
            }
        }
    }

    /// Declares the bytes from `start` to the end to be written by `source`; nil is the author.
    mutating func attribute(from start: Int, to source: Origin.Source?) {
        guard let source, start < bytes.count else { return }
        spans.append(SpanList.Span(start..<bytes.count, source))
    }

    consuming func finish() -> Text {
        let string = String(decoding: bytes, as: UTF8.self)
        return spans.isEmpty ? Text(string) : Text(string, spans: spans)
    }
}

extension Text {
    /// The whole text cut where its author changes; a nil source is the author of the template.
    var segments: [(range: Range<Int>, source: Origin.Source?)] {
        let length = string.utf8.count
        switch origin {
        case .trusted: return [(0..<length, nil)]
        case .untrusted(let source): return [(0..<length, source)]
        case .mixed(let list):
            var segments: [(range: Range<Int>, source: Origin.Source?)] = []
            var end = 0
            for span in list.spans {
                if span.range.lowerBound > end { segments.append((end..<span.range.lowerBound, nil)) }
                segments.append((span.range, span.source))
                end = span.range.upperBound
            }
            if end < length { segments.append((end..<length, nil)) }
            return segments
        }
    }
}
