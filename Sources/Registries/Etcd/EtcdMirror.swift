import Catalog

/// The keys of etcd that are followed, and the services that they register. What an instance did not change is the same
/// object in every answer.
struct EtcdMirror: Sendable {
    /// What has changed.
    struct Changes: Sendable {
        /// The names of services whose instances are others.
        var services: Set<String> = []
        /// Whether the names of services, or their tags, are others.
        var isListOfServices = false
        var keys: Set<String> = []
        /// What was found to be no instance.
        var rejected: [RejectedRegistration] = []
    }

    private let reader: EtcdInstanceReader
    /// In the order of keys.
    private var entries: [EtcdKeyValue] = []
    private var instances: [String: [String: Instance]] = [:]
    private var summaries: [String: ServiceSummary] = [:]
    private var changes = Changes()

    init(_ reader: EtcdInstanceReader) { self.reader = reader }

    // MARK: - Changing

    /// Takes over all that is in a range.
    mutating func replace(_ range: KeyRange, with fresh: [EtcdKeyValue]) {
        let present = Set(fresh.map(\.key))
        for entry in entries[positions(in: range)] where !present.contains(entry.key) { note(removal: entry.key) }
        for entry in fresh {
            let place = position(of: entry.key)
            let isKnown = place < entries.count && entries[place].key == entry.key
            if !isKnown || entries[place] != entry { note(entry) }
        }
        entries.replaceSubrange(positions(in: range), with: fresh.sorted { bytewise($0.key, $1.key) })
    }

    mutating func apply(_ event: EtcdEvent) {
        switch event {
        case .put(let entry):
            let place = position(of: entry.key)
            if place < entries.count, entries[place].key == entry.key {
                entries[place] = entry
            } else {
                entries.insert(entry, at: place)
            }
            note(entry)
        case .delete(let key, _):
            let place = position(of: key)
            guard place < entries.count, entries[place].key == key else { return }
            entries.remove(at: place)
            note(removal: key)
        }
    }

    /// Forgets what is in none of `ranges`, which are in the order of keys and do not overlap.
    mutating func keep(only ranges: [KeyRange]) {
        var kept: [EtcdKeyValue] = []
        var rest = ranges[...]
        for entry in entries {
            while let first = rest.first, !first.contains(entry.key), bytewise(first.start, entry.key) {
                rest.removeFirst()
            }
            if let first = rest.first, first.contains(entry.key) {
                kept.append(entry)
            } else {
                note(removal: entry.key)
            }
        }
        entries = kept
    }

    /// What has changed since the last call.
    mutating func takeChanges() -> Changes {
        var taken = changes
        changes = Changes()
        for name in taken.services {
            let tags = instances[name].map { $0.values.flatMap(\.tags).sortedAndUnique }
            let summary = tags.map { ServiceSummary(name: name, tags: $0) }
            guard summaries[name] != summary else { continue }
            summaries[name] = summary
            taken.isListOfServices = true
        }
        return taken
    }

    private mutating func note(_ entry: EtcdKeyValue) {
        changes.keys.insert(entry.key)
        guard let (service, id) = reader.place(of: entry.key) else { return }
        let known = instances[service]?[id]
        var fresh: Instance?
        do throws(EtcdInstanceReader.Fault) {
            fresh = try reader.instance(service: service, id: id, entry.value)
        } catch {
            let identity = InstanceIdentity(service: service, node: "", id: id)
            changes.rejected.append(RejectedRegistration(instance: identity, reason: error.reason))
        }
        guard fresh != known else { return }
        set(fresh, service, id)
    }

    private mutating func note(removal key: String) {
        changes.keys.insert(key)
        guard let (service, id) = reader.place(of: key), instances[service]?[id] != nil else { return }
        set(nil, service, id)
    }

    private mutating func set(_ instance: Instance?, _ service: String, _ id: String) {
        changes.services.insert(service)
        instances[service, default: [:]][id] = instance
        if instances[service]?.isEmpty ?? false { instances[service] = nil }
    }

    // MARK: - Answers

    func services() -> QueryResult { .services(summaries.values.sorted { bytewise($0.name, $1.name) }) }

    func instances(of service: String, tag: String?) -> QueryResult {
        let all = (instances[service] ?? [:]).values.sorted { $0.precedesInAnswer($1) }
        return .instances(tag.map { tag in all.filter { $0.tags.contains(tag) } } ?? all)
    }

    /// A key, named without the first `skipped` bytes.
    func key(_ key: String, skipping skipped: Int) -> QueryResult {
        let place = position(of: key)
        guard place < entries.count, entries[place].key == key else { return .key(nil) }
        return .key(KeyValue(entries[place], skipping: skipped))
    }

    func keys(_ range: KeyRange, skipping skipped: Int) -> QueryResult {
        .keys(entries[positions(in: range)].map { KeyValue($0, skipping: skipped) })
    }

    // MARK: - Places

    /// Where a key is, or would be.
    private func position(of key: String) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = low + (high - low) / 2
            if bytewise(entries[middle].key, key) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func positions(in range: KeyRange) -> Range<Int> {
        let start = position(of: range.start)
        var end = start
        while end < entries.count, range.contains(entries[end].key) { end += 1 }
        return start..<end
    }
}

extension KeyValue {
    fileprivate init(_ entry: EtcdKeyValue, skipping skipped: Int) {
        self.init(
            path: String(decoding: entry.key.utf8.dropFirst(skipped), as: UTF8.self),
            value: String(decoding: entry.value, as: UTF8.self),
            createIndex: UInt64(clamping: entry.createRevision),
            modifyIndex: UInt64(clamping: entry.modRevision)
        )
    }
}
