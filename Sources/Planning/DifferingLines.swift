#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The lines of two versions of a file between what is the same at their beginnings and ends, with some of the lines around.
struct DifferingLines {
    /// How many lines are before these, the same in both.
    let linesBefore: Int
    /// Each line with its line end.
    let old: [Range<Int>]
    let new: [Range<Int>]
    /// Whether the files end with them.
    let isLast: Bool

    private static let newline = UInt8(ascii: "\n")

    /// - Parameters:
    ///   - before: How many of the same lines before the first difference are among them.
    ///   - behind: How many of those behind the last.
    init(_ old: Span<UInt8>, _ new: Span<UInt8>, before: Int, behind: Int) {
        let same = Self.sameEnds(old, new)
        var start = Self.lineStart(at: same.start, in: old)
        for _ in 0..<before where start > 0 { start = Self.lineStart(at: start - 1, in: old) }
        // The line end before the first of them has to be the same too.
        var end = Self.lineEnd(at: old.count - same.end, in: old)
        for _ in 0..<behind where end < old.count { end = Self.lineEnd(at: end, in: old) }
        isLast = end == old.count
        var (count, next) = (0, 0)
        while next < start { (count, next) = (count + 1, Self.lineEnd(at: next, in: old)) }
        linesBefore = count
        self.old = Self.lines(in: start..<end, of: old)
        self.new = Self.lines(in: start..<new.count - (old.count - end), of: new)
    }

    /// How many bytes the two begin and end with alike, neither counted twice.
    private static func sameEnds(_ old: Span<UInt8>, _ new: Span<UInt8>) -> (start: Int, end: Int) {
        let shorter = min(old.count, new.count)
        let width = MemoryLayout<UInt64>.size
        var start = 0
        while start + width <= shorter, word(old, start) == word(new, start) { start += width }
        while start < shorter, old[start] == new[start] { start += 1 }
        var end = 0
        while end + width <= shorter - start,
            word(old, old.count - end - width) == word(new, new.count - end - width)
        {
            end += width
        }
        while end < shorter - start, old[old.count - 1 - end] == new[new.count - 1 - end] { end += 1 }
        return (start, end)
    }

    /// The eight bytes at `offset`, which have to be there.
    private static func word(_ bytes: Span<UInt8>, _ offset: Int) -> UInt64 {
        // Any eight bytes are a number; that they are there is checked.
        unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    /// Where the line begins that has the byte at `offset`.
    private static func lineStart(at offset: Int, in bytes: Span<UInt8>) -> Int {
        var start = offset
        while start > 0, bytes[start - 1] != newline { start -= 1 }
        return start
    }

    /// Where the line ends that has the byte at `offset`.
    static func lineEnd(at offset: Int, in bytes: Span<UInt8>) -> Int {
        unsafe bytes.withUnsafeBytes { all in
            // The C library looks at many bytes at once; at these and no others.
            guard offset < all.count, let start = unsafe all.baseAddress.map({ unsafe $0 + offset }),
                let found = unsafe memchr(start, Int32(newline), all.count - offset)
            else { return all.count }
            return unsafe offset + (UnsafeRawPointer(found) - start) + 1
        }
    }

    private static func lines(in range: Range<Int>, of bytes: Span<UInt8>) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let end = lineEnd(at: start, in: bytes)
            lines.append(start..<end)
            start = end
        }
        return lines
    }
}
