internal import Catalog
internal import Settings
internal import Wire

/// Reads what a key says of an instance, by one of the conventions that people register with.
struct EtcdInstanceReader: Sendable {
    /// Why a value is no instance: a sentence without a full stop.
    struct Fault: Error {
        var reason: String
    }

    let prefix: String
    private let format: EtcdServiceFormat
    private let rules: RegistrationRules
    private let drains: Bool

    /// - Parameter drains: Whether whoever is gone may have been deregistered.
    init(_ services: EtcdServices, hostnames: Bool, drains: Bool) {
        self.drains = drains
        prefix = services.prefix
        format = services.format
        rules = RegistrationRules(addresses: AddressSyntax(allowsHostnames: hostnames))
    }

    /// The service and ID that a key is of, `PREFIX NAME/ID`; nil if it is none of an instance.
    func place(of key: String) -> (service: String, id: String)? {
        guard key.utf8.starts(with: prefix.utf8) else { return nil }
        let rest = key.utf8.dropFirst(prefix.utf8.count)
        guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        let (service, id) = (rest[..<slash], rest[rest.index(after: slash)...])
        guard !service.isEmpty, !id.isEmpty else { return nil }
        return (String(Substring(service)), String(Substring(id)))
    }

    /// The instance that a value stands for.
    func instance(service: String, id: String, _ value: [UInt8]) throws(Fault) -> Instance {
        if let reason = rules.violation(ofServiceName: service) { throw Fault(reason: reason) }
        var said = try read(value)
        if let reason = rules.violation(of: said.address, "the address") { throw Fault(reason: reason) }
        if !RegistrationRules.range.contains(said.port) {
            throw Fault(reason: RegistrationRules.outOfRange("the port", said.port))
        }
        if !RegistrationRules.range.contains(said.weight) {
            throw Fault(reason: RegistrationRules.outOfRange("the weight", said.weight))
        }
        if said.node.isEmpty { said.node = said.address }
        return Instance(
            service: service,
            id: id,
            node: Node(name: said.node, address: said.address),
            address: said.address,
            port: said.port,
            tags: said.tags,
            meta: said.meta,
            weights: Weights(passing: said.weight, warning: said.weight),
            health: said.health,
            zone: said.zone,
            drains: drains
        )
    }

    /// What a value says.
    private struct Registration {
        var address = ""
        var port = 0
        var node = ""
        var zone = ""
        var tags: [String] = []
        var meta: [String: String] = [:]
        var weight = 1
        var health = Health.passing
    }

    private func read(_ value: [UInt8]) throws(Fault) -> Registration {
        let isObject = value.first { $0 != 0x20 && !(0x09...0x0D).contains($0) } == UInt8(ascii: "{")
        if format == .hostport || (format == .auto && !isObject) {
            return try hostAndPort(String(decoding: value, as: UTF8.self), of: "the value")
        }
        let json: JSON
        do {
            json = try JSON(parsing: value)
        } catch {
            throw Fault(reason: "the value is not JSON: \(error)")
        }
        guard case .object = json else { throw Fault(reason: "the value is no JSON object") }
        switch format {
        case .grpc: return try grpc(json)
        case .skydns: return try skydns(json)
        case .json, .hostport: return try plain(json)
        case .auto:
            if json["Addr"] != nil { return try grpc(json) }
            return try json["host"] != nil && json["address"] == nil ? skydns(json) : plain(json)
        }
    }

