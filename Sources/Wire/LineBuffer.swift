/// Takes the lines out of a stream that comes in parts of any length: newline-delimited JSON.
package struct LineBuffer: Sendable {
    private var rest: [UInt8] = []
    /// How much of `rest` is known to hold no line end.
    private var searched = 0
    private let limit: Int

    /// - Parameter limit: How long a line may be, in bytes.
    package init(limit: Int) { self.limit = limit }

    /// Whether a line has begun.
    package var isWithinLine: Bool { !rest.isEmpty }

    /// Adds a part and takes out the lines that are whole now, the empty ones left out; nil if one is too long.
    package mutating func append(_ part: some Collection<UInt8>) -> [[UInt8]]? {
        rest.append(contentsOf: part)
        var lines: [[UInt8]] = []
        var start = 0
        while let end = rest[max(start, searched)...].firstIndex(of: UInt8(ascii: "\n")) {
            guard end - start <= limit else { return nil }
            if end > start { lines.append(Array(rest[start..<end])) }
            start = end + 1
            searched = start
        }
        if start > 0 { rest.removeSubrange(..<start) }
        searched = rest.count
        return rest.count <= limit ? lines : nil
    }
}
