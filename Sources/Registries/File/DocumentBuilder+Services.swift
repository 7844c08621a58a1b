internal import Catalog
internal import Diagnostics
internal import Documents

/// What an instance's entry need not say, because its service or the file says it.
struct InstanceDefaults {
    var weights = Weights()
    var health = Health.passing
    var ttl: Duration?
    var port = 0
    var zone = ""
    var node: String?
    var tags: [String] = []
    var meta: [String: String] = [:]

    static let keys = KnownKeys(names: ["weight", "weights", "health", "ttl", "port", "zone", "node"])
}

extension DocumentBuilder {
    private static let serviceKeys = KnownKeys(names: InstanceDefaults.keys.names + ["tags", "meta", "instances"])
    private static let weightKeys = KnownKeys(names: ["passing", "warning"])
    private static let addressKeys = KnownKeys(names: ["address", "port"])
    private static let instanceKeys = KnownKeys(names: [
        "id", "address", "port", "weight", "weights", "zone", "tags", "meta", "health", "checks", "tagged_addresses",
        "node", "expires", "ttl", "renewed",
    ])

    /// Reads the file's `defaults`.
    mutating func readDefaults(_ node: SourceNode) {
        guard let fields = reader.fields(node, of: "`defaults`", InstanceDefaults.keys) else { return }
        defaults = refined(defaults, by: fields)
    }

    /// Reads the map `services`.
    mutating func readServices(_ node: SourceNode) {
        for entry in reader.entries(node, of: "`services`") ?? [] {
            guard !entry.name.isEmpty else {
                reader.report(entry.place.fault("a service has an empty name", hint: "give it a name"))
                continue
            }
            readService(entry)
        }
    }

    private mutating func readService(_ service: SourceNode.Entry) {
        guard let fields = reader.fields(service.value, of: "service `\(service.name)`", Self.serviceKeys) else {
            return
        }
        document.services.append(service.name)
        var serviceDefaults = refined(defaults, by: fields)
        serviceDefaults.tags = reader.texts("tags", in: fields).sortedAndUnique
        serviceDefaults.meta = reader.textMap("meta", in: fields) ?? [:]
        guard let instances = fields.value(of: "instances") else {
            reader.report(
                service.place.fault(
                    "service `\(service.name)` does not say its instances",
                    hint: "if there is none, write `instances: []`"
                )
            )
            return
        }
        guard explicit(instances, "instances", empty: "instances: []") else { return }
        for item in reader.items(instances, of: "`instances`") ?? [] {
            readInstance(item, of: service.name, defaults: serviceDefaults)
        }
    }

    private mutating func refined(_ defaults: InstanceDefaults, by fields: Fields) -> InstanceDefaults {
        var refined = defaults
        refined.weights = weights(in: fields) ?? defaults.weights
        refined.health = reader.health("health", in: fields) ?? defaults.health
        refined.ttl = reader.duration("ttl", in: fields) ?? defaults.ttl
        refined.port = reader.port("port", in: fields) ?? defaults.port
        refined.zone = reader.text("zone", in: fields) ?? defaults.zone
        refined.node = nodeName(in: fields) ?? defaults.node
        return refined
    }

    private mutating func readInstance(_ item: SourceNode, of service: String, defaults: InstanceDefaults) {
        if case .scalar = item.content {
            guard let place = endpoint(item) else { return }
            append(Fields?.none, item, service, address: place.address, port: place.port ?? defaults.port, defaults)
        } else if let fields = reader.fields(item, of: "an instance", Self.instanceKeys) {
            let address = reader.address("address", in: fields)
            let port = reader.port("port", in: fields) ?? defaults.port
            append(fields, item, service, address: address ?? "", port: port, defaults)
        }
    }

