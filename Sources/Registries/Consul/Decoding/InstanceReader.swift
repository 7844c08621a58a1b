internal import Catalog
internal import Wire

/// Reads the instances of an answer, and leaves out those that break a rule.
struct InstanceReader {
    private let rules: RegistrationRules
    private var nodes = Repetition<Node>()
    private var services = ServiceReader()
    private var checks = CheckReader()
    private(set) var rejected: [RejectedRegistration] = []

    init(_ rules: RegistrationRules) { self.rules = rules }

    private enum EntryKey: Int, AnswerKey {
        case node, service, checks

        static let table = JSONKeyTable(["Node", "Service", "Checks"])
    }

    /// Reads a list of entries of a node, a service on it and their checks (Consul: `CheckServiceNode`), in its order.
    mutating func readEntries(in json: inout JSONScanner) throws(JSONFault) -> [Instance] {
        var instances: [Instance] = []
        try json.beginArray()
        while try json.nextElement() {
            var node: Node?
            var service: ServiceRegistration?
            var checks: [Check] = []
            var keys = Keys<EntryKey>()
            try json.beginObject()
            while let key = try keys.next(in: &json) {
                switch key {
                case .node: node = try nodes.next(in: &json, Node.init(reading:))
                case .service: service = try services.next(in: &json)
                case .checks: checks = try self.checks.next(in: &json)
                }
            }
            guard let node else { throw json.missing("Node", of: "an entry") }
            guard let service else { throw json.missing("Service", of: "an entry") }
            let health = Health.aggregated(from: checks)
            if let instance = instance(service, on: node, checks, health) { instances.append(instance) }
        }
        return instances
    }

    /// Reads an object of services by their IDs. Nothing is said of their health. Go's nil map is `null`.
    mutating func readServices(in json: inout JSONScanner) throws(JSONFault) -> [ServiceRegistration] {
        if try json.readNull() { return [] }
        var registrations: [ServiceRegistration] = []
        try json.beginObject()
        while try json.nextKey() != nil { registrations.append(try services.next(in: &json)) }
        return registrations
    }

    /// The instance that a registration is; nil, and it is noted why, if it breaks a rule.
    mutating func instance(
        _ service: ServiceRegistration,
        on node: Node,
        _ checks: [Check],
        _ health: Health,
    ) -> Instance? {
        if let reason = rules.violation(of: service, on: node) {
            let identity = InstanceIdentity(service: service.name, node: node.name, id: service.id)
            rejected.append(RejectedRegistration(instance: identity, reason: reason))
            return nil
        }
        return Instance(
            service: service.name,
            id: service.id,
            node: node,
            address: service.address,
            port: service.port,
            tags: service.tags,
            meta: service.meta,
            taggedAddresses: service.taggedAddresses,
            weights: service.weights,
            checks: checks,
            health: health
        )
    }

    /// Whether a node keeps to the rules; it is noted if not.
    mutating func accepts(_ node: Node) -> Bool {
        guard let reason = rules.violation(of: node) else { return true }
        let identity = InstanceIdentity(service: "", node: node.name, id: "")
        rejected.append(RejectedRegistration(instance: identity, reason: reason))
        return false
    }

    /// Whether a service's name keeps to the rules; it is noted if not.
    mutating func accepts(serviceName name: String) -> Bool {
        guard let reason = rules.violation(ofServiceName: name) else { return true }
        rejected.append(
            RejectedRegistration(instance: InstanceIdentity(service: name, node: "", id: ""), reason: reason)
        )
        return false
    }
}
