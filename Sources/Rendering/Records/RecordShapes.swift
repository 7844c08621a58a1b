package import TemplateEngine

/// The fields of what queries give, in consul-template's order; behind them those that only headgate has.
package enum RecordShapes {
    /// An item of `service`.
    package static let service = Shape(
        "*dependency.HealthService",
        [
            "Node", "NodeID", "NodeAddress", "NodeTaggedAddresses", "NodeMeta", "ServiceMeta", "Address",
            "ServiceTaggedAddresses", "ID", "Name", "Tags", "Checks", "Status", "Port", "Weights",
            "Datacenter", "Zone", "Health", "Meta", "Weight",
        ]
    )
    package static let check = Shape(
        "*api.HealthCheck",
        ["Node", "CheckID", "Name", "Status", "Notes", "Output", "ServiceID", "ServiceName", "ServiceTags", "Type"]
    )
    package static let weights = Shape("api.AgentWeights", ["Passing", "Warning"])
    package static let serviceAddress = Shape("api.ServiceAddress", ["Address", "Port"])
    /// An item of `services`.
    package static let snippet = Shape("*dependency.CatalogSnippet", ["Name", "Tags"])
    /// An item of `nodes`.
    package static let node = Shape(
        "*dependency.Node",
        ["ID", "Node", "Address", "Datacenter", "TaggedAddresses", "Meta"]
    )
    /// What `node` gives.
    package static let catalogNode = Shape("*dependency.CatalogNode", ["Node", "Services"])
    /// A service of a `node`.
    package static let nodeService = Shape(
        "*dependency.CatalogNodeService",
        [
            "ID", "Service", "Tags", "Meta", "Port", "Address", "EnableTagOverride",
            "Weights", "Status", "Health", "Weight", "Zone",
        ]
    )
    /// An item of `ls` and `tree`.
    package static let keyPair = Shape(
        "*dependency.KeyPair",
        ["Path", "Key", "Value", "CreateIndex", "ModifyIndex", "LockIndex", "Flags", "Session"]
    )

    /// An item of `caRoots`.
    package static let certificateAuthority = Shape(
        "*api.CARoot",
        ["ID", "Name", "RootCertPEM", "Active", "CreateIndex", "ModifyIndex"]
    )
    /// What `caLeaf` gives.
    package static let leafCertificate = Shape(
        "*api.LeafCert",
        [
            "SerialNumber", "CertPEM", "PrivateKeyPEM", "Service", "ServiceURI", "ValidAfter", "ValidBefore",
            "CreateIndex", "ModifyIndex",
        ]
    )

    /// How many of a record's fields consul-template has too: those that `toJSON` and its like may write, so that what
    /// old templates write stays as it was.
    package static func portableFieldCount(of shape: Shape) -> Int {
        if shape === service { return 15 }
        if shape === nodeService { return 7 }
        return shape.fieldNames.count
    }

    /// Whether Go has nil rather than an empty map in the field when there is nothing in it.
    static func isNilWhenEmpty(_ field: String, of shape: Shape) -> Bool {
        (shape === service && (field == "NodeTaggedAddresses" || field == "ServiceTaggedAddresses"))
            || (shape === node && field == "TaggedAddresses")
    }
}
