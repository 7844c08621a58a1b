internal import Catalog
internal import Diagnostics
internal import Documents

/// Reads what a server or a program says of a whole registry: the format of registry files, or Prometheus' target groups
/// (`http_sd`), which are known by their shape: a list.
struct PublishedDecoder: Sendable {
    /// What a text says.
    struct Published: Sendable {
        var registry: MergedRegistry
        /// Whether it is target groups: an empty list in them is what many a program prints that cannot ask its own source.
        var isTargetGroups = false
        /// Whether it says that there is nothing at all without naming what there is nothing of, as `[]` does.
        var isBlank = false
        /// What is left out.
        var rejected: [RejectedRegistration] = []
    }

    /// How faults call the text.
    let source: String
    let hostnames: Bool
    /// The labels that may name the service of a target group, the first first.
    let serviceLabels: [String]

    /// The labels that are tried unless one is configured.
    static let usualLabels = ["job", "service", "__meta_service"]

    init(source: String, hostnames: Bool = false, serviceLabel: String? = nil) {
        self.source = source
        self.hostnames = hostnames
        serviceLabels = serviceLabel.map { [$0] } ?? Self.usualLabels
    }

    /// Throws all faults that the text has, as a fault `invalid`.
    func read(_ bytes: [UInt8]) throws(RegistryFault) -> Published {
        do {
            let decoder = FileRegistryDecoder(hostnames: hostnames)
            let tree = try decoder.tree(of: bytes, file: source)
            guard case .list(let groups)? = tree.root?.content else {
                return Published(registry: try decoder.read(tree, isWhole: true).registry)
            }
            return try read(groups, of: tree)
        } catch {
            var fault = error
            fault.hint = "what it says is not used; its last good answer stays in force"
            throw fault
        }
    }

    private func read(_ groups: [SourceNode], of tree: Document) throws(RegistryFault) -> Published {
        var reader = TargetGroupReader(
            source: source,
            addresses: AddressSyntax(allowsHostnames: hostnames),
            serviceLabels: serviceLabels
        )
        for fault in tree.faults { reader.reader.report(fault) }
        for group in groups { reader.read(group) }
        let registry = MergedRegistry(merging: [reader.document])
        for conflict in registry.conflicts { reader.reader.report(conflict.diagnostic) }
        let faults = reader.reader.sortedFaults
        guard faults.isEmpty else { throw RegistryFault(invalid: source, faults) }
        return Published(
            registry: registry,
            isTargetGroups: true,
            isBlank: reader.document.instances.isEmpty,
            rejected: reader.rejected
        )
    }
}
