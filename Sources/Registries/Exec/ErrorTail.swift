import Synchronization

/// The end of what a program writes to standard error.
final class ErrorTail: Sendable {
    private let limit: Int
    private let bytes = Mutex<[UInt8]>([])

    /// - Parameter limit: In bytes.
    init(limit: Int) { self.limit = limit }

    /// Always wants more.
    func append(_ part: [UInt8]) -> Bool {
        bytes.withLock { bytes in
            bytes += part.suffix(limit)
            if bytes.count > 2 * limit { bytes.removeFirst(bytes.count - limit) }
        }
        return true
    }

    /// The last line that is not blank, cut at 300 characters.
    var lastLine: String? {
        let text = bytes.withLock { String(decoding: $0.suffix(limit), as: UTF8.self) }
        return text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
            .map { String($0.prefix(300)) }
    }
}
