import Catalog
import Wire

/// Instances with their nodes and checks, in an archive.
extension JSONWriter {
    mutating func write(_ instances: [Instance]) {
        beginArray()
        var previous: Instance?
        for instance in instances {
            beginObject()
            if previous?.node != instance.node {
                key("node")
                write(instance.node)
            }
            if previous?.service != instance.service { member("service", instance.service) }
            writeMembers(of: instance)
            endObject()
            previous = instance
        }
        endArray()
    }

    /// Writes what drains as two lists of one length.
    mutating func write(_ draining: [Drain.Pending]) {
        beginObject()
        key("instances")
        write(draining.map(\.instance))
        key("until")
        array(draining) { writer, one in writer.integer(one.until) }
        endObject()
    }

    mutating func write(_ node: Node) {
        beginObject()
        member("name", node.name)
        member("id", unlessEmpty: node.id)
        member("address", unlessEmpty: node.address)
        member("datacenter", unlessEmpty: node.datacenter)
        member("taggedAddresses", node.taggedAddresses)
        member("meta", unlessEmpty: node.meta)
        endObject()
    }

    private mutating func writeMembers(of instance: Instance) {
        member("id", instance.id)
        member("address", unlessEmpty: instance.address)
        member("port", instance.port, unless: 0)
        if instance.health != .passing { member("health", instance.health.rawValue) }
        member("tags", unlessEmpty: instance.tags)
        member("meta", unlessEmpty: instance.meta)
        if let addresses = instance.taggedAddresses {
            key("taggedAddresses")
            beginObject()
            for (kind, address) in addresses.sorted(by: { $0.key < $1.key }) {
                key(kind)
                beginObject()
                member("address", address.address)
                member("port", address.port, unless: 0)
                endObject()
            }
            endObject()
        }
        member("passingWeight", instance.weights.passing, unless: 1)
        member("warningWeight", instance.weights.warning, unless: 1)
        member("zone", unlessEmpty: instance.zone)
        if !instance.drains {
            key("drains")
            bool(false)
        }
        if !instance.checks.isEmpty {
            key("checks")
            array(instance.checks) { writer, check in writer.write(check, of: instance) }
        }
    }

    /// Most checks are of the instance that lists them: what they repeat of it is not written.
    private mutating func write(_ check: Check, of instance: Instance) {
        beginObject()
        member("id", check.id)
        if check.status != .passing { member("status", check.status.rawValue) }
        if check.node != instance.node.name { member("node", check.node) }
        member("name", unlessEmpty: check.name)
        member("notes", unlessEmpty: check.notes)
        member("output", unlessEmpty: check.output)
        member("type", unlessEmpty: check.type)
        if check.serviceID == instance.id, check.serviceName == instance.service {
            key("own")
            bool(true)
        } else {
            member("serviceID", unlessEmpty: check.serviceID)
            member("serviceName", unlessEmpty: check.serviceName)
        }
        member("serviceTags", unlessEmpty: check.serviceTags)
        endObject()
    }
}

extension JSONScanner {
    mutating func readInstances() throws(JSONFault) -> [Instance] {
        var instances: [Instance] = []
        try beginArray()
        while try nextElement() { instances.append(try readInstance(after: instances.last)) }
        return instances
    }

    mutating func readDraining() throws(JSONFault) -> [Drain.Pending] {
        var instances: [Instance] = []
        var until: [Int64] = []
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "instances": instances = try readInstances()
            case "until": until = try readList { scanner throws(JSONFault) in try scanner.readInt64() }
            default: throw unknown(key)
            }
        }
        guard instances.count == until.count else { throw JSONFault("the lists differ in length", at: offset) }
        return zip(instances, until).map { Drain.Pending(instance: $0, until: $1) }
    }

    mutating func readNode() throws(JSONFault) -> Node {
        var node = Node(name: "")
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "name": node.name = try readString()
            case "id": node.id = try readString()
            case "address": node.address = try readString()
            case "datacenter": node.datacenter = try readString()
            case "taggedAddresses": node.taggedAddresses = try readStringMap()
            case "meta": node.meta = try readStringMap()
            default: throw unknown(key)
            }
        }
        return node
    }

    private mutating func readInstance(after previous: Instance?) throws(JSONFault) -> Instance {
        var node = previous?.node
        var service = previous?.service ?? ""
        var (id, address, zone) = ("", "", "")
        var port = 0
        var health = Health.passing
        var tags: [String] = []
        var meta: [String: String] = [:]
        var taggedAddresses: [String: TaggedAddress]?
        var weights = Weights()
        var checks: [Check] = []
        var drains = true
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "node": node = try readNode()
            case "service": service = try readString()
            case "id": id = try readString()
            case "address": address = try readString()
            case "port": port = try readInt()
            case "health": health = try readHealth()
            case "tags": tags = try readStrings()
            case "meta": meta = try readStringMap()
            case "taggedAddresses": taggedAddresses = try readTaggedAddresses()
            case "passingWeight": weights.passing = try readInt()
            case "warningWeight": weights.warning = try readInt()
            case "zone": zone = try readString()
            case "drains": drains = try readBool()
            // Last in the object: what checks repeat is known by then.
            case "checks":
                let node = try required(node, "node").name
                checks = try readList { scanner throws(JSONFault) in
                    try scanner.readCheck(of: id, service, onNode: node)
                }
            default: throw unknown(key)
            }
        }
        return Instance(
            service: service,
            id: id,
            node: try required(node, "node"),
            address: address,
            port: port,
            tags: tags,
            meta: meta,
            taggedAddresses: taggedAddresses,
            weights: weights,
            checks: checks,
            health: health,
            zone: zone,
            drains: drains
        )
    }

    private mutating func readTaggedAddresses() throws(JSONFault) -> [String: TaggedAddress] {
        var addresses: [String: TaggedAddress] = [:]
        try beginObject()
        while let kind = try nextKey() {
            var address = TaggedAddress(address: "", port: 0)
            try beginObject()
            while let key = try nextKey() {
                switch key {
                case "address": address.address = try readString()
                case "port": address.port = try readInt()
                default: throw unknown(key)
                }
            }
            addresses[kind] = address
        }
        return addresses
    }

    private mutating func readCheck(
        of id: String,
        _ service: String,
        onNode node: String,
    ) throws(JSONFault) -> Check {
        var check = Check(node: node, id: "", status: .passing)
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "id": check.id = try readString()
            case "status": check.status = try readHealth()
            case "node": check.node = try readString()
            case "name": check.name = try readString()
            case "notes": check.notes = try readString()
            case "output": check.output = try readString()
            case "serviceID": check.serviceID = try readString()
            case "serviceName": check.serviceName = try readString()
            case "serviceTags": check.serviceTags = try readStrings()
            case "type": check.type = try readString()
            case "own":
                guard try readBool() else { continue }
                check.serviceID = id
                check.serviceName = service
            default: throw unknown(key)
            }
        }
        return check
    }

    private mutating func readHealth() throws(JSONFault) -> Health {
        let word = try readString()
        return try required(Health(rawValue: word), "health")
    }
}
