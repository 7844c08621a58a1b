import Catalog

/// A result field by field, each text by its bytes: Swift's texts are equal if they look equal, which is not enough here.
func spelled(_ result: QueryResult) -> [String] {
    switch result {
    case .instances(let instances): instances.flatMap(spelled)
    case .services(let summaries): summaries.map { "\(spelled($0.name)) \($0.tags.map(spelled))" }
    case .nodes(let nodes): nodes.flatMap(spelled)
    case .node(let node): node.map { spelled($0.node) + $0.instances.flatMap(spelled) } ?? ["no node"]
    case .datacenters(let names): names.map(spelled)
    case .key(let pair): [pair.map(spelled) ?? "no key"]
    case .keys(let pairs): pairs.map(spelled)
    case .caRoots(let roots):
        roots.map {
            "\([$0.id, $0.name, $0.certificate].map(spelled)) \($0.isActive) \($0.createIndex) \($0.modifyIndex)"
        }
    case .caLeaf(let leaf):
        leaf.map { leaf in
            [
                leaf.serialNumber, leaf.certificate, leaf.privateKey, leaf.service, leaf.serviceURI, leaf.validAfter,
                leaf.validBefore, "\(leaf.createIndex)", "\(leaf.modifyIndex)",
            ].map(spelled)
        } ?? ["no certificate"]
    }
}

private func spelled(_ instance: Instance) -> [String] {
    let addresses = instance.taggedAddresses.map { addresses in
        addresses.map { "\(spelled($0.key)): \(spelled($0.value.address)) \($0.value.port)" }.sorted()
    }
    return [
        "service: \(spelled(instance.service))", "id: \(spelled(instance.id))",
        "address: \(spelled(instance.address))", "port: \(instance.port)", "tags: \(instance.tags.map(spelled))",
        "meta: \(spelled(instance.meta))", "tagged: \(addresses ?? ["nil"])",
        "weights: \(instance.weights.passing) \(instance.weights.warning)", "health: \(instance.health)",
        "zone: \(spelled(instance.zone))",
    ] + spelled(instance.node) + instance.checks.map(spelled)
}

private func spelled(_ node: Node) -> [String] {
    [
        "node: \([node.id, node.name, node.address, node.datacenter].map(spelled))",
        "node's addresses: \(node.taggedAddresses.map { spelled($0) } ?? ["nil"])",
        "node's meta: \(spelled(node.meta))",
    ]
}

private func spelled(_ check: Check) -> String {
    let texts = [
        check.node, check.id, check.name, check.notes, check.output, check.serviceID, check.serviceName, check.type,
    ]
    return "check: \(check.status) \(texts.map(spelled)) \(check.serviceTags.map(spelled))"
}

private func spelled(_ pair: KeyValue) -> String {
    "\([pair.path, pair.value, pair.session].map(spelled)) \(pair.createIndex) \(pair.modifyIndex) \(pair.lockIndex) "
        + "\(pair.flags)"
}

private func spelled(_ texts: [String: String]) -> [String] {
    texts.map { "\(spelled($0.key)): \(spelled($0.value))" }.sorted()
}

private func spelled(_ text: String) -> String { text.unicodeScalars.map { $0.escaped(asASCII: true) }.joined() }