    private mutating func append(
        _ fields: Fields?,
        _ item: SourceNode,
        _ service: String,
        address: String,
        port: Int,
        _ defaults: InstanceDefaults,
    ) {
        let statedNode = fields.flatMap { nodeName(in: $0) } ?? defaults.node
        let statedID = fields.flatMap { reader.name("id", in: $0) }
        let node = statedNode ?? address
        let id = statedID ?? "\(service)-\(address.isEmpty ? node : address)-\(port)"
        var instance = InstanceDeclaration(
            service: service,
            id: id,
            node: node,
            address: address,
            port: port,
            tags: defaults.tags,
            meta: defaults.meta,
            taggedAddresses: nil,
            weights: defaults.weights,
            checks: [],
            statedHealth: nil,
            defaultHealth: defaults.health,
            zone: defaults.zone,
            lease: Lease(ttl: defaults.ttl),
            place: item.place
        )
        if let fields {
            let tags = reader.texts("tags", in: fields)
            if !tags.isEmpty { instance.tags = (defaults.tags + tags).sortedAndUnique }
            if let meta = reader.textMap("meta", in: fields) {
                instance.meta = defaults.meta.isEmpty ? meta : defaults.meta.merging(meta) { $1 }
            }
            instance.taggedAddresses = taggedAddresses(in: fields)
            instance.weights = weights(in: fields) ?? defaults.weights
            instance.statedHealth = reader.health("health", in: fields)
            instance.zone = reader.text("zone", in: fields) ?? defaults.zone
            instance.lease = Lease(
                expires: reader.timestamp("expires", in: fields),
                ttl: reader.duration("ttl", in: fields) ?? defaults.ttl,
                renewed: reader.timestamp("renewed", in: fields)
            )
            instance.checks = checks(in: fields)
        }
        for index in instance.checks.indices {
            instance.checks[index].node = node
            instance.checks[index].serviceID = id
            instance.checks[index].serviceName = service
            instance.checks[index].serviceTags = instance.tags
        }
        if !node.isEmpty {
            document.instances.append(instance)
        } else if fields?["address"] == nil, fields?["node"] == nil {
            reader.report(
                item.fault(
                    "an instance of `\(service)` has neither address nor node",
                    hint: "give it an `address`, or the `node` whose address it has"
                )
            )
        }
    }

    /// An instance's short form: `10.0.0.1:8080`, `[fd00::1]:80`, or either without a port.
    private mutating func endpoint(_ item: SourceNode) -> (address: String, port: Int?)? {
        guard let text = reader.text(of: item, "an instance") else { return nil }
        if AddressSyntax.isIPv6(text) {
            reader.report(
                item.fault(
                    "where the port of `\(text)` begins cannot be told",
                    hint: "write an IPv6 address in brackets: `[fd00::1]:80`"
                )
            )
            return nil
        }
        var address = text[...]
        var port: Substring?
        if text.first == "[", let end = text.firstIndex(of: "]"), AddressSyntax.isIPv6(text[..<end].dropFirst()) {
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else {
                reader.report(item.fault("`\(text)` is no address with a port", hint: "write it as `[fd00::1]:80`"))
                return nil
            }
            address = text[..<end].dropFirst()
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = text.lastIndex(of: ":") {
            address = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        guard let address = reader.address(String(address), at: item) else { return nil }
        guard let port else { return (address, nil) }
        guard let number = UInt16(port), port.first != "+" else {
            reader.report(
                item.fault(
                    "the port of `\(text)` is no number in the range 0 to 65535",
                    hint: "write it as `10.0.0.1:8080`"
                )
            )
            return nil
        }
        return (address, Int(number))
    }

    // MARK: - Parts

    /// `weight: 10`, what counts while passing; or `weights: {passing: 10, warning: 1}`. Warning counts 1 unless said,
    /// and never more than a `weight` of 0.
    private mutating func weights(in fields: Fields) -> Weights? {
        let weight: Int? = reader.integer("weight", in: fields, within: 0...65535)
        guard let node = fields.value(of: "weights") else {
            return weight.map { Weights(passing: $0, warning: min($0, 1)) }
        }
        if let other = fields["weight"]?.place {
            reader.report(
                other.fault(
                    "`weight` and `weights` say the same",
                    hint: "keep `weights: {passing: …, warning: …}`, or `weight` alone"
                )
            )
        }
        guard let parts = reader.fields(node, of: "`weights`", Self.weightKeys) else { return nil }
        return Weights(
            passing: reader.integer("passing", in: parts, within: 0...65535) ?? 1,
            warning: reader.integer("warning", in: parts, within: 0...65535) ?? 1
        )
    }

    /// `{lan: {address: 10.0.0.1, port: 80}}`; nil if it is not there or null.
    private mutating func taggedAddresses(in fields: Fields) -> [String: TaggedAddress]? {
        guard let node = fields.value(of: "tagged_addresses"), !node.isNull else { return nil }
        var addresses: [String: TaggedAddress] = [:]
        for entry in reader.entries(node, of: "`tagged_addresses`") ?? [] {
            let what = "`\(entry.name)` of `tagged_addresses`"
            guard let parts = reader.fields(entry.value, of: what, Self.addressKeys) else { continue }
            guard parts.value(of: "address") != nil else {
                reader.report(
                    entry.place.fault(
                        "\(what) has no `address`",
                        hint: "give it one, or leave the entry out"
                    )
                )
                continue
            }
            let port = reader.port("port", in: parts) ?? 0
            guard let address = reader.address("address", in: parts) else { continue }
            addresses[entry.name] = TaggedAddress(address: address, port: port)
        }
        return addresses
    }
}
