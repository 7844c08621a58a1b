/// A change that the running HAProxy makes without a reload.
package struct LiveUpdate: Hashable, Sendable {
    /// What is done, one after the other: first the servers that are new, then what changes, last what leaves.
    package let steps: [LiveStep]
    /// The names of the backends that change: `show servers state` and `show stat` can be asked for these alone.
    package let backends: Set<String>
    /// Servers that leave: in maintenance after `steps`, to be deleted when their sessions have ended.
    package let removals: [PendingRemoval]
    /// Of the removals pending before, those whose server is used again: they are not to be deleted any more.
    package let revived: [PendingRemoval]
    /// What is done, one line a server, for people.
    package let details: [String]
    package let summary: LiveSummary
    /// What should be known.
    package let cautions: [ReloadReason]

    /// The lines of commands for servers.
    package var batches: [LiveBatch] {
        steps.compactMap { step in
            if case .commands(let batch) = step { batch } else { nil }
        }
    }

    package var commands: [LiveCommand] { steps.flatMap(\.commands) }

    /// Servers pending after this change, given those pending before it.
    package func pending(after before: [PendingRemoval]) -> [PendingRemoval] {
        before.filter { !revived.contains($0) } + removals
    }
}

/// How many servers a live change adds, removes and changes, and what it does to files.
package struct LiveSummary: Hashable, Sendable, CustomStringConvertible {
    package var added = 0
    package var removed = 0
    package var moved = 0
    /// Weight to 0.
    package var drained = 0
    /// Weight from 0.
    package var undrained = 0
    package var reweighted = 0
    package var resized = 0
    package var intoMaintenance = 0
    package var outOfMaintenance = 0
    /// `map domains.map 2 entries added`, for each file.
    package var files: [String] = []

    /// So many files are named in one line.
    private static let mostFiles = 5

    /// `2 servers added, 1 drained; certificate edge.pem replaced`.
    package var description: String {
        let parts = [
            (added, "added"), (removed, "removed"), (moved, "moved"), (drained, "drained"), (undrained, "undrained"),
            (reweighted, "given another weight"), (resized, "given another maxconn"),
            (intoMaintenance, "put into maintenance"), (outOfMaintenance, "taken out of maintenance"),
        ].filter { $0.0 > 0 }
        let servers = parts.enumerated().map { index, part in
            index > 0 ? "\(part.0) \(part.1)" : "\(part.0) server\(part.0 == 1 ? "" : "s") \(part.1)"
        }.joined(separator: ", ")
        let more = files.count > Self.mostFiles ? ["\(files.count - Self.mostFiles) more files"] : []
        return ((servers.isEmpty ? [] : [servers]) + files.prefix(Self.mostFiles) + more).joined(separator: "; ")
    }

    mutating func count(_ change: ServerChange) {
        let options = change.new.options
        if change.isMoved { moved += 1 }
        if change.changesWeight {
            if options.weight == 0 {
                drained += 1
            } else if change.old.options.weight == 0 {
                undrained += 1
            } else {
                reweighted += 1
            }
        }
        if change.changesMaxconn { resized += 1 }
        if change.changesMaintenance {
            if options.isDisabled { intoMaintenance += 1 } else { outOfMaintenance += 1 }
        }
    }
}
