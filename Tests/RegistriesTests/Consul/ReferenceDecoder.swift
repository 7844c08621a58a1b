import Catalog
import FoundationEssentials

/// Consul's answers as Foundation's `JSONDecoder` reads them: slow and plain, for comparing.
enum ReferenceDecoder {
    /// The result with host names let through.
    static func result(of body: [UInt8], to query: CatalogQuery) throws -> QueryResult {
        let json = JSONDecoder()
        let data = Data(body)
        switch query {
        case .service(_, _, let near, _), .connect(_, _, let near, _):
            return .instances(ordered(try json.decode([Entry].self, from: data), near))
        case .preparedQuery(_, let near, _):
            return .instances(ordered(try json.decode(Execution.self, from: data).Nodes, near))
        case .services:
            return .services(
                try json.decode([String: [String]?].self, from: data)
                    .map {
                        ServiceSummary(name: $0.key, tags: Set(($0.value ?? []).map(Exact.init)).sorted().map(\.text))
                    }
                    .sorted { Exact($0.name) < Exact($1.name) }
            )
        case .nodes:
            return .nodes(
                try json.decode([ConsulNode].self, from: data).map(\.node).sorted { Exact($0.name) < Exact($1.name) }
            )
        case .node:
            guard let answer = try json.decode(CatalogNode?.self, from: data), let node = answer.Node?.node else {
                return .node(nil)
            }
            let instances = (answer.Services ?? [:]).values.map { $0.instance(on: node, [], .unknown) }
            return .node(
                NodeServices(
                    node: node,
                    instances: instances.sorted {
                        (Exact($0.service), Exact($0.id)) < (Exact($1.service), Exact($1.id))
                    }
                )
            )
        case .datacenters:
            return .datacenters(try json.decode([String].self, from: data).map(Exact.init).sorted().map(\.text))
        case .key: return .key(try json.decode([Pair].self, from: data)[0].pair)
        case .prefix:
            return .keys(
                try json.decode([Pair].self, from: data).map(\.pair).sorted { Exact($0.path) < Exact($1.path) }
            )
        case .caRoots:
            return .caRoots(
                try json.decode(Roots.self, from: data).Roots.map(\.authority).sorted { Exact($0.id) < Exact($1.id) }
            )
        case .caLeaf: return .caLeaf(try json.decode(Leaf.self, from: data).certificate)
        }
    }

    private static func ordered(_ entries: [Entry], _ near: String?) -> [Instance] {
        let instances = entries.map(\.instance)
        guard near == nil else { return instances }
        return instances.sorted { (Exact($0.node.name), Exact($0.id)) < (Exact($1.node.name), Exact($1.id)) }
    }
}

/// A text that is its bytes, where Swift's are equal if they look equal.
private struct Exact: Hashable, Comparable {
    var text: String

    init(_ text: String) { self.text = text }

    static func == (left: Self, right: Self) -> Bool { Array(left.text.utf8) == Array(right.text.utf8) }
    static func < (left: Self, right: Self) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }
    func hash(into hasher: inout Hasher) { hasher.combine(Array(text.utf8)) }
}

private struct Entry: Decodable {
    var Node: ConsulNode
    var Service: ConsulService
    var Checks: [ConsulCheck]?

    var instance: Instance {
        let checks = (Checks ?? []).map(\.check).sorted {
            ($0.serviceID.isEmpty ? 0 : 1, Exact($0.id)) < ($1.serviceID.isEmpty ? 0 : 1, Exact($1.id))
        }
        return Service.instance(on: Node.node, checks, Health.aggregated(from: checks))
    }
}

private struct Execution: Decodable {
    var Nodes: [Entry]
}

private struct CatalogNode: Decodable {
    var Node: ConsulNode?
    var Services: [String: ConsulService]?
}

private struct ConsulNode: Decodable {
    var ID: String?
    var Node: String
    var Address: String?
    var Datacenter: String?
    var TaggedAddresses: [String: String]?
    var Meta: [String: String]?

