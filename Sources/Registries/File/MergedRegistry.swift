internal import Catalog
internal import Diagnostics
internal import Documents

/// The documents of a registry joined: nodes completed from all their mentions, and what contradicts.
struct MergedRegistry: Sendable {
    /// Something two places say differently, or that none says.
    struct Conflict: Sendable {
        enum Kind: Sendable {
            /// Two entries contradict each other.
            case clash
            /// An entry lacks something that another file may say.
            case gap
        }

        var kind: Kind
        /// The positions, in the order they were merged, of the documents that have a part in it.
        var documents: Set<Int>
        var diagnostic: Diagnostic
    }

    struct ResolvedNode: Sendable {
        var node: Catalog.Node
        var checks: [Check]
        var isListed: Bool
    }

    private(set) var conflicts: [Conflict] = []
    private(set) var datacenter = "dc1"
    private(set) var datacenters: [String] = []
    private(set) var ownNode: String?
    private(set) var services: [String] = []
    private(set) var nodes: [String: ResolvedNode] = [:]
    private(set) var instances: [(document: Int, declaration: InstanceDeclaration)] = []
    private(set) var keys: [KeyValue] = []
    /// The documents' files, in the order they were merged.
    private(set) var files: [String]

    /// Joins `documents`, whose order decides only which of two contradicting places is named first.
    init(merging documents: [RegistryDocument]) {
        files = documents.map(\.file)
        mergeTopLevel(documents)
        mergeNodes(documents)
        mergeInstances(documents)
        mergeKeys(documents)
    }

    // MARK: - Parts

    private mutating func mergeTopLevel(_ documents: [RegistryDocument]) {
        var first: [String: (document: Int, value: Placed<String>)] = [:]
        for (index, document) in documents.enumerated() {
            for (key, value) in [("datacenter", document.datacenter), ("own_node", document.ownNode)] {
                guard let value else { continue }
                if let other = first[key] {
                    guard other.value.value != value.value else { continue }
                    clash(
                        "`\(key)` is `\(value.value)` here and `\(other.value.value)` in \(other.value.place.file.name)",
                        at: value.place,
                        with: other.value.place,
                        [index, other.document],
                        hint: "say it once for the whole registry"
                    )
                } else {
                    first[key] = (index, value)
                }
            }
            datacenters += document.datacenters
            services += document.services
        }
        if let own = first["datacenter"]?.value.value { datacenter = own }
        ownNode = first["own_node"]?.value.value
    }

    private mutating func mergeNodes(_ documents: [RegistryDocument]) {
        var mentions: [String: [(document: Int, declaration: NodeDeclaration)]] = [:]
        for (index, document) in documents.enumerated() {
            for declaration in document.nodes { mentions[declaration.name, default: []].append((index, declaration)) }
        }
        for (name, mentions) in mentions.sorted(by: { $0.key < $1.key }) {
            let id = agreed("ID", of: mentions, \.id)
            let address = agreed("address", of: mentions, \.address)
            let datacenter = agreed("datacenter", of: mentions, \.datacenter)
            let meta = agreed("meta", of: mentions, \.meta)
            let taggedAddresses = agreed("tagged addresses", of: mentions, \.taggedAddresses)
            let checks = agreed("checks", of: mentions, \.checks)
            nodes[name] = ResolvedNode(
                node: Catalog.Node(
                    id: id ?? "",
                    name: name,
                    address: address ?? "",
                    datacenter: datacenter ?? self.datacenter,
                    taggedAddresses: taggedAddresses,
                    meta: meta ?? [:]
                ),
                checks: checks ?? [],
                isListed: mentions.contains { $0.declaration.isListed }
            )
            checkDatacenter(of: mentions)
        }
    }

    /// What the mentions of one node say of one thing; a clash if they differ.
    private mutating func agreed<Value: Equatable>(
        _ what: String,
        of mentions: [(document: Int, declaration: NodeDeclaration)],
        _ part: (NodeDeclaration) -> Value?,
    ) -> Value? {
        var first: (value: Value, document: Int, declaration: NodeDeclaration)?
        for (document, declaration) in mentions {
            guard let value = part(declaration) else { continue }
            if let first, first.value != value {
                clash(
                    "node `\(declaration.name)` has another \(what) here than elsewhere",
                    at: declaration.place,
                    with: first.declaration.place,
                    [document, first.document],
                    hint: "describe the node once, under `nodes:`, and let instances name it"
                )
            } else if first == nil {
                first = (value, document, declaration)
            }
        }
        return first?.value
    }

