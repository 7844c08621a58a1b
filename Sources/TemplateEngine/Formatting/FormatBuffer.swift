/// The bytes of a text in the making, and which of them somebody else wrote.
struct FormatBuffer {
    private(set) var bytes: [UInt8] = []
    private var spans: [SpanList.Span] = []

    init() { bytes.reserveCapacity(64) }

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    mutating func append(_ literal: String) { bytes.append(contentsOf: literal.utf8) }

    mutating func append(_ literal: some Collection<UInt8>) { bytes.append(contentsOf: literal) }

    mutating func append(_ literal: Span<UInt8>) {
        // A buffer is appended in one copy, which spans have no operation for.
        unsafe literal.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    }

    /// Adds an integer in decimal.
    mutating func append(decimal integer: Int) {
        if integer < 0 { bytes.append(UInt8(ascii: "-")) }
        var digits = InlineArray<20, UInt8>(repeating: UInt8(ascii: "0"))
        var start = 20
        var rest = integer.magnitude
        repeat {
            start -= 1
            digits[start] += UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        append(digits.span.extracting(start..<20))
    }

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
                append(span.moved(to: start + span.range.lowerBound..<start + span.range.upperBound))
            }
        }
    }

    /// Declares the bytes from `start` to the end to be written by `source`; nil is the author.
    mutating func attribute(from start: Int, to source: Origin.Source?) {
        guard let source, start < bytes.count else { return }
        append(SpanList.Span(start..<bytes.count, source))
    }

    private mutating func append(_ span: SpanList.Span) {
        if let last = spans.last, last.range.upperBound == span.range.lowerBound, last.source == span.source,
            last.sharers == span.sharers
        {
            spans[spans.count - 1].range = last.range.lowerBound..<span.range.upperBound
        } else {
            if spans.isEmpty { spans.reserveCapacity(4) }
            spans.append(span)
        }
    }

    consuming func finish() -> Text {
        let string = String(decoding: bytes, as: UTF8.self)
        guard let first = spans.first else { return Text(string) }
        let isWhole = first.range == 0..<bytes.count && first.sharers.isEmpty
        return Text(string, origin: isWhole ? .untrusted(first.source) : .mixed(SpanList(spans)))
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
