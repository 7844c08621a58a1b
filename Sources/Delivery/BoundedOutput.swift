/// The beginning and the end of what a command printed; what lies between is counted and dropped.
package struct BoundedOutput: Hashable, Sendable {
    /// Bytes kept of the beginning, and again of the end.
    package static let limit = 4096

    /// The first bytes.
    package private(set) var head: [UInt8] = []
    /// How much was printed in all.
    package private(set) var count = 0

    private var kept: [UInt8] = []

    package init(_ text: String = "") { append(Array(text.utf8)) }

    /// The last bytes, none of them in `head`.
    package var tail: [UInt8] { kept.suffix(Self.limit) }

    /// Bytes that were dropped between `head` and `tail`.
    package var omitted: Int { count - head.count - tail.count }

    package mutating func append(_ bytes: [UInt8]) {
        count += bytes.count
        let first = bytes.prefix(Self.limit - head.count)
        head += first
        kept += bytes.dropFirst(first.count)
        // Cut now and then instead of at each append.
        if kept.count > 4 * Self.limit { kept.removeFirst(kept.count - Self.limit) }
    }

    /// All as text, with a line that says what is missing.
    package var text: String {
        guard omitted > 0 else { return String(decoding: head + tail, as: UTF8.self) }
        return String(decoding: head, as: UTF8.self) + "\n[\(omitted) bytes left out]\n"
            + String(decoding: tail, as: UTF8.self)
    }
}