    var node: Catalog.Node {
        Catalog.Node(
            id: ID ?? "",
            name: Node,
            address: Address ?? "",
            datacenter: Datacenter ?? "",
            taggedAddresses: TaggedAddresses,
            meta: Meta ?? [:]
        )
    }
}

private struct ConsulService: Decodable {
    struct ServiceAddress: Decodable {
        var Address: String?
        var Port: Int?
    }

    struct ServiceWeights: Decodable {
        var Passing: Int?
        var Warning: Int?
    }

    var ID: String
    var Service: String
    var Tags: [String]?
    var Address: String?
    var TaggedAddresses: [String: ServiceAddress]?
    var Meta: [String: String]?
    var Port: Int?
    var Weights: ServiceWeights?

    func instance(on node: Catalog.Node, _ checks: [Check], _ health: Health) -> Instance {
        Instance(
            service: Service,
            id: ID,
            node: node,
            address: Address ?? "",
            port: Port ?? 0,
            tags: Tags ?? [],
            meta: Meta ?? [:],
            taggedAddresses: TaggedAddresses?.mapValues {
                Catalog.TaggedAddress(address: $0.Address ?? "", port: $0.Port ?? 0)
            },
            weights: Catalog.Weights(passing: self.Weights?.Passing ?? 1, warning: self.Weights?.Warning ?? 1),
            checks: checks,
            health: health
        )
    }
}

private struct ConsulCheck: Decodable {
    var Node: String?
    var CheckID: String
    var Name: String?
    var Status: String?
    var Notes: String?
    var Output: String?
    var ServiceID: String?
    var ServiceName: String?
    var ServiceTags: [String]?
    var `Type`: String?

    var check: Check {
        Check(
            node: Node ?? "",
            id: CheckID,
            name: Name ?? "",
            status: ["passing": .passing, "warning": .warning, "critical": .critical][Status ?? ""] ?? .unknown,
            notes: Notes ?? "",
            output: Output ?? "",
            serviceID: ServiceID ?? "",
            serviceName: ServiceName ?? "",
            serviceTags: (ServiceTags ?? []).map(Exact.init).sorted().map(\.text),
            type: `Type` ?? ""
        )
    }
}

private struct Pair: Decodable {
    var LockIndex: UInt64?
    var Key: String
    var Flags: UInt64?
    var Value: String?
    var Session: String?
    var CreateIndex: UInt64?
    var ModifyIndex: UInt64?

    var pair: KeyValue {
        KeyValue(
            path: Key,
            value: String(decoding: Data(base64Encoded: Value ?? "") ?? Data("not base64".utf8), as: UTF8.self),
            createIndex: CreateIndex ?? 0,
            modifyIndex: ModifyIndex ?? 0,
            lockIndex: LockIndex ?? 0,
            flags: Flags ?? 0,
            session: Session ?? ""
        )
    }
}

private struct Roots: Decodable {
    struct Root: Decodable {
        var ID: String
        var Name: String?
        var RootCert: String
        var Active: Bool?
        var CreateIndex: UInt64?
        var ModifyIndex: UInt64?

        var authority: CertificateAuthority {
            CertificateAuthority(
                id: ID,
                name: Name ?? "",
                certificate: RootCert,
                isActive: Active ?? false,
                createIndex: CreateIndex ?? 0,
                modifyIndex: ModifyIndex ?? 0
            )
        }
    }

    var Roots: [Root]
}

private struct Leaf: Decodable {
    var SerialNumber: String?
    var CertPEM: String
    var PrivateKeyPEM: String
    var Service: String?
    var ServiceURI: String?
    var ValidAfter: String?
    var ValidBefore: String?
    var CreateIndex: UInt64?
    var ModifyIndex: UInt64?

    var certificate: LeafCertificate {
        LeafCertificate(
            serialNumber: SerialNumber ?? "",
            certificate: CertPEM,
            privateKey: PrivateKeyPEM,
            service: Service ?? "",
            serviceURI: ServiceURI ?? "",
            validAfter: ValidAfter ?? "",
            validBefore: ValidBefore ?? "",
            createIndex: CreateIndex ?? 0,
            modifyIndex: ModifyIndex ?? 0
        )
    }
}
