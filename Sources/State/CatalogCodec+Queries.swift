import Catalog
import Wire

/// Questions and what guards hold, in an archive.
extension JSONWriter {
    mutating func write(_ query: CatalogQuery) {
        beginObject()
        switch query {
        case .service(let name, let tag, let near, _):
            member("service", name)
            member("tag", tag)
            member("near", near)
        case .connect(let name, let tag, let near, _):
            member("connect", name)
            member("tag", tag)
            member("near", near)
        case .preparedQuery(let name, let near, _):
            member("preparedQuery", name)
            member("near", near)
        case .services: member("services", "")
        case .nodes(let near, _):
            member("nodes", "")
            member("near", near)
        case .node(let name, _):
            if let name { member("node", name) } else { member("ownNode", "") }
        case .datacenters: member("datacenters", "")
        case .key(let path, _): member("key", path)
        case .prefix(let path, _): member("prefix", path)
        case .caRoots: member("caRoots", "")
        case .caLeaf(let service, _): member("caLeaf", service)
        }
        member("registry", query.scope.registry)
        member("datacenter", query.scope.datacenter)
        member("parameters", unlessEmpty: query.scope.parameters)
        endObject()
    }

    mutating func write(_ pending: PendingLosses) {
        beginObject()
        member("noneUsableSince", pending.noneUsableSince)
        member("nonePassingSince", pending.nonePassingSince)
        let losses = pending.losses.map { (words: $0.key.words, loss: $0.value) }
            .sorted { $0.words.lexicographicallyPrecedes($1.words) }
        key("losses")
        array(losses) { writer, loss in
            writer.beginObject()
            writer.member("item", unlessEmpty: loss.words)
            writer.member("firstSeen", loss.loss.firstSeen)
            writer.member("heldUntil", loss.loss.heldUntil)
            writer.endObject()
        }
        endObject()
    }
}

extension JSONScanner {
    mutating func readQuery() throws(JSONFault) -> CatalogQuery {
        var kind: (word: String, name: String)?
        var tag: String?
        var near: String?
        var scope = QueryScope()
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "tag": tag = try readString()
            case "near": near = try readString()
            case "registry": scope.registry = try readString()
            case "datacenter": scope.datacenter = try readString()
            case "parameters": scope.parameters = try readStringMap()
            default: kind = (key, try readString())
            }
        }
        let (word, name) = try required(kind, "service")
        return switch word {
        case "service": .service(name: name, tag: tag, near: near, scope: scope)
        case "connect": .connect(name: name, tag: tag, near: near, scope: scope)
        case "preparedQuery": .preparedQuery(name: name, near: near, scope: scope)
        case "services": .services(scope: scope)
        case "nodes": .nodes(near: near, scope: scope)
        case "node": .node(name: name, scope: scope)
        case "ownNode": .node(name: nil, scope: scope)
        case "datacenters": .datacenters(scope: scope)
        case "key": .key(path: name, scope: scope)
        case "prefix": .prefix(path: name, scope: scope)
        case "caRoots": .caRoots(scope: scope)
        default: throw unknown(word)
        }
    }

    mutating func readPendingLosses() throws(JSONFault) -> PendingLosses {
        var pending = PendingLosses()
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "noneUsableSince": pending.noneUsableSince = try readInt64()
            case "nonePassingSince": pending.nonePassingSince = try readInt64()
            case "losses":
                try beginArray()
                while try nextElement() {
                    let (item, loss) = try readLoss()
                    pending.losses[item] = loss
                }
            default: throw unknown(key)
            }
        }
        return pending
    }

    private mutating func readLoss() throws(JSONFault) -> (ItemIdentity, PendingLosses.Loss) {
        var words: [String] = []
        var firstSeen: Int64?
        var heldUntil: Int64?
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "item": words = try readStrings()
            case "firstSeen": firstSeen = try readInt64()
            case "heldUntil": heldUntil = try readInt64()
            default: throw unknown(key)
            }
        }
        return (
            try required(ItemIdentity(words: words), "item"),
            PendingLosses.Loss(firstSeen: try required(firstSeen, "firstSeen"), heldUntil: heldUntil)
        )
    }
}

extension ItemIdentity {
    fileprivate var words: [String] {
        switch self {
        case .instance(let identity): ["instance", identity.service, identity.node, identity.id]
        case .service(let name): ["service", name]
        case .node(let name): ["node", name]
        case .datacenter(let name): ["datacenter", name]
        case .key(let path): ["key", path]
        case .authority(let id): ["authority", id]
        case .leaf(let service): ["leaf", service]
        }
    }

    fileprivate init?(words: [String]) {
        switch (words.first, words.count) {
        case ("instance", 4): self = .instance(InstanceIdentity(service: words[1], node: words[2], id: words[3]))
        case ("service", 2): self = .service(words[1])
        case ("node", 2): self = .node(words[1])
        case ("datacenter", 2): self = .datacenter(words[1])
        case ("key", 2): self = .key(words[1])
        case ("authority", 2): self = .authority(words[1])
        case ("leaf", 2): self = .leaf(words[1])
        default: return nil
        }
    }
}
