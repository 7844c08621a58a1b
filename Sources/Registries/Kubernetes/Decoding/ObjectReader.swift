internal import Catalog
internal import Wire

/// Reads the objects of one resource. Go's nil lists and maps are `null`.
struct ObjectReader {
    let resource: KubernetesResource

    /// What is read of an object's metadata.
    private struct Metadata {
        var name: ObjectName
        var version = ""
        var labels: [String: String] = [:]
        var annotations: [String: String] = [:]
    }

    /// An object with its resourceVersion, or a bookmark, which has no name.
    struct Read {
        var object: KubernetesObject
        var version: String
        /// Whether it ends what was there when the watch began.
        var endsInitialEvents: Bool
    }

    private enum Key: Int, AnswerKey {
        case metadata, addressType, endpoints, ports, spec

        static let table = JSONKeyTable(["metadata", "addressType", "endpoints", "ports", "spec"])
    }

    func next(in json: inout JSONScanner) throws(JSONFault) -> Read {
        var metadata: Metadata?
        var slice = EndpointSlice(name: ObjectName(namespace: "", name: ""))
        var service = KubernetesService(name: slice.name)
        var keys = Keys<Key>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            if try json.readNull() { continue }
            switch key {
            case .metadata: metadata = try Self.metadata(in: &json)
            case .addressType: slice.family = AddressFamily(rawValue: try json.readString())
            case .endpoints:
                slice.endpoints = try json.readList { json throws(JSONFault) in try Self.endpoint(in: &json) }
            case .ports: slice.ports = try json.readList { json throws(JSONFault) in try Self.port(in: &json) }
            case .spec where resource == .services: try Self.readSpec(of: &service, in: &json)
            case .spec: try json.skipValue()
            }
        }
        guard let metadata else { throw json.missing("metadata", of: "an object") }
        let object: KubernetesObject
        switch resource {
        case .services:
            service.name = metadata.name
            service.notes = Self.notes(in: metadata.annotations)
            service.meta = metadata.annotations
            // kubectl's copy of the whole object.
            service.meta["kubectl.kubernetes.io/last-applied-configuration"] = nil
            service.meta.merge(metadata.labels) { $1 }
            object = .service(service)
        case .endpointSlices:
            slice.name = metadata.name
            slice.service = metadata.labels["kubernetes.io/service-name"] ?? ""
            slice.notes = Self.notes(in: metadata.annotations)
            object = .slice(slice)
        }
        return Read(
            object: object,
            version: metadata.version,
            endsInitialEvents: metadata.annotations["k8s.io/initial-events-end"] == "true"
        )
    }

    /// What annotations say for headgate.
    private static func notes(in annotations: [String: String]) -> [String: String] {
        var notes: [String: String] = [:]
        for (name, value) in annotations where name.hasPrefix("headgate/") { notes[String(name.dropFirst(9))] = value }
        return notes
    }

    private enum MetadataKey: Int, AnswerKey {
        case name, namespace, resourceVersion, labels, annotations

        static let table = JSONKeyTable(["name", "namespace", "resourceVersion", "labels", "annotations"])
    }

    private static func metadata(in json: inout JSONScanner) throws(JSONFault) -> Metadata {
        var metadata = Metadata(name: ObjectName(namespace: "", name: ""))
        var keys = Keys<MetadataKey>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            switch key {
            case .name: metadata.name.name = try json.readString()
            case .namespace: metadata.name.namespace = try json.readString()
            case .resourceVersion: metadata.version = try json.readString()
            case .labels: metadata.labels = try json.readTextMap() ?? [:]
            case .annotations: metadata.annotations = try json.readTextMap() ?? [:]
            }
        }
        return metadata
    }

    // MARK: - EndpointSlices

    private enum EndpointKey: Int, AnswerKey {
        case addresses, conditions, targetRef, nodeName, zone

        static let table = JSONKeyTable(["addresses", "conditions", "targetRef", "nodeName", "zone"])
    }

    private static func endpoint(in json: inout JSONScanner) throws(JSONFault) -> EndpointSlice.Endpoint {
        var endpoint = EndpointSlice.Endpoint()
        var keys = Keys<EndpointKey>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            if try json.readNull() { continue }
            switch key {
            case .addresses: endpoint.address = try json.readStrings().first ?? ""
            case .conditions: endpoint.health = try health(in: &json)
            case .targetRef: endpoint.pod = try pod(in: &json)
            case .nodeName: endpoint.node = try json.readString()
            case .zone: endpoint.zone = try json.readString()
            }
        }
        return endpoint
    }

    private enum ConditionKey: Int, AnswerKey {
        case ready, serving, terminating

        static let table = JSONKeyTable(["ready", "serving", "terminating"])
    }

    /// What is not said of a condition is `ready`; of `serving`, what `ready` says (API reference, `EndpointConditions`). A
    /// Service with `publishNotReadyAddresses` is ready also while it terminates.
    private static func health(in json: inout JSONScanner) throws(JSONFault) -> Health {
        var conditions: [ConditionKey: Bool] = [:]
        var keys = Keys<ConditionKey>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            if try !json.readNull() { conditions[key] = try json.readBool() }
        }
        let isReady = conditions[.ready] ?? true
        if conditions[.terminating] ?? false { return conditions[.serving] ?? isReady ? .draining : .critical }
        return isReady ? .passing : .critical
    }

    private enum ReferenceKey: Int, AnswerKey {
        case kind, name

        static let table = JSONKeyTable(["kind", "name"])
    }

    private static func pod(in json: inout JSONScanner) throws(JSONFault) -> String? {
        var (kind, name) = ("", "")
        var keys = Keys<ReferenceKey>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            switch key {
            case .kind: kind = try json.readString()
            case .name: name = try json.readString()
            }
        }
        return kind == "Pod" && !name.isEmpty ? name : nil
    }

    private enum PortKey: Int, AnswerKey {
        case name, port

        static let table = JSONKeyTable(["name", "port"])
    }

    private static func port(in json: inout JSONScanner) throws(JSONFault) -> EndpointSlice.Port {
        var port = EndpointSlice.Port()
        var keys = Keys<PortKey>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            if try json.readNull() { continue }
            switch key {
            case .name: port.name = try json.readString()
            case .port: port.number = try json.readInt()
            }
        }
        return port
    }

    // MARK: - Services

    private enum SpecKey: Int, AnswerKey {
        case ports, type, ipFamilies

        static let table = JSONKeyTable(["ports", "type", "ipFamilies"])
    }

    private static func readSpec(of service: inout KubernetesService, in json: inout JSONScanner) throws(JSONFault) {
        var keys = Keys<SpecKey>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            if try json.readNull() { continue }
            switch key {
            case .ports:
                service.ports = try json.readList { json throws(JSONFault) in try Self.port(in: &json).name }
            case .type: service.isExternalName = try json.readString() == "ExternalName"
            case .ipFamilies: service.families = try json.readStrings().compactMap(AddressFamily.init)
            }
        }
    }
}
