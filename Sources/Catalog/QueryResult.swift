/// A registry's answer to a `CatalogQuery`, in the canonical order: equal answers are equal values.
package enum QueryResult: Hashable, Sendable {
    /// To `service`, `connect` and `preparedQuery`: by node name, then ID (consul-template's order); in the registry's order if `near` was asked.
    case instances([Instance])
    /// To `services`: bytewise by name.
    case services([ServiceSummary])
    /// To `nodes`: by name; in the registry's order if `near` was asked.
    case nodes([Node])
    /// To `node`: nil if there is no such node.
    case node(NodeServices?)
    /// To `datacenters`: bytewise.
    case datacenters([String])
    /// To `key`: nil if there is no such key.
    case key(KeyValue?)
    /// To `prefix`: by path.
    case keys([KeyValue])
    /// To `caRoots`: by ID.
    case caRoots([CertificateAuthority])
    /// To `caLeaf`: nil if the registry issues none.
    case caLeaf(LeafCertificate?)
}
