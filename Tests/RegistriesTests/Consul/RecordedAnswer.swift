import Catalog
import FoundationEssentials
import Testing

/// An answer of a real Consul 1.8.7 under `Fixtures/consul/`, and a query that it answers.
struct RecordedAnswer: Sendable, CustomTestStringConvertible {
    var file: String
    var query: CatalogQuery
    /// Go writes pretty answers with a line feed at the end.
    var body: [UInt8] {
        get throws {
            let directory = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
            let path = "\(directory.joined(separator: "/"))/Fixtures/consul/\(file).json"
            var body = try Array(Data(contentsOf: URL(filePath: path)))
            while body.last == UInt8(ascii: "\n") { body.removeLast() }
            return body
        }
    }
    var testDescription: String { file }

    init(_ file: String, _ query: CatalogQuery) {
        self.file = file
        self.query = query
    }

    static let all = [
        RecordedAnswer("health_service_web", .service(name: "web")),
        RecordedAnswer("health_service_db", .service(name: "db")),
        RecordedAnswer("health_service_maint", .service(name: "maint")),
        RecordedAnswer("health_service_api_ipv6", .service(name: "api", near: "_agent")),
        RecordedAnswer("health_service_absent", .service(name: "absent")),
        RecordedAnswer("health_service_compact", .service(name: "web")),
        RecordedAnswer("health_service_follower", .service(name: "w")),
        RecordedAnswer("health_connect_proxied", .connect(name: "proxied")),
        RecordedAnswer("query_execute", .preparedQuery(name: "web")),
        RecordedAnswer("query_execute_web", .preparedQuery(name: "q-web")),
        RecordedAnswer("connect_ca_roots", .caRoots()),
        RecordedAnswer("connect_ca_leaf", .caLeaf(service: "web")),
        RecordedAnswer("catalog_node_absent", .node(name: "nope")),
        RecordedAnswer("catalog_services", .services()),
        RecordedAnswer("catalog_nodes", .nodes()),
        RecordedAnswer("catalog_node_lab1", .node(name: "lab1")),
        RecordedAnswer("catalog_datacenters", .datacenters()),
        RecordedAnswer("kv_recurse", .prefix(path: "app/cfg")),
        RecordedAnswer("kv_locked", .key(path: "hg/lock")),
    ]
}
