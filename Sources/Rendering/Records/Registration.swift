import Catalog
import TemplateEngine

/// Makes template values of what one registration says; all of its texts carry where they came from.
struct Registration {
    private let origin: Origin

    init(_ source: Origin.Source) { origin = .untrusted(source) }

    func text(_ string: String) -> Value { .text(Text(string, origin: origin)) }

    func texts(_ strings: [String]) -> Value { .list(List(strings.map(text), kind: .string)) }

    func map(_ strings: [String: String]) -> Value {
        var entries: [(key: Map.Key, value: Value)] = []
        entries.reserveCapacity(strings.count)
        for (key, value) in strings { entries.append((.string(key), text(value))) }
        return .map(Map(distinct: entries, kind: .string, keyOrigin: origin))
    }

    /// The fields of an item of `service`.
    func fields(of instance: Instance, weights: Record) -> [Value] {
        let node = instance.node
        let status = Value.string(instance.health.rawValue)
        let meta = map(instance.meta)
        return [
            text(node.name), text(node.id), text(node.address), map(node.taggedAddresses ?? [:]), map(node.meta), meta,
            text(instance.effectiveAddress), addresses(instance.taggedAddresses ?? [:]), text(instance.id),
            text(instance.service), texts(instance.tags),
            .list(List(instance.checks.map { .record(check($0)) }, kind: .record)), status, .int(instance.port),
            .record(weights), text(node.datacenter), text(instance.zone), status, meta, .int(instance.currentWeight),
        ]
    }

    /// An instance as `node` lists it: its address stays empty where it has none of its own.
    func nodeService(_ instance: Instance, weights: Value) -> Record {
        let status = Value.string(instance.health.rawValue)
        return Record(
            RecordShapes.nodeService,
            [
                text(instance.id), text(instance.service), texts(instance.tags), map(instance.meta),
                .int(instance.port),
                text(instance.address), .bool(false), weights, status, status, .int(instance.currentWeight),
                text(instance.zone),
            ]
        )
    }

    func node(_ node: Node) -> Record {
        Record(
            RecordShapes.node,
            [
                text(node.id), text(node.name), text(node.address), text(node.datacenter),
                map(node.taggedAddresses ?? [:]), map(node.meta),
            ]
        )
    }

    func snippet(_ summary: ServiceSummary) -> Record {
        Record(RecordShapes.snippet, [text(summary.name), texts(summary.tags)])
    }

    private func check(_ check: Check) -> Record {
        Record(
            RecordShapes.check,
            [
                text(check.node), text(check.id), text(check.name), .string(check.status.rawValue), text(check.notes),
                text(check.output), text(check.serviceID), text(check.serviceName), texts(check.serviceTags),
                text(check.type),
            ]
        )
    }

    private func addresses(_ addresses: [String: TaggedAddress]) -> Value {
        var entries: [(key: Map.Key, value: Value)] = []
        entries.reserveCapacity(addresses.count)
        for (kind, address) in addresses {
            let record = Record(RecordShapes.serviceAddress, [text(address.address), .int(address.port)])
            entries.append((.string(kind), .record(record)))
        }
        return .map(Map(distinct: entries, kind: .record, keyOrigin: origin))
    }
}

extension Record {
    convenience init(_ weights: Weights) {
        self.init(RecordShapes.weights, [.int(weights.passing), .int(weights.warning)])
    }

    /// A key with the part of its path behind `prefix` as its `Key`. Keys and values are trusted.
    convenience init(_ pair: KeyValue, key: String) {
        self.init(
            RecordShapes.keyPair,
            [
                .string(pair.path), .string(key), .string(pair.value), .uint(UInt(pair.createIndex)),
                .uint(UInt(pair.modifyIndex)), .uint(UInt(pair.lockIndex)), .uint(UInt(pair.flags)),
                .string(pair.session),
            ]
        )
    }
}
