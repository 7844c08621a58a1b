import Catalog
package import TemplateEngine

/// The functions that ask what only Consul has: prepared queries, and its service mesh with consul-template's functions
/// of these names.
package enum MeshFunctions {
    package static let all: [TemplateFunction] = [connect, preparedQuery, caRoots, caLeaf]

    /// `connect "tag.name@dc" "passing,warning"`: the instances through which the mesh reaches a service.
    private static let connect = TemplateFunction("connect", 0...Int.max) { call throws(FunctionFault) in
        try instances(call, ServiceQuery.init(parsingConnect:))
    }

    /// `preparedQuery "name@dc~near" "passing,warning"`: what a query prepared in Consul finds.
    private static let preparedQuery = TemplateFunction("preparedQuery", 1...Int.max) { call throws(FunctionFault) in
        try instances(call, ServiceQuery.init(parsingPreparedQuery:))
    }

    /// `caRoots`: the root certificates of the mesh, by ID.
    private static let caRoots = TemplateFunction("caRoots", 0...Int.max) { call throws(FunctionFault) in
        let query = try CatalogFunctions.query(CatalogQuery.caRoots, call)
        guard case .caRoots(let roots) = try call.session.result(query) else { return .list(List([], kind: .record)) }
        return .list(List(roots.map { .record(Record($0)) }, kind: .record))
    }

    /// `caLeaf "service"`: a certificate of the mesh with its key; the template waits while there is none.
    private static let caLeaf = TemplateFunction("caLeaf", 1...Int.max) { call throws(FunctionFault) in
        let query = try CatalogFunctions.query(CatalogQuery.caLeaf, call)
        let session = try call.session
        guard let result = try session.result(query) else { return .null }
        guard case .caLeaf(let leaf?) = result else {
            session.miss(query, .empty)
            return .null
        }
        return .record(Record(leaf))
    }

    /// The instances of a query that is as `service` has it; none for an empty text, as there.
    private static func instances(
        _ call: FunctionCall,
        _ parse: ([String]) throws(QueryFault) -> ServiceQuery,
    ) throws(FunctionFault) -> Value {
        guard !call.arguments.isEmpty, try !call.textArgument(0).string.isEmpty else {
            return .list(List([], kind: .record))
        }
        let text = try call.joinedTexts("|")
        let query: ServiceQuery
        do throws(QueryFault) {
            query = try parse([text])
        } catch {
            throw FunctionFault(error)
        }
        return .list(try call.session.list(query.query, .statuses(query.statuses)))
    }
}

extension Record {
    /// A root certificate; what the registry itself says is trusted.
    fileprivate convenience init(_ root: CertificateAuthority) {
        self.init(
            RecordShapes.certificateAuthority,
            [
                .string(root.id), .string(root.name), .string(root.certificate), .bool(root.isActive),
                .uint(UInt(root.createIndex)), .uint(UInt(root.modifyIndex)),
            ]
        )
    }

    fileprivate convenience init(_ leaf: LeafCertificate) {
        self.init(
            RecordShapes.leafCertificate,
            [
                .string(leaf.serialNumber), .string(leaf.certificate), .string(leaf.privateKey), .string(leaf.service),
                .string(leaf.serviceURI), .string(leaf.validAfter), .string(leaf.validBefore),
                .uint(UInt(leaf.createIndex)), .uint(UInt(leaf.modifyIndex)),
            ]
        )
    }
}
