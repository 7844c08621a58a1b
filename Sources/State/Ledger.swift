import Synchronization

/// The records that a running headgate works with: the store's, and where the store fails, its own memory.
///
/// A delivery does not stop because the state cannot be written. The running process goes on with what it knows; only
/// what a restart would have known is lost, and each such loss is reported.
package final class Ledger: Sendable {
    private struct Storage {
        var journals: [String: Journal] = [:]
        /// The numbers of each target's instances, once they were read or saved.
        var stableIDs: [String: String] = [:]
        /// Contents that must not or could not go to the store.
        var contents: [String: [ContentHash: [UInt8]]] = [:]
        /// What this process gave to the store, so that it need not be given again.
        var stored: [String: Set<ContentHash>] = [:]
        /// The targets whose catalog could not be saved the last time.
        var unsaved: Set<String> = []
    }

    private let store: any StateStore
    private let report: @Sendable (StateFault) -> Void
    private let storage = Mutex(Storage())
    private let depth: Int

    /// - Parameters:
    ///   - depth: How many entries of history are kept of each target.
    ///   - report: Told of each fault of the store.
    package init(
        _ store: any StateStore,
        depth: Int = Journal.usualDepth,
        report: @escaping @Sendable (StateFault) -> Void = { _ in },
    ) {
        self.store = store
        self.depth = depth
        self.report = report
    }

    /// What is known of `target`; empty if nothing is.
    package func record(of target: String) -> TargetRecord { journal(of: target).record }

    /// What was delivered to `target` and tried, the oldest first.
    package func history(of target: String) -> [HistoryEntry] { journal(of: target).history }

    private func journal(of target: String) -> Journal {
        if let known = storage.withLock({ $0.journals[target] }) { return known }
        var journal = Journal(record: TargetRecord(target: target))
        do throws(StateFault) {
            if let loaded = try store.journal(of: target) { journal = loaded }
            // Appended since it was last written anew.
            journal.trim(to: depth)
        } catch {
            report(error)
            journal.record.isLost = true
        }
        return storage.withLock { [journal] storage in
            if let known = storage.journals[target] { return known }
            storage.journals[target] = journal
            return journal
        }
    }

    /// Records what is known of a target from now on, and with it what became of a delivery.
    package func save(_ record: TargetRecord, noting entry: HistoryEntry? = nil) {
        var journal = journal(of: record.target)
        journal.record = record
        let added = entry.map { journal.note($0, keeping: depth) }
        storage.withLock { [journal] in $0.journals[record.target] = journal }
        attempt { () throws(StateFault) in try store.save(journal, adding: added) }
    }

    /// The numbers of `target`'s instances, as they were saved last; empty if there are none.
    package func stableIDs(of target: String) -> String {
        if let known = storage.withLock({ $0.stableIDs[target] }) { return known }
        let loaded = attempt { () throws(StateFault) in try store.stableIDs(of: target) } ?? nil
        return storage.withLock { storage in
            let text = storage.stableIDs[target] ?? loaded ?? ""
            storage.stableIDs[target] = text
            return text
        }
    }

    /// Keeps the numbers of `target`'s instances from now on.
    package func save(stableIDs text: String, of target: String) {
        storage.withLock { $0.stableIDs[target] = text }
        attempt { () throws(StateFault) in try store.save(stableIDs: text, of: target) }
    }

    /// Keeps contents for the way back and for the history. Those of a `sensitive` target stay in memory.
    ///
    /// - Parameter durably: Whether they have to outlive a crash of the machine.
    @discardableResult
    package func keep(
        _ contents: [UInt8],
        for target: String,
        sensitive: Bool,
        durably: Bool = false,
    ) -> ContentHash {
        keep(contents, ContentHash(of: contents), for: target, sensitive: sensitive, durably: durably)
    }

    /// The same for contents whose hash is known.
    @discardableResult
    package func keep(
        _ contents: [UInt8],
        _ hash: ContentHash,
        for target: String,
        sensitive: Bool,
        durably: Bool = false,
    ) -> ContentHash {
        if !sensitive, !durably, storage.withLock({ $0.stored[target]?.contains(hash) }) == true { return hash }
        let stored: Void? =
            sensitive
            ? nil
            : attempt { () throws(StateFault) in
                try store.keep(contents, hash: hash, for: target, durably: durably)
            }
        storage.withLock { storage in
            if stored == nil {
                storage.contents[target, default: [:]][hash] = contents
            } else {
                storage.stored[target, default: []].insert(hash)
            }
        }
        return hash
    }

    /// Kept contents; nil if they are not to be had any more.
    package func contents(_ hash: ContentHash, for target: String) -> [UInt8]? {
        if let known = storage.withLock({ $0.contents[target]?[hash] }) { return known }
        return attempt { () throws(StateFault) in try store.contents(hash, for: target) } ?? nil
    }

    /// Drops contents that neither a way back nor the history of `target` needs any more.
    package func discardContents(of target: String) {
        let needed = journal(of: target).neededContents
        storage.withLock { storage in
            storage.contents[target] = storage.contents[target]?.filter { needed.contains($0.key) }
            storage.stored[target]?.formIntersection(needed)
        }
        attempt { () throws(StateFault) in try store.discardContents(of: target, except: needed) }
    }

    /// The catalog that `target` was last rendered from; nil if there is none that can be trusted.
    package func catalog(of target: String) -> CatalogArchive? {
        attempt { () throws(StateFault) in try store.catalog(of: target) } ?? nil
    }

    /// Keeps a catalog for a start without registries. It is saved often: a fault that stays is reported once.
    package func save(_ archive: CatalogArchive, for target: String) {
        do throws(StateFault) {
            try store.save(archive, for: target)
            storage.withLock { _ = $0.unsaved.remove(target) }
        } catch {
            if storage.withLock({ $0.unsaved.insert(target).inserted }) { report(error) }
        }
    }

    /// Nil after a fault, which is reported.
    @discardableResult
    private func attempt<Result>(_ body: () throws(StateFault) -> Result) -> Result? {
        do throws(StateFault) {
            return try body()
        } catch {
            report(error)
            return nil
        }
    }
}
