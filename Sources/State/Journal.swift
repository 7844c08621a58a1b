/// What a target's journal holds: its record as it was written last, and its history.
package struct Journal: Hashable, Sendable {
    /// How many entries of history are kept unless said otherwise.
    package static let usualDepth = 20

    package var record: TargetRecord
    /// The oldest first.
    package private(set) var history: [HistoryEntry]

    package init(record: TargetRecord, history: [HistoryEntry] = []) {
        self.record = record
        self.history = history
    }

    /// Adds what became of a delivery, and gives it its number. The same outcome of the same revision once more is the last
    /// entry again: retries of one failure do not push everything else out.
    ///
    /// - Returns: the entry as it stands in the history.
    package mutating func note(_ entry: HistoryEntry, keeping depth: Int) -> HistoryEntry {
        var entry = entry
        if let last = history.last, last.revision == entry.revision, last.outcome == entry.outcome, !entry.isInForce {
            entry.number = last.number
            entry.attempts = last.attempts + 1
            entry.reason = last.reason
            history.removeLast()
        } else {
            entry.number = (history.last?.number ?? 0) + 1
        }
        put(entry)
        trim(to: depth)
        return entry
    }

    /// Takes over an entry that was read; one of the same number is replaced.
    mutating func put(_ entry: HistoryEntry) {
        if let index = history.lastIndex(where: { $0.number == entry.number }) { history.remove(at: index) }
        history.append(entry)
    }

    /// Drops the entry of this number.
    mutating func forget(_ number: Int) { history.removeAll { $0.number == number } }

    /// Drops the oldest entries. What failed takes no more than half of the places: while a fault lasts and the registry goes
    /// on changing, there is still something to go back to.
    mutating func trim(to depth: Int) {
        while history.count > depth {
            let failed = history.count { !$0.isInForce }
            let oldest = history.dropLast().firstIndex { !$0.isInForce }
            history.remove(at: failed * 2 > depth ? oldest ?? 0 : 0)
        }
    }

    /// The contents that a way back or the history may ask for.
    package var neededContents: Set<ContentHash> {
        history.reduce(into: record.neededContents) { $0.formUnion($1.files.map(\.contents)) }
    }
}
