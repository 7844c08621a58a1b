/// Operations on texts that keep track of who wrote which byte. All offsets are UTF-8 offsets.
extension Text {
    /// A text whose bytes outside of `spans` are the author's; the spans are in order and do not overlap.
    package init(_ string: String, spans: [SpanList.Span]) {
        let length = string.utf8.count
        var kept: [SpanList.Span] = []
        for span in spans {
            let range = span.range.clamped(to: 0..<length)
            guard !range.isEmpty else { continue }
            if let last = kept.last, last.source == span.source, last.sharers == span.sharers,
                last.range.upperBound == range.lowerBound
            {
                kept[kept.count - 1].range = last.range.lowerBound..<range.upperBound
            } else {
                kept.append(span.moved(to: range))
            }
        }
        if kept.isEmpty {
            self.init(string)
        } else if kept.count == 1, kept[0].range == 0..<length, kept[0].sharers.isEmpty {
            self.init(string, origin: .untrusted(kept[0].source))
        } else {
            self.init(string, origin: .mixed(SpanList(kept)))
        }
    }

    /// The untrusted parts, in order.
    package var spans: [SpanList.Span] {
        switch origin {
        case .trusted: []
        case .untrusted(let source): string.isEmpty ? [] : [SpanList.Span(0..<string.utf8.count, source)]
        case .mixed(let list): list.spans
        }
    }

    /// Whether every byte is the author's.
    package var isTrusted: Bool {
        if case .trusted = origin { true } else { false }
    }

    /// The registration that the first untrusted byte came from; nil for a trusted text.
    package var firstSource: Origin.Source? {
        switch origin {
        case .trusted: nil
        case .untrusted(let source): source
        case .mixed(let list): list.spans.first?.source
        }
    }

    /// `string` as something made of this whole text: untrusted by its first source, if any part of it is.
    ///
    /// For results whose bytes cannot be traced one by one: a decoded, replaced or reordered text.
    package func derived(_ string: String) -> Text {
        Text(string, origin: firstSource.map { .untrusted($0) } ?? .trusted)
    }

    /// The texts one after another.
    package static func concatenated(_ texts: [Text]) -> Text {
        var builder = TextBuilder()
        for text in texts { builder.append(text) }
        return builder.finish()
    }

    /// The texts with `separator` between each two.
    package static func joined(_ texts: [Text], separator: Text) -> Text {
        var builder = TextBuilder()
        for (index, text) in texts.enumerated() {
            if index > 0 { builder.append(separator) }
            builder.append(text)
        }
        return builder.finish()
    }

    /// The bytes in `range`, which is clamped to the text.
    ///
    /// A cut inside a character leaves U+FFFD there, as a `String` holds characters only; the whole piece then belongs
    /// to the first source in it.
    package func slice(_ range: Range<Int>) -> Text {
        let range = range.clamped(to: 0..<string.utf8.count)
        let utf8 = string.utf8
        let start = utf8.index(utf8.startIndex, offsetBy: range.lowerBound)
        let end = utf8.index(start, offsetBy: range.count)
        let piece = String(decoding: utf8[start..<end], as: UTF8.self)
        switch origin {
        case .trusted: return Text(piece)
        case .untrusted(let source): return Text(piece, origin: piece.isEmpty ? .trusted : .untrusted(source))
        case .mixed(let list):
            let spans = list.spans.compactMap { span -> SpanList.Span? in
                let cut = span.range.clamped(to: range)
                guard !cut.isEmpty else { return nil }
                return span.moved(to: cut.lowerBound - range.lowerBound..<cut.upperBound - range.lowerBound)
            }
            if piece.utf8.count == range.count { return Text(piece, spans: spans) }
            return Text(piece, origin: spans.first.map { .untrusted($0.source) } ?? .trusted)
        }
    }

    /// The text changed as a whole by `change`: upper case, reversed, decoded.
    ///
    /// Spans stay where they are if each byte can have kept its place (equal lengths, `keepsPlaces`); otherwise any
    /// untrusted part makes the whole result untrusted.
    package func transformed(keepsPlaces: Bool = false, whole change: (String) throws -> String) rethrows -> Text {
        let result = try change(string)
        if case .mixed(let list) = origin, keepsPlaces, result.utf8.count == string.utf8.count {
            return Text(result, spans: list.spans)
        }
        return derived(result)
    }

    /// The text with each character replaced by what `replacement` gives for it, nil for the character itself; what
    /// replaces an untrusted character is untrusted too.
    package func replacingScalars(_ replacement: (Unicode.Scalar) -> String?) -> Text {
        guard string.unicodeScalars.contains(where: { replacement($0) != nil }) else { return self }
        let spans = spans
        var result = ""
        result.reserveCapacity(string.utf8.count + 16)
        var moved: [SpanList.Span] = []
        var offset = 0
        var start = 0
        for scalar in string.unicodeScalars {
            let next = moved.count
            if next < spans.count, spans[next].range.lowerBound == offset { start = result.utf8.count }
            if let replaced = replacement(scalar) { result += replaced } else { result.unicodeScalars.append(scalar) }
            offset += UTF8.width(scalar)
            if next < spans.count, spans[next].range.upperBound <= offset {
                moved.append(spans[next].moved(to: start..<result.utf8.count))
            }
        }
        return Text(result, spans: moved)
    }

    /// The same bytes, declared the author's: for a function that has made them safe.
    package func trusted() -> Text { Text(string) }
}

/// Gathers pieces into one text, each keeping its origin.
package struct TextBuilder {
    private var string = ""
    private var spans: [SpanList.Span] = []

    package init() {}

    /// The bytes gathered so far.
    package var count: Int { string.utf8.count }

    /// Adds the author's own text.
    package mutating func append(_ literal: String) { string += literal }

    /// Adds one character of the author's own text.
    package mutating func append(_ character: Character) { string.append(character) }

    /// Adds `text` with its origin.
    package mutating func append(_ text: Text) {
        let start = string.utf8.count
        string += text.string
        switch text.origin {
        case .trusted: break
        case .untrusted(let source):
            if string.utf8.count > start { spans.append(SpanList.Span(start..<string.utf8.count, source)) }
        case .mixed(let list):
            for span in list.spans {
                spans.append(span.moved(to: start + span.range.lowerBound..<start + span.range.upperBound))
            }
        }
    }

    /// Adds `string`, written by `source`; nil is the author.
    package mutating func append(_ string: String, from source: Origin.Source?) {
        append(Text(string, origin: source.map { .untrusted($0) } ?? .trusted))
    }

    /// The text of all pieces.
    package consuming func finish() -> Text { Text(string, spans: spans) }
}
