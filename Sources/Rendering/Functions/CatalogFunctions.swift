import Catalog
package import TemplateEngine

/// The functions that ask a registry: consul-template's, with its results.
package enum CatalogFunctions {
    package static let all: [TemplateFunction] =
        [
            service, safeService, services, nodes, node, datacenters, key, keyExists, keyOrDefault, keyOrDefaultOld,
            list("ls", .topLevel, waitsForKeys: false), list("tree", .tree, waitsForKeys: false),
            list("safeLs", .topLevel, waitsForKeys: true), list("safeTree", .tree, waitsForKeys: true), scratch,
        ] + MeshFunctions.all

    /// `service "tag.name@dc" "passing,warning"`: the instances, by node and ID.
    private static let service = TemplateFunction("service", 0...Int.max) { call throws(FunctionFault) in
        guard !call.arguments.isEmpty, try !call.textArgument(0).string.isEmpty else {
            return .list(List([], kind: .record))
        }
        return .list(try call.session.service(call.joinedTexts("|")))
    }

    /// As `service`, but the template waits while there is none.
    private static let safeService = TemplateFunction("safeService", 1...Int.max) { call throws(FunctionFault) in
        .list(try call.session.safeService(call.joinedTexts("|")))
    }

    /// `services "@dc"`: the names of all services, with their tags.
    private static let services = TemplateFunction("services", 0...Int.max) { call throws(FunctionFault) in
        .list(try call.session.list(try query(CatalogQuery.services, call)))
    }

    /// `nodes "@dc~near"`.
    private static let nodes = TemplateFunction("nodes", 0...Int.max) { call throws(FunctionFault) in
        .list(try call.session.list(try query(CatalogQuery.nodes, call)))
    }

    /// `node "name@dc"`: a node with its services; without a name the agent's own.
    private static let node = TemplateFunction("node", 0...Int.max) { call throws(FunctionFault) in
        let (node, services) = try call.session.node(try query(CatalogQuery.node, call))
        // Go's pointer to a struct is true also where the node in it is nil.
        return .record(Record(RecordShapes.catalogNode, [node.map { .record($0) } ?? .null, .list(services)]))
    }

    /// `datacenters`; its argument, whether unreachable ones are left out, is accepted and makes no difference.
    private static let datacenters = TemplateFunction("datacenters", 0...1) { call throws(FunctionFault) in
        if let argument = call.arguments.first {
            guard case .bool = argument else { throw FunctionFault("true or false is expected as argument") }
        }
        guard case .datacenters(let names) = try call.session.result(.datacenters()) else {
            return .list(List([], kind: .string))
        }
        return .list(List(names.map { .string($0) }, kind: .string))
    }

    /// `key "path"`: the key's value; the template waits while there is no such key.
    private static let key = TemplateFunction("key", 1) { call throws(FunctionFault) in
        let path = try call.textArgument(0).string
        if path.isEmpty { return .string("") }
        let session = try call.session
        let query = try query(CatalogQuery.key, path)
        switch try session.result(query) {
        case .key(let pair?): return .string(pair.value)
        case .key(nil):
            session.miss(query, .keyAbsent)
            return .string("")
        default: return .string("")
        }
    }

    private static let keyExists = TemplateFunction("keyExists", 1) { call throws(FunctionFault) in
        let path = try call.textArgument(0).string
        if path.isEmpty { return .bool(false) }
        if case .key(.some) = try call.session.result(try query(CatalogQuery.key, path)) { return .bool(true) }
        return .bool(false)
    }

    private static let keyOrDefault = TemplateFunction("keyOrDefault", 2, valueOrDefault)
    /// The name that it had first.
    private static let keyOrDefaultOld = TemplateFunction("key_or_default", 2, valueOrDefault)

    /// The key's value, an empty one too; the default if there is no such key.
    @Sendable
    private static func valueOrDefault(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
        let path = try call.textArgument(0).string
        let fallback = try call.textArgument(1)
        if path.isEmpty { return .text(fallback) }
        if case .key(let pair?) = try call.session.result(try query(CatalogQuery.key, path)) {
            return .string(pair.value)
        }
        return .text(fallback)
    }

    private static func list(_ name: String, _ view: CachedAnswer.View, waitsForKeys: Bool) -> TemplateFunction {
        TemplateFunction(name, 1) { call throws(FunctionFault) in
            let path = try call.textArgument(0).string
            if path.isEmpty { return .list(List([], kind: .record)) }
            let session = try call.session
            let query = try query(CatalogQuery.prefix, path)
            let list = try session.list(query, view)
            if waitsForKeys, list.elements.isEmpty { session.miss(query, .empty) }
            return .list(list)
        }
    }

    /// `scratch.Set "name" value`, one for a template's render.
    private static let scratch = TemplateFunction("scratch", 0) { call throws(FunctionFault) in
        .object(try call.session.scratch)
    }

    /// The query of a function that concatenates its arguments.
    static func query(
        _ parse: (String) throws(QueryFault) -> CatalogQuery,
        _ call: FunctionCall,
    ) throws(FunctionFault) -> CatalogQuery {
        try query(parse, call.joinedTexts(""))
    }

    private static func query(
        _ parse: (String) throws(QueryFault) -> CatalogQuery,
        _ text: String,
    ) throws(FunctionFault) -> CatalogQuery {
        do {
            return try parse(text)
        } catch {
            throw FunctionFault(error)
        }
    }
}
