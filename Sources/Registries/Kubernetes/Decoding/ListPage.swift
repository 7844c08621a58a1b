package import Wire

/// One page of a list.
package struct ListPage {
    package var objects: [KubernetesObject] = []
    package var version = ""
    /// Asks for the next page; empty on the last.
    package var continuation = ""

    private enum Key: Int, AnswerKey {
        case metadata, items

        static let table = JSONKeyTable(["metadata", "items"])
    }

    private enum MetadataKey: Int, AnswerKey {
        case resourceVersion, continuation

        static let table = JSONKeyTable(["resourceVersion", "continue"])
    }

    package init(_ body: [UInt8], of resource: KubernetesResource) throws(JSONFault) {
        let reader = ObjectReader(resource: resource)
        var json = JSONScanner(body)
        var hasItems = false
        var keys = Keys<Key>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            switch key {
            case .metadata: try readMetadata(in: &json)
            case .items:
                hasItems = true
                if try json.readNull() { continue }
                objects = try json.readList { json throws(JSONFault) in try reader.next(in: &json).object }
            }
        }
        // Without one of them it is something else, and no empty list.
        guard hasItems else { throw json.missing("items", of: "a list") }
        guard !version.isEmpty else { throw json.missing("resourceVersion", of: "a list") }
        try json.finish()
    }

    private mutating func readMetadata(in json: inout JSONScanner) throws(JSONFault) {
        var keys = Keys<MetadataKey>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            switch key {
            case .resourceVersion: version = try json.readString()
            case .continuation: continuation = try json.readString()
            }
        }
    }
}
