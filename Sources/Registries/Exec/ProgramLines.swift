import Synchronization

/// Takes the documents of a program that streams.
final class ProgramLines: Sendable {
    private struct Storage {
        var splitter: LineSplitter
        /// Whether the last line was good.
        var isGood = false
        var wasGood = false
    }

    private let reader: PublishedReader
    private let storage: Mutex<Storage>

    /// - Parameter limit: Of a line, in bytes.
    init(limit: Int, reader: PublishedReader) {
        self.reader = reader
        storage = Mutex(Storage(splitter: LineSplitter(limit: limit)))
    }

    /// Takes the next part of the output; false if a line is too long.
    func take(_ part: [UInt8]) -> Bool {
        guard let lines = storage.withLock({ $0.splitter.append(part) }) else { return false }
        for line in lines {
            let isGood = reader.take(line)
            storage.withLock { storage in
                storage.isGood = isGood
                if isGood { storage.wasGood = true }
            }
        }
        return true
    }

    /// What stands, and is not taken back, is said again; its leases are as old as it is.
    func confirm() {
        if storage.withLock(\.isGood) { reader.confirm(renewing: false) }
    }

    var wasGood: Bool { storage.withLock(\.wasGood) }

    /// Whether the last line has no end.
    var isCut: Bool { storage.withLock { !$0.splitter.rest.isEmpty } }
}

/// The lines of a text that comes in parts.
struct LineSplitter: Sendable {
    /// The longest line that is taken, in bytes.
    private let limit: Int
    /// What came after the last line's end.
    private(set) var rest: [UInt8] = []

    init(limit: Int) { self.limit = limit }

    /// Takes the next part, and gives the lines that it completes, blank ones left out; nil if one is too long.
    mutating func append(_ part: [UInt8]) -> [[UInt8]]? {
        var lines: [[UInt8]] = []
        var left = part[...]
        while let end = left.firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest + left[..<end]
            rest = []
            left = left[left.index(after: end)...]
            guard line.count <= limit else { return nil }
            if line.contains(where: { $0 > 0x20 }) { lines.append(line) }
        }
        rest += left
        return rest.count <= limit ? lines : nil
    }
}
