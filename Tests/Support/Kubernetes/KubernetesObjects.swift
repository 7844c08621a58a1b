/// An object of the test's cluster.
package struct ClusterObject: Hashable, Sendable {
    package enum Resource: String, Sendable { case services, endpointslices }

    package var resource: Resource
    package var namespace: String
    package var name: String
    package var labels: [String: String]
    /// The object's fields beside `metadata`, in JSON without braces.
    package var fields: String
    package var annotations: [String: String]

    var key: String { "\(resource.rawValue)/\(namespace)/\(name)" }

    func json(version: Int) -> String {
        func map(_ texts: [String: String]) -> String {
            "{"
                + texts.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }.joined(
                    separator: ","
                ) + "}"
        }
        return """
            {"metadata":{"name":\(quoted(name)),"namespace":"\(namespace)","uid":"u","resourceVersion":"\(version)",\
            "labels":\(map(labels)),"annotations":\(map(annotations)),"managedFields":[{"manager":"test","fieldsV1":{"f:x":{}}}]}\
            \(fields.isEmpty ? "" : ",")\(fields)}
            """
    }

    /// A Service with these ports, the first one named first.
    package static func service(
        _ name: String,
        in namespace: String = "shop",
        ports: [String] = ["http"],
        labels: [String: String] = [:],
        annotations: [String: String] = [:],
    ) -> ClusterObject {
        let ports = ports.map { #"{"name":"\#($0)","protocol":"TCP","port":80,"targetPort":"\#($0)"}"# }
        return ClusterObject(
            resource: .services,
            namespace: namespace,
            name: name,
            labels: labels,
            fields: #""spec":{"ports":[\#(ports.joined(separator: ","))],"type":"ClusterIP","ipFamilies":["IPv4"]}"#,
            annotations: annotations
        )
    }

    /// An EndpointSlice of `service`.
    package static func slice(
        _ name: String,
        of service: String = "web",
        in namespace: String = "shop",
        _ endpoints: [Endpoint],
        ports: [(name: String, number: Int)] = [("http", 8080)],
        family: String = "IPv4",
        annotations: [String: String] = [:],
    ) -> ClusterObject {
        let ports = ports.map { #"{"name":"\#($0.name)","protocol":"TCP","port":\#($0.number)}"# }
        return ClusterObject(
            resource: .endpointslices,
            namespace: namespace,
            name: name,
            labels: ["kubernetes.io/service-name": service],
            fields: #""addressType":"\#(family)","endpoints":[\#(endpoints.map(\.json).joined(separator: ","))],"#
                + #""ports":[\#(ports.joined(separator: ","))]"#,
            annotations: annotations
        )
    }

    /// An endpoint of a slice.
    package struct Endpoint: Sendable {
        package enum State: Sendable { case ready, notReady, terminating, terminated }

        var pod: String?
        var address: String
        var state: State
        var node: String
        var zone: String

        package init(
            _ pod: String?,
            _ address: String,
            _ state: State = .ready,
            node: String = "node-a",
            zone: String = "eu-1a",
        ) {
            self.pod = pod
            self.address = address
            self.state = state
            self.node = node
            self.zone = zone
        }

        var json: String {
            let (ready, serving, terminating) =
                switch state {
                case .ready: (true, true, false)
                case .notReady: (false, false, false)
                case .terminating: (false, true, true)
                case .terminated: (false, false, true)
                }
            let reference = pod.map { #","targetRef":{"kind":"Pod","namespace":"shop","name":\#(quoted($0))}"# } ?? ""
            return """
                {"addresses":[\(quoted(address))],"conditions":{"ready":\(ready),"serving":\(serving),\
                "terminating":\(terminating)}\(reference),"nodeName":"\(node)","zone":"\(zone)"}
                """
        }
    }
}

func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
        scalar == "\"" || scalar == "\\"
            ? "\\\(scalar)" : scalar.value < 0x20 ? "\\u00\(hexadecimal(scalar.value))" : "\(scalar)"
    }
    return "\"\(escaped.joined())\""
}

private func hexadecimal(_ number: UInt32) -> String { (number < 16 ? "0" : "") + String(number, radix: 16) }
