/// What stays of an item of a result when everything else about it changes.
package enum ItemIdentity: Hashable, Sendable {
    case instance(InstanceIdentity)
    /// A service's name.
    case service(String)
    /// A node's name.
    case node(String)
    case datacenter(String)
    /// A key's path.
    case key(String)
    /// The ID of an authority of the service mesh.
    case authority(String)
    /// The service that a certificate was issued for.
    case leaf(String)
}

extension ItemIdentity: CustomStringConvertible {
    /// The item in words: `instance web-1 of web on n1`.
    package var description: String {
        switch self {
        case .instance(let identity): "instance \(identity.id) of \(identity.service) on \(identity.node)"
        case .service(let name): "service \(name)"
        case .node(let name): "node \(name)"
        case .datacenter(let name): "datacenter \(name)"
        case .key(let path): "key \(path)"
        case .authority(let id): "certificate authority \(id)"
        case .leaf(let service): "certificate of \(service)"
        }
    }
}

/// One thing that a result lists: the unit that a guard keeps or lets go.
enum CatalogItem: Sendable {
    case instance(Instance)
    case service(ServiceSummary)
    case node(Node)
    case datacenter(String)
    case key(KeyValue)
    case authority(CertificateAuthority)
    case leaf(LeafCertificate)
}

/// How an item stands in a result.
enum Standing: Hashable, Sendable {
    /// Usable without reserve: a passing instance, and everything else that is there.
    case passing
    /// Usable, but a check warns.
    case warning
    /// There, but critical or of unknown health.
    case unhealthy
    /// Taken out by an explicit act that left it there: draining, maintenance.
    case withdrawn
    case absent

    var isUsable: Bool { self == .passing || self == .warning }

    init(_ health: Health) {
        self =
            switch health {
            case .passing: .passing
            case .warning: .warning
            case .critical, .unknown: .unhealthy
            case .draining, .maintenance: .withdrawn
            }
    }
}
