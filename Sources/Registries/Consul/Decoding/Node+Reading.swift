internal import Catalog
internal import Wire

extension Node {
    private enum Key: Int, AnswerKey {
        case id, name, address, datacenter, taggedAddresses, meta

        static let table = JSONKeyTable(["ID", "Node", "Address", "Datacenter", "TaggedAddresses", "Meta"])
    }

    /// Reads a node of the catalog (Consul: `Node`).
    init(reading json: inout JSONScanner) throws(JSONFault) {
        var node = Node(name: "")
        var name: String?
        var keys = Keys<Key>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            switch key {
            case .id: node.id = try json.readString()
            case .name: name = try json.readString()
            case .address: node.address = try json.readString()
            case .datacenter: node.datacenter = try json.readString()
            case .taggedAddresses: node.taggedAddresses = try json.readTextMap()
            case .meta: node.meta = try json.readTextMap() ?? [:]
            }
        }
        guard let name else { throw json.missing("Node", of: "a node") }
        node.name = name
        self = node
    }
}
