import Catalog
import Wire

/// Answers in an archive: an object with one member, named for the kind of answer.
extension JSONWriter {
    mutating func write(_ result: QueryResult) {
        beginObject()
        switch result {
        case .instances(let instances):
            key("instances")
            write(instances)
        case .services(let services):
            key("services")
            array(services) { writer, service in
                writer.beginObject()
                writer.member("name", service.name)
                writer.member("tags", unlessEmpty: service.tags)
                writer.endObject()
            }
        case .nodes(let nodes):
            key("nodes")
            array(nodes) { writer, node in writer.write(node) }
        case .node(let found):
            key("node")
            if let found { write(found) } else { null() }
        case .datacenters(let names):
            key("datacenters")
            array(names) { writer, name in writer.string(name) }
        case .key(let found):
            key("key")
            if let found { write(found) } else { null() }
        case .keys(let keys):
            key("keys")
            array(keys) { writer, key in writer.write(key) }
        case .caRoots(let authorities):
            key("caRoots")
            array(authorities) { writer, authority in writer.write(authority) }
        // A private key: an archive has none.
        case .caLeaf: break
        }
        endObject()
    }

    private mutating func write(_ found: NodeServices) {
        beginObject()
        key("node")
        write(found.node)
        key("instances")
        write(found.instances)
        endObject()
    }

    private mutating func write(_ key: KeyValue) {
        beginObject()
        member("path", key.path)
        member("value", unlessEmpty: key.value)
        member("createIndex", bitsOf: key.createIndex)
        member("modifyIndex", bitsOf: key.modifyIndex)
        member("lockIndex", bitsOf: key.lockIndex)
        member("flags", bitsOf: key.flags)
        member("session", unlessEmpty: key.session)
        endObject()
    }

    private mutating func write(_ authority: CertificateAuthority) {
        beginObject()
        member("id", authority.id)
        member("name", unlessEmpty: authority.name)
        member("certificate", unlessEmpty: authority.certificate)
        if authority.isActive {
            key("active")
            bool(true)
        }
        member("createIndex", bitsOf: authority.createIndex)
        member("modifyIndex", bitsOf: authority.modifyIndex)
        endObject()
    }
}

extension JSONScanner {
    mutating func readResult() throws(JSONFault) -> QueryResult {
        try beginObject()
        var result: QueryResult?
        while let key = try nextKey() {
            result =
                switch key {
                case "instances": .instances(try readInstances())
                case "services":
                    .services(try readList { scanner throws(JSONFault) in try scanner.readServiceSummary() })
                case "nodes": .nodes(try readList { scanner throws(JSONFault) in try scanner.readNode() })
                case "node": .node(try readNull() ? nil : try readNodeServices())
                case "datacenters": .datacenters(try readStrings())
                case "key": .key(try readNull() ? nil : try readKeyValue())
                case "keys": .keys(try readList { scanner throws(JSONFault) in try scanner.readKeyValue() })
                case "caRoots": .caRoots(try readList { scanner throws(JSONFault) in try scanner.readAuthority() })
                default: throw unknown(key)
                }
        }
        return try required(result, "instances")
    }

    private mutating func readServiceSummary() throws(JSONFault) -> ServiceSummary {
        var summary = ServiceSummary(name: "", tags: [])
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "name": summary.name = try readString()
            case "tags": summary.tags = try readStrings()
            default: throw unknown(key)
            }
        }
        return summary
    }

    private mutating func readNodeServices() throws(JSONFault) -> NodeServices {
        var node: Node?
        var instances: [Instance] = []
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "node": node = try readNode()
            case "instances": instances = try readInstances()
            default: throw unknown(key)
            }
        }
        return NodeServices(node: try required(node, "node"), instances: instances)
    }

    private mutating func readKeyValue() throws(JSONFault) -> KeyValue {
        var found = KeyValue(path: "", value: "")
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "path": found.path = try readString()
            case "value": found.value = try readString()
            case "createIndex": found.createIndex = try readBits()
            case "modifyIndex": found.modifyIndex = try readBits()
            case "lockIndex": found.lockIndex = try readBits()
            case "flags": found.flags = try readBits()
            case "session": found.session = try readString()
            default: throw unknown(key)
            }
        }
        return found
    }

    private mutating func readAuthority() throws(JSONFault) -> CertificateAuthority {
        var found = CertificateAuthority(id: "", certificate: "", isActive: false)
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "id": found.id = try readString()
            case "name": found.name = try readString()
            case "certificate": found.certificate = try readString()
            case "active": found.isActive = try readBool()
            case "createIndex": found.createIndex = try readBits()
            case "modifyIndex": found.modifyIndex = try readBits()
            default: throw unknown(key)
            }
        }
        return found
    }
}