    /// `{"address": …, "port": …, "tags": […], "meta": {…}, "weight": …, "health": …, "zone": …, "node": …}`; all but the address
    /// may be missing.
    private func plain(_ json: JSON) throws(Fault) -> Registration {
        var said = Registration()
        said.address = try json.required("address")
        said.port = try json.integer("port") ?? 0
        said.node = try json.text("node") ?? ""
        said.zone = try json.text("zone") ?? ""
        said.weight = try json.integer("weight") ?? 1
        switch json["tags"] ?? .null {
        case .null: break
        case .array(let tags):
            for tag in tags {
                guard case .string(let tag) = tag else { throw Fault(reason: "`tags` is no list of texts") }
                said.tags.append(tag)
            }
        default: throw Fault(reason: "`tags` is no list of texts")
        }
        said.meta = json["meta"]?.scalars ?? [:]
        if let health = try json.text("health") {
            guard let known = Health(rawValue: health) else {
                let words = Health.allCases.map(\.rawValue).joined(separator: ", ")
                throw Fault(reason: "there is no health \(RegistrationRules.printable(health)); it is one of \(words)")
            }
            said.health = known
        }
        return said
    }

    /// gRPC's naming (etcd: `client/v3/naming`): `{"Op": 0, "Addr": "HOST:PORT", "Metadata": …}`; a `weight` in the metadata
    /// counts as such.
    private func grpc(_ json: JSON) throws(Fault) -> Registration {
        // An update that tells watchers of a removal, which nobody should leave lying.
        if case .integer(1)? = json["Op"] { throw Fault(reason: "it is the word of a removal (`Op` 1)") }
        var said = try hostAndPort(json.required("Addr"), of: "`Addr`")
        guard let metadata = json["Metadata"] else { return said }
        said.meta = metadata.scalars
        if let weight = said.meta["weight"].flatMap({ Int($0) }) { said.weight = weight }
        return said
    }

    /// SkyDNS (`msg.Service`): `{"host": …, "port": …, "priority": …, "weight": …, "text": …, "group": …}`. A weight of 0 is the
    /// same as none.
    private func skydns(_ json: JSON) throws(Fault) -> Registration {
        var said = Registration()
        said.address = try json.required("host")
        said.port = try json.integer("port") ?? 0
        said.weight = max(try json.integer("weight") ?? 1, 1)
        said.meta = json.scalars.filter { ["priority", "text", "group"].contains($0.key) && !$0.value.isEmpty }
        return said
    }

    private func hostAndPort(_ text: String, of what: String) throws(Fault) -> Registration {
        let text = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]) else {
            throw Fault(reason: "\(what) is \(RegistrationRules.printable(text)), not HOST:PORT")
        }
        var said = Registration()
        said.address = String(text[..<colon])
        if said.address.first == "[", said.address.last == "]" {
            said.address = String(said.address.dropFirst().dropLast())
        }
        said.port = port
        return said
    }
}

extension JSON {
    fileprivate func required(_ key: String) throws(EtcdInstanceReader.Fault) -> String {
        guard let text = try text(key), !text.isEmpty else { throw .init(reason: "the value has no `\(key)`") }
        return text
    }

    fileprivate func text(_ key: String) throws(EtcdInstanceReader.Fault) -> String? {
        switch self[key] ?? .null {
        case .null: return nil
        case .string(let text): return text
        default: throw .init(reason: "`\(key)` is no text")
        }
    }

    /// A whole number, also one in quotes.
    fileprivate func integer(_ key: String) throws(EtcdInstanceReader.Fault) -> Int? {
        switch self[key] ?? .null {
        case .null: return nil
        case .integer(let number): return number
        case .string(let text):
            if let number = Int(text) { return number }
        default: break
        }
        throw .init(reason: "`\(key)` is no whole number")
    }

    /// The members of an object that are no objects or lists, as texts.
    fileprivate var scalars: [String: String] {
        guard case .object(let members) = self else { return [:] }
        var texts: [String: String] = [:]
        for (key, value) in members {
            switch value {
            case .string(let text): texts[key] = text
            case .integer(let number): texts[key] = "\(number)"
            case .number(let number): texts[key] = JSONWriter.text(of: number)
            case .bool(let flag): texts[key] = "\(flag)"
            case .null, .array, .object: break
            }
        }
        return texts
    }
}
