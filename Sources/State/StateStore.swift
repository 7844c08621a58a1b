import Synchronization

/// Where records and the contents for a way back are kept.
package protocol StateStore: Sendable {
    /// The journal of `target`; nil if there is none. Throws `damaged` once for one that cannot be trusted.
    func journal(of target: String) throws(StateFault) -> Journal?
    /// Makes the record of a journal durable at once, and with it `entry`, its latest entry of history, if that is new.
    func save(_ journal: Journal, adding entry: HistoryEntry?) throws(StateFault)
    /// The numbers of `target`'s instances, as they were saved; nil if there are none. Throws `damaged` once for numbers
    /// that cannot be trusted.
    func stableIDs(of target: String) throws(StateFault) -> String?
    /// Replaces the numbers of `target`'s instances at once and durably.
    ///
    /// - Parameter text: Lines, what the numbers' owner makes of them.
    func save(stableIDs text: String, of target: String) throws(StateFault)
    /// Keeps contents for `target`, by their hash. Unless `durably`, a crash of the machine may lose them.
    func keep(_ contents: [UInt8], hash: ContentHash, for target: String, durably: Bool) throws(StateFault)
    /// Kept contents; nil if there are none or they are not what their hash says.
    func contents(_ hash: ContentHash, for target: String) throws(StateFault) -> [UInt8]?
    /// Drops what is kept for `target` and not in `needed`.
    func discardContents(of target: String, except needed: Set<ContentHash>) throws(StateFault)
    /// The catalog that `target` was last rendered from; nil if there is none. Throws `damaged` once for one that cannot be
    /// trusted.
    func catalog(of target: String) throws(StateFault) -> CatalogArchive?
    /// Replaces the catalog of `target` at once and durably.
    func save(_ archive: CatalogArchive, for target: String) throws(StateFault)
}

/// State that ends with the process: for when there is no directory to write, and for tests.
package final class VolatileState: StateStore {
    private struct Kept: Hashable {
        var target: String
        var hash: ContentHash
    }

    private struct Storage {
        var journals: [String: Journal] = [:]
        var stableIDs: [String: String] = [:]
        var contents: [Kept: [UInt8]] = [:]
        var catalogs: [String: CatalogArchive] = [:]
    }

    private let storage = Mutex(Storage())

    package init() {}

    package func journal(of target: String) -> Journal? { storage.withLock { $0.journals[target] } }

    package func save(_ journal: Journal, adding entry: HistoryEntry?) {
        storage.withLock { $0.journals[journal.record.target] = journal }
    }

    package func stableIDs(of target: String) -> String? { storage.withLock { $0.stableIDs[target] } }

    package func save(stableIDs text: String, of target: String) {
        storage.withLock { $0.stableIDs[target] = text }
    }

    package func keep(_ contents: [UInt8], hash: ContentHash, for target: String, durably: Bool) {
        storage.withLock { $0.contents[Kept(target: target, hash: hash)] = contents }
    }

    package func contents(_ hash: ContentHash, for target: String) -> [UInt8]? {
        storage.withLock { $0.contents[Kept(target: target, hash: hash)] }
    }

    package func discardContents(of target: String, except needed: Set<ContentHash>) {
        storage.withLock { storage in
            storage.contents = storage.contents.filter { $0.key.target != target || needed.contains($0.key.hash) }
        }
    }

    package func catalog(of target: String) -> CatalogArchive? { storage.withLock { $0.catalogs[target] } }

    package func save(_ archive: CatalogArchive, for target: String) {
        storage.withLock { $0.catalogs[target] = archive }
    }
}
