/// What stands in front of every answer (etcd: `ResponseHeader`).
package struct EtcdHeader: Hashable, Sendable {
    package var clusterID: UInt64 = 0
    /// How often the keys have been changed since the cluster was made.
    package var revision: Int64 = 0
    /// Counts elections.
    package var term: UInt64 = 0

    package init(clusterID: UInt64 = 0, revision: Int64 = 0, term: UInt64 = 0) {
        (self.clusterID, self.revision, self.term) = (clusterID, revision, term)
    }

    /// Whether this cannot be of the same history, `earlier` having been seen before: another cluster, or one that was restored
    /// from a backup.
    package func isBreak(after earlier: EtcdHeader) -> Bool {
        clusterID != earlier.clusterID || revision < earlier.revision || term < earlier.term
    }
}

/// A key with its value (etcd: `KeyValue`).
package struct EtcdKeyValue: Hashable, Sendable {
    package var key: String
    package var value: [UInt8]
    package var createRevision: Int64
    package var modRevision: Int64

    package init(key: String, value: [UInt8], createRevision: Int64 = 0, modRevision: Int64 = 0) {
        (self.key, self.value, self.createRevision, self.modRevision) = (key, value, createRevision, modRevision)
    }
}

/// An answer to a range request, or a page of one.
package struct EtcdListing: Hashable, Sendable {
    package var header: EtcdHeader
    package var entries: [EtcdKeyValue]
    /// Whether more keys follow than were asked for.
    package var isPartial: Bool

    package init(header: EtcdHeader, entries: [EtcdKeyValue], isPartial: Bool = false) {
        (self.header, self.entries, self.isPartial) = (header, entries, isPartial)
    }
}

/// A change of a key (etcd: `Event`).
package enum EtcdEvent: Hashable, Sendable {
    case put(EtcdKeyValue)
    /// Deleted, also by the end of its lease.
    case delete(key: String, revision: Int64)

    package var revision: Int64 {
        switch self {
        case .put(let entry): entry.modRevision
        case .delete(_, let revision): revision
        }
    }
}

/// A line of a watch's stream (etcd: `WatchResponse`).
package struct EtcdWatchMessage: Hashable, Sendable {
    package var header = EtcdHeader()
    /// Of the create request's; -1 where none could be created.
    package var watchID: Int64 = 0
    package var isCreated = false
    package var isCanceled = false
    /// Above zero: the watch began at a revision that has been compacted away.
    package var compactRevision: Int64 = 0
    package var cancelReason = ""
    /// Whether the rest of the same revision's events follows.
    package var isFragment = false
    package var events: [EtcdEvent] = []

    package init() {}
}
