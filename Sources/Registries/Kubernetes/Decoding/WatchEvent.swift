package import Wire

/// One line of a watch (Kubernetes API concepts, "Efficient detection of changes").
package enum WatchEvent: Sendable {
    case put(KubernetesObject, version: String)
    case removed(KubernetesObject, version: String)
    /// Nothing has changed up to this version.
    case bookmark(version: String, endsInitialEvents: Bool)
    /// The last event of a stream.
    case failed(KubernetesFault)

    private enum Key: Int, AnswerKey {
        case type, object

        static let table = JSONKeyTable(["type", "object"])
    }

    package init(_ line: [UInt8], of resource: KubernetesResource) throws(JSONFault) {
        var json = JSONScanner(line)
        var type = ""
        var object: Range<Int>?
        var keys = Keys<Key>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            switch key {
            case .type: type = try json.readString()
            case .object:
                _ = try json.peekKind()
                object = try json.skipValue()
            }
        }
        try json.finish()
        guard let object else { throw json.missing("object", of: "an event") }
        var content = JSONScanner(line, from: object.lowerBound)
        switch type {
        case "ERROR":
            self = .failed(.of(try content.readTree()))
            return
        case "ADDED", "MODIFIED", "DELETED", "BOOKMARK": break
        default: throw JSONFault("there is no event of the type `\(type)`", at: 0)
        }
        let read = try ObjectReader(resource: resource).next(in: &content)
        guard !read.version.isEmpty else { throw content.missing("resourceVersion", of: "an event") }
        if type == "BOOKMARK" {
            self = .bookmark(version: read.version, endsInitialEvents: read.endsInitialEvents)
            return
        }
        guard !read.object.name.name.isEmpty else { throw content.missing("name", of: "an event") }
        self =
            type == "DELETED" ? .removed(read.object, version: read.version) : .put(read.object, version: read.version)
    }
}
