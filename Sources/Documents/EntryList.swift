import Diagnostics

/// The entries of a map while it is read: each key once, in the order of the text.
struct EntryList {
    private(set) var entries: [SourceNode.Entry] = []
    /// Where each key is, once there are so many that looking at all of them takes longer.
    private var indices: [String: Int] = [:]

    /// A bit for each length and last byte of the keys: most keys are new, and this tells so without comparing them.
    private var marks: UInt64 = 0

    private static let indexedCount = 12

    /// Appends an entry. Returns a fault, and leaves the entry out, if there is one of this key.
    mutating func append(_ entry: consuming SourceNode.Entry) -> Diagnostic? {
        let mark = Self.mark(of: entry.name)
        if marks & mark != 0, let first = index(of: entry.name) {
            return entry.place.fault(
                "the key `\(entry.name)` is said twice",
                hint: "keep one of them",
                notes: [.init("it is said here first", at: entries[first].place.position)]
            )
        }
        if entries.count == Self.indexedCount {
            for (index, entry) in entries.enumerated() { indices[entry.name] = index }
        }
        if entries.count >= Self.indexedCount { indices[entry.name] = entries.count }
        if entries.isEmpty { entries.reserveCapacity(8) }
        entries.append(entry)
        marks |= mark
        return nil
    }

    /// Appends the entries whose keys are not there yet.
    mutating func merge(_ merged: [SourceNode.Entry]) {
        for entry in merged where index(of: entry.name) == nil { _ = append(entry) }
    }

    private static func mark(of name: String) -> UInt64 {
        let bytes = name.utf8
        return 1 &<< UInt64(truncatingIfNeeded: bytes.count &* 7 &+ Int(bytes.last ?? 0))
    }

    private func index(of name: String) -> Int? {
        entries.count > Self.indexedCount ? indices[name] : entries.firstIndex { $0.name == name }
    }
}
