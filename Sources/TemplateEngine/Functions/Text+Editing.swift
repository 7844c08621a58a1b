/// Finding, cutting and replacing by bytes, as Go's `strings` does it; each byte keeps its author.
extension Text {
    /// Whether the text has the same bytes as `other`; Swift's `==` would also equate composed characters.
    func hasSameBytes(as other: Text) -> Bool { string.hasSameBytes(as: other.string) }

    /// Where `needle` occurs, `limit` times at most and not overlapping; an empty needle is found before each character
    /// and at the end.
    func ranges(of needle: String, limit: Int = .max) -> [Range<Int>] {
        let bytes = Array(string.utf8)
        let needle = Array(needle.utf8)
        guard let first = needle.first else {
            let starts = bytes.indices.filter { bytes[$0] & 0xC0 != 0x80 } + [bytes.count]
            return starts.map { $0..<$0 }
        }
        var ranges: [Range<Int>] = []
        var index = 0
        while index + needle.count <= bytes.count, ranges.count < limit {
            if bytes[index] == first, bytes[index..<index + needle.count].elementsEqual(needle) {
                ranges.append(index..<index + needle.count)
                index += needle.count
            } else {
                index += 1
            }
        }
        return ranges
    }

    /// Whether `needle` occurs in the text.
    func contains(_ needle: Text) -> Bool { !ranges(of: needle.string, limit: 1).isEmpty }

    /// The parts between the separators; an empty separator cuts between characters, as Go's `strings.Split` does.
    func split(separator: String) -> [Text] {
        var ranges = ranges(of: separator)
        if separator.isEmpty {
            ranges.removeFirst()
            if !ranges.isEmpty { ranges.removeLast() }
        }
        var parts: [Text] = []
        var start = 0
        for range in ranges {
            parts.append(slice(start..<range.lowerBound))
            start = range.upperBound
        }
        if separator.isEmpty, string.isEmpty { return parts }
        parts.append(slice(start..<string.utf8.count))
        return parts
    }

    /// What is before and after the first separator; nil without one.
    func cut(at separator: String) -> (before: Text, after: Text)? {
        guard let range = ranges(of: separator, limit: 1).first else { return nil }
        return (slice(0..<range.lowerBound), slice(range.upperBound..<string.utf8.count))
    }

    /// The text with `replacement` in place of each `needle`.
    func replacing(_ needle: String, with replacement: Text) -> Text {
        let ranges = ranges(of: needle)
        guard !ranges.isEmpty else { return self }
        var builder = TextBuilder()
        var start = 0
        for range in ranges {
            builder.append(slice(start..<range.lowerBound))
            builder.append(replacement)
            start = range.upperBound
        }
        builder.append(slice(start..<string.utf8.count))
        return builder.finish()
    }

    /// The text without what it starts with, if that is `prefix`.
    func trimmingPrefix(_ prefix: String) -> Text {
        guard string.utf8.starts(with: prefix.utf8) else { return self }
        return slice(prefix.utf8.count..<string.utf8.count)
    }

    /// The text without what it ends with, if that is `suffix`.
    func trimmingSuffix(_ suffix: String) -> Text {
        guard string.utf8.reversed().starts(with: suffix.utf8.reversed()) else { return self }
        return slice(0..<string.utf8.count - suffix.utf8.count)
    }

    /// The text without the characters at both ends that `isTrimmed` names.
    func trimming(where isTrimmed: (Unicode.Scalar) -> Bool) -> Text {
        let scalars = string.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isTrimmed($0) }),
            let last = scalars.lastIndex(where: { !isTrimmed($0) })
        else { return Text("") }
        let utf8 = string.utf8
        let start = utf8.distance(from: utf8.startIndex, to: first)
        return slice(start..<utf8.distance(from: utf8.startIndex, to: scalars.index(after: last)))
    }

    /// The text without white space at both ends (Go's `strings.TrimSpace`).
    func trimmingSpace() -> Text { trimming { $0.properties.isWhitespace } }

    /// The text with each character replaced by what `write` writes for it.
    func mappingScalars(_ write: (Unicode.Scalar, inout FormatBuffer) -> Void) -> Text {
        var buffer = FormatBuffer()
        for (range, source) in segments {
            let start = buffer.bytes.count
            for scalar in slice(range).string.unicodeScalars { write(scalar, &buffer) }
            buffer.attribute(from: start, to: source)
        }
        return buffer.finish()
    }
}

extension String {
    /// Whether the bytes are the same; Swift's `==` would also equate composed characters.
    func hasSameBytes(as other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }
}
