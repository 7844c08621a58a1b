internal import Catalog
internal import Wire

/// What an entry says of the service itself (Consul: `NodeService`).
struct ServiceRegistration {
    var id: String
    var name: String
    var tags: [String] = []
    var address = ""
    var taggedAddresses: [String: TaggedAddress]?
    var meta: [String: String] = [:]
    var port = 0
    var weights = Weights()
}

/// Reads the services of an answer, one after the other.
struct ServiceReader {
    private var names = Repetition<String>()
    private var tags = Repetition<[String]>()
    private var meta = Repetition<[String: String]?>()
    private var taggedAddresses = Repetition<[String: TaggedAddress]?>()
    private var weights = Repetition<Weights>()

    private enum Key: Int, AnswerKey {
        case id, name, tags, address, taggedAddresses, meta, port, weights

        static let table = JSONKeyTable(
            ["ID", "Service", "Tags", "Address", "TaggedAddresses", "Meta", "Port", "Weights"]
        )
    }

    mutating func next(in json: inout JSONScanner) throws(JSONFault) -> ServiceRegistration {
        var service = ServiceRegistration(id: "", name: "")
        var id: String?
        var name: String?
        var keys = Keys<Key>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            switch key {
            case .id: id = try json.readString()
            case .name:
                name = try names.next(in: &json) { json throws(JSONFault) in try json.readString() }
            case .tags:
                service.tags = try tags.next(in: &json) { json throws(JSONFault) in
                    try json.readTexts().sorted(by: bytewise)
                }
            case .address: service.address = try json.readString()
            case .taggedAddresses:
                service.taggedAddresses = try taggedAddresses.next(in: &json) { json throws(JSONFault) in
                    try json.readTaggedAddresses()
                }
            case .meta:
                service.meta =
                    try meta.next(in: &json) { json throws(JSONFault) in try json.readTextMap() } ?? [:]
            case .port: service.port = try json.readInt()
            case .weights: service.weights = try weights.next(in: &json, Weights.init(reading:))
            }
        }
        guard let id else { throw json.missing("ID", of: "a service") }
        guard let name else { throw json.missing("Service", of: "a service") }
        service.id = id
        service.name = name
        return service
    }
}

extension Weights {
    private enum Key: Int, AnswerKey {
        case passing, warning

        static let table = JSONKeyTable(["Passing", "Warning"])
    }

    /// Reads `{"Passing":10,"Warning":1}`; both are 1 in Go's nil, `null`.
    init(reading json: inout JSONScanner) throws(JSONFault) {
        self.init()
        if try json.readNull() { return }
        var keys = Keys<Key>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            switch key {
            case .passing: passing = try json.readInt()
            case .warning: warning = try json.readInt()
            }
        }
    }
}

private enum TaggedAddressKey: Int, AnswerKey {
    case address, port

    static let table = JSONKeyTable(["Address", "Port"])
}

extension JSONScanner {
    /// Reads a service's addresses by kind; nil for Go's nil map, `null`.
    fileprivate mutating func readTaggedAddresses() throws(JSONFault) -> [String: TaggedAddress]? {
        if try readNull() { return nil }
        // Most have none or the two that Consul itself adds.
        var addresses = [String: TaggedAddress](minimumCapacity: 2)
        try beginObject()
        while let kind = try nextKey() {
            var address = TaggedAddress(address: "", port: 0)
            var keys = Keys<TaggedAddressKey>()
            try beginObject()
            while let key = try keys.next(in: &self) {
                switch key {
                case .address: address.address = try readString()
                case .port: address.port = try readInt()
                }
            }
            addresses[kind] = address
        }
        return addresses
    }
}
