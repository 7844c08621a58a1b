internal import Catalog
internal import Documents

/// Reads Prometheus' target groups, `[{"targets": ["10.0.0.1:80"], "labels": {"job": "web"}}]` (Prometheus: HTTP service
/// discovery, "HTTP_SD format"), as the instances of services that one of their labels names; the other labels are meta.
///
/// A target that is no address is left out alone, since whoever registers chooses it; what is wrong with the form of the
/// whole is a fault.
struct TargetGroupReader {
    var reader: RegistryFileReader
    private(set) var document: RegistryDocument
    private(set) var rejected: [RejectedRegistration] = []
    private let serviceLabels: [String]
    /// By service: two groups may list one target.
    private var seen: Set<InstanceIdentity> = []

    init(source: String, addresses: AddressSyntax, serviceLabels: [String]) {
        reader = RegistryFileReader(addresses: addresses)
        document = RegistryDocument(file: source)
        self.serviceLabels = serviceLabels
    }

    /// Reads one group.
    mutating func read(_ group: SourceNode) {
        guard let entries = reader.entries(group, of: "a target group") else { return }
        let fields = Fields(entries)
        guard let list = fields.value(of: "targets") else {
            reader.report(
                group.fault("a target group has no `targets`", hint: "write {\"targets\": [\"10.0.0.1:80\"]}")
            )
            return
        }
        guard var labels = labels(fields), let targets = reader.items(list, of: "`targets`") else { return }
        guard let label = serviceLabels.first(where: { labels[$0].map { !$0.isEmpty } ?? false }),
            let service = labels.removeValue(forKey: label)
        else {
            let names = serviceLabels.map { "`\($0)`" }.joined(separator: " or ")
            reader.report(
                group.fault(
                    "a target group has no label \(names) that names its service",
                    hint: "say with `service_label` which of its labels does"
                )
            )
            return
        }
        document.services.append(service)
        for target in targets {
            if let text = reader.text(of: target, "a target") { append(text, target, of: service, labels) }
        }
    }

    private mutating func labels(_ fields: Fields) -> [String: String]? {
        guard fields.value(of: "labels") != nil else { return [:] }
        return reader.textMap("labels", in: fields)
    }

    private mutating func append(_ text: String, _ target: SourceNode, of service: String, _ labels: [String: String]) {
        guard let (address, port) = endpoint(text), reader.addresses.accepts(address) else {
            reject(text, of: service)
            return
        }
        let id = "\(service)-\(address)-\(port)"
        guard seen.insert(InstanceIdentity(service: service, node: address, id: id)).inserted else { return }
        document.instances.append(
            InstanceDeclaration(
                service: service,
                id: id,
                node: address,
                address: address,
                port: port,
                tags: [],
                meta: labels,
                taggedAddresses: nil,
                weights: Weights(),
                checks: [],
                statedHealth: nil,
                defaultHealth: .passing,
                zone: "",
                lease: Lease(),
                place: target.place
            )
        )
    }

    private mutating func reject(_ text: String, of service: String) {
        let shown = String(
            text.unicodeScalars.prefix(100).map { (0x20..<0x7F).contains($0.value) ? Character($0) : "?" }
        )
        let isHostname =
            !reader.addresses.allowsHostnames && endpoint(text).map { AddressSyntax.isHostname($0.0) } ?? false
        rejected.append(
            RejectedRegistration(
                instance: InstanceIdentity(service: service, node: "", id: shown),
                reason: isHostname
                    ? "the target `\(shown)` is a host name, which only `hostnames: true` allows"
                    : "the target `\(shown)` is no address and port"
            )
        )
    }

    /// `HOST:PORT`, `[IPV6]:PORT`, or a host alone, whose port is 0; nil for anything else.
    private func endpoint(_ text: String) -> (String, Int)? {
        var (host, port) = (text[...], Substring())
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            guard AddressSyntax.isIPv6(host) else { return nil }
            port = text[text.index(after: end)...]
        } else if let colon = text.firstIndex(of: ":"), !AddressSyntax.isIPv6(text) {
            host = text[..<colon]
            port = text[colon...]
        }
        if port.isEmpty { return (String(host), 0) }
        let digits = port.dropFirst()
        guard port.first == ":", digits.utf8.count <= 5, digits.first != "0", digits.first != "+",
            let number = Int(digits), (1...65535).contains(number)
        else { return nil }
        return (String(host), number)
    }
}
