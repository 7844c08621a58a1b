import Catalog
import Wire

/// Finds out whether what is gone from an answer is gone, or only not to be seen any more.
///
/// Consul answers 200 with an empty list to whoever may not read a service (measured with 1.8.7; from 1.11 on a header says
/// so, which `BlockingQuery` heeds). So where something is lost, the agent is asked whether the token may read it:
/// `/v1/internal/acl/authorize`, which Consul's own web interface uses, from 1.7 on.
struct Permission {
    let session: ConsulSession

    /// The fault if the token may not see something of what is gone; nil if all is as it seems, or cannot be found out.
    func faultOfLoss(_ lost: [String], in query: CatalogQuery, before: QueryResult?) async -> ConsulFault? {
        guard !session.aclsAreOff else { return nil }
        let resources = Self.resources(of: query, lost, before)
        guard !resources.isEmpty else { return nil }
        var writer = JSONWriter()
        writer.beginArray()
        for (kind, name) in resources {
            writer.beginObject()
            writer.key("Resource")
            writer.string(kind)
            writer.key("Access")
            writer.string("read")
            writer.key("Segment")
            writer.string(name)
            if let namespace = query.scope.parameters["ns"] ?? session.settings.scope.namespace {
                writer.key("Namespace")
                writer.string(namespace)
            }
            if let partition = query.scope.parameters["partition"] ?? session.settings.scope.partition {
                writer.key("Partition")
                writer.string(partition)
            }
            writer.endObject()
        }
        writer.endArray()
        let datacenter = query.scope.datacenter.map { "?dc=\($0)" } ?? ""
        let answer: ConsulAnswer
        do {
            answer = try await session.transport.fetch(
                ConsulTransfer("/v1/internal/acl/authorize\(datacenter)", posting: writer.bytes)
            )
        } catch {
            return error
        }
        switch answer.status {
        case 200:
            guard case .array(let verdicts)? = try? JSON(parsing: answer.body) else { return nil }
            let denied = verdicts.filter { $0["Allow"] == .bool(false) }.compactMap { verdict -> String? in
                guard case .string(let kind)? = verdict["Resource"], case .string(let name)? = verdict["Segment"] else {
                    return nil
                }
                return "\(kind):\(name)"
            }
            return denied.isEmpty ? nil : .denied("the token may not read \(denied.prefix(3).joined(separator: ", "))")
        case 401:
            // "ACL support disabled".
            session.aclsAreOff = true
            return nil
        case 403, 429, 500...599: return .of(status: answer.status, body: answer.body)
        // An agent older than the question.
        default: return nil
        }
    }

    /// What has to be readable for `lost` to be in the answer; twenty things at most.
    private static func resources(
        of query: CatalogQuery,
        _ lost: [String],
        _ before: QueryResult?,
    ) -> [(kind: String, name: String)] {
        switch query {
        case .service(let name, _, _, _), .connect(let name, _, _, _):
            var resources = [(kind: "service", name: name)]
            if case .instances(let instances)? = before {
                let names = Set(lost)
                let nodes = Set(instances.lazy.filter { names.contains($0.id) }.map(\.node.name))
                resources += nodes.sorted().prefix(19).map { ("node", $0) }
            }
            return resources
        // Consul's servers are a service themselves, so that nobody sees none who may see them all.
        case .services: return lost.isEmpty ? [("service", "consul")] : lost.prefix(20).map { ("service", $0) }
        case .nodes: return lost.prefix(20).map { ("node", $0) }
        case .key(let path, _): return [("key", path)]
        case .prefix: return lost.prefix(20).map { ("key", $0) }
        default: return []
        }
    }
}

extension QueryResult {
    /// Whether it is an answer about services with none in it.
    var isEmptyOfServices: Bool {
        switch self {
        case .instances(let instances): instances.isEmpty
        case .services(let services): services.isEmpty
        default: false
        }
    }

    /// The names of what is in `before` and not in this answer, whatever its health.
    func entriesLost(since before: QueryResult) -> [String] {
        switch (before, self) {
        case (.instances(let old), .instances(let new)):
            if old.count == new.count, zip(old, new).allSatisfy({ $0 === $1 }) { return [] }
            let present = Set(new.map(\.identity))
            return old.filter { !present.contains($0.identity) }.map(\.id)
        case (.services(let old), .services(let new)): return Self.lost(old.map(\.name), new.map(\.name))
        case (.nodes(let old), .nodes(let new)): return Self.lost(old.map(\.name), new.map(\.name))
        case (.keys(let old), .keys(let new)): return Self.lost(old.map(\.path), new.map(\.path))
        case (.key(let old?), .key(nil)): return [old.path]
        case (.node(let old?), .node(nil)): return [old.node.name]
        case (.node(let old?), .node(let new?)):
            return Self.lost(old.instances.map(\.id), new.instances.map(\.id))
        case (.datacenters(let old), .datacenters(let new)): return Self.lost(old, new)
        default: return []
        }
    }

    private static func lost(_ old: [String], _ new: [String]) -> [String] {
        if old.count <= new.count, old == new { return [] }
        let present = Set(new)
        return old.filter { !present.contains($0) }
    }
}
