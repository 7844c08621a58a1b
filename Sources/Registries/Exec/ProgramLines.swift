import Synchronization
import Wire

/// Takes the documents of a program that streams.
final class ProgramLines: Sendable {
    private struct Storage {
        var lines: LineBuffer
        /// Whether the last line was good.
        var isGood = false
        var wasGood = false
    }

    private let reader: PublishedReader
    private let storage: Mutex<Storage>

    /// - Parameter limit: Of a line, in bytes.
    init(limit: Int, reader: PublishedReader) {
        self.reader = reader
        storage = Mutex(Storage(lines: LineBuffer(limit: limit)))
    }

    /// Takes the next part of the output; false if a line is too long.
    func take(_ part: [UInt8]) -> Bool {
        guard let lines = storage.withLock({ $0.lines.append(part) }) else { return false }
        for line in lines where line.contains(where: { $0 > 0x20 }) {
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
    var isCut: Bool { storage.withLock { $0.lines.isWithinLine } }
}