    /// A node in a datacenter that nobody declared would be in no answer, and nobody would know why.
    private mutating func checkDatacenter(of mentions: [(document: Int, declaration: NodeDeclaration)]) {
        for (document, declaration) in mentions {
            guard let own = declaration.datacenter, own != datacenter, !datacenters.contains(own) else { continue }
            gap(
                "node `\(declaration.name)` is in datacenter `\(own)`, which the registry does not have",
                at: declaration.place,
                document,
                hint: "say `datacenter: \(own)` at the top, or add it to `datacenters` and ask with `@\(own)`"
            )
        }
    }

    private mutating func mergeInstances(_ documents: [RegistryDocument]) {
        var seen: [InstanceIdentity: (document: Int, place: SourcePlace)] = [:]
        checkSpelling(of: documents)
        let count = documents.reduce(0) { $0 + $1.instances.count }
        seen.reserveCapacity(count)
        instances.reserveCapacity(count)
        for (index, document) in documents.enumerated() {
            for declaration in document.instances {
                // One ID on two nodes is legal, but a node that is only the instance's address tells nothing apart.
                let isNodeImplied = declaration.node == declaration.address
                let identity = InstanceIdentity(
                    service: declaration.service,
                    node: isNodeImplied ? "" : declaration.node,
                    id: declaration.id
                )
                if let other = seen.updateValue((index, declaration.place), forKey: identity) {
                    seen[identity] = other
                    clash(
                        "instance `\(declaration.id)` of `\(declaration.service)` on node `\(declaration.node)` exists twice",
                        at: declaration.place,
                        with: other.place,
                        [index, other.document],
                        hint: "give each an `id` of its own, or remove one"
                    )
                    continue
                }
                let hasNoAddress = addressIsMissing(ofNodeOf: declaration)
                instances.append((index, declaration))
                if declaration.address.isEmpty, hasNoAddress {
                    gap(
                        "instance `\(declaration.id)` of `\(declaration.service)` has no address, nor has its node",
                        at: declaration.place,
                        index,
                        hint: "give one of them an `address`"
                    )
                }
            }
        }
    }

    /// Queries ignore the case of a service's name: whoever registered `Web` would get the traffic of `web`.
    private mutating func checkSpelling(of documents: [RegistryDocument]) {
        var spellings: [String: (document: Int, declaration: InstanceDeclaration)] = [:]
        var last: String?
        for (index, document) in documents.enumerated() {
            for declaration in document.instances where declaration.service != last {
                last = declaration.service
                let name = declaration.service.lowercased()
                guard let other = spellings[name] else {
                    spellings[name] = (index, declaration)
                    continue
                }
                guard other.declaration.service != declaration.service else { continue }
                clash(
                    "service `\(declaration.service)` is `\(other.declaration.service)` elsewhere, and queries ignore case",
                    at: declaration.place,
                    with: other.declaration.place,
                    [index, other.document],
                    hint: "write it the same way everywhere, or choose another name"
                )
            }
        }
    }

    /// Adds the node of an instance if nobody mentions it, with its name for an address where that is one. Returns whether
    /// the node has no address.
    private mutating func addressIsMissing(ofNodeOf declaration: InstanceDeclaration) -> Bool {
        let own = declaration.node == declaration.address ? declaration.address : ""
        if let known = nodes[declaration.node] {
            if !known.node.address.isEmpty { return false }
            if !own.isEmpty { nodes[declaration.node]?.node.address = own }
        } else {
            nodes[declaration.node] = ResolvedNode(
                node: Catalog.Node(name: declaration.node, address: own, datacenter: datacenter),
                checks: [],
                isListed: false
            )
        }
        return own.isEmpty
    }

    private mutating func mergeKeys(_ documents: [RegistryDocument]) {
        var seen: [String: (document: Int, place: SourcePlace)] = [:]
        for (index, document) in documents.enumerated() {
            for key in document.keys {
                if let other = seen[key.value.path] {
                    clash(
                        "key `\(key.value.path)` is written twice",
                        at: key.place,
                        with: other.place,
                        [index, other.document],
                        hint: "remove one of them"
                    )
                } else {
                    seen[key.value.path] = (index, key.place)
                    keys.append(key.value)
                }
            }
        }
    }

    // MARK: - Conflicts

    private mutating func clash(
        _ message: String,
        at place: SourcePlace,
        with other: SourcePlace,
        _ documents: Set<Int>,
        hint: String,
    ) {
        let diagnostic = place.fault(message, hint: hint, notes: [.init("the other place", at: other.position)])
        conflicts.append(Conflict(kind: .clash, documents: documents, diagnostic: diagnostic))
    }

    private mutating func gap(_ message: String, at place: SourcePlace, _ document: Int, hint: String) {
        conflicts.append(
            Conflict(
                kind: .gap,
                documents: [document],
                diagnostic: place.fault(message, hint: hint)
            )
        )
    }
}
