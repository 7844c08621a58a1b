import Catalog
import Registries
import Testing

@Suite("ConsulRequest")
struct ConsulRequestTests {
    private static let scope = QueryScope(
        registry: "other",
        datacenter: "dc 2",
        parameters: ["ns": "team", "partition": "edge", "sameness-group": "all"]
    )

    @Test(
        "Each query has its address",
        arguments: [
            (CatalogQuery.service(name: "web"), "/v1/health/service/web"),
            (
                .service(name: "web", tag: "v1.4=a b", near: "_agent", scope: scope),
                "/v1/health/service/web?tag=v1.4%3Da%20b&near=_agent&dc=dc%202&ns=team&partition=edge&sg=all"
            ),
            (
                .service(name: "web", scope: QueryScope(parameters: ["peer": "west"])),
                "/v1/health/service/web?peer=west"
            ),
            (.connect(name: "api", tag: "v2"), "/v1/health/connect/api?tag=v2"),
            (.preparedQuery(name: "near/web", near: "n1"), "/v1/query/near%2Fweb/execute?near=n1"),
            (.services(scope: QueryScope(datacenter: "dc2")), "/v1/catalog/services?dc=dc2"),
            (.nodes(near: "n1"), "/v1/catalog/nodes?near=n1"), (.node(name: "n1"), "/v1/catalog/node/n1"),
            (.node(name: nil), "/v1/agent/self"), (.datacenters(scope: scope), "/v1/catalog/datacenters"),
            (.key(path: "app/é &c/x?"), "/v1/kv/app/%C3%A9%20%26c/x%3F"), (.key(path: "dir/"), "/v1/kv/dir/"),
            (.prefix(path: "app/v", scope: QueryScope(datacenter: "dc2")), "/v1/kv/app/v?recurse&dc=dc2"),
            (.prefix(path: ""), "/v1/kv/?recurse"), (.caRoots(), "/v1/agent/connect/ca/roots"),
            (.caLeaf(service: "web"), "/v1/agent/connect/ca/leaf/web"),
        ]
    )
    func target(_ query: CatalogQuery, _ target: String) {
        #expect(ConsulRequest(query).target() == target)
    }

    @Test("The configuration's scope is asked where the query names none")
    func defaults() {
        let defaults = ConsulScope(datacenter: "dc1", namespace: "ops", partition: "p")
        #expect(
            ConsulRequest(.service(name: "web"), defaults: defaults).target()
                == "/v1/health/service/web?dc=dc1&ns=ops&partition=p"
        )
        #expect(
            ConsulRequest(.key(path: "k", scope: Self.scope), defaults: defaults).target()
                == "/v1/kv/k?dc=dc%202&ns=team&partition=edge&sg=all"
        )
    }

    @Test("Further parameters come last")
    func further() {
        let further = [ConsulRequest.Parameter("index", "7"), ConsulRequest.Parameter("stale")]
        #expect(ConsulRequest(.services()).target(adding: further) == "/v1/catalog/services?index=7&stale")
        #expect(ConsulRequest(.prefix(path: "a")).target(adding: further) == "/v1/kv/a?recurse&index=7&stale")
    }

    @Test("What is polled, and of what a 404 is an answer")
    func kinds() {
        #expect(!ConsulRequest(.datacenters()).isBlocking)
        #expect(!ConsulRequest(.preparedQuery(name: "q")).isBlocking)
        #expect(!ConsulRequest.agentSelf.isBlocking)
        #expect(ConsulRequest(.service(name: "web")).isBlocking)
        #expect(ConsulRequest(.caLeaf(service: "web")).isBlocking)
        #expect(ConsulRequest(.key(path: "k")).isKey)
        #expect(ConsulRequest(.prefix(path: "k")).isKey)
        #expect(!ConsulRequest(.node(name: "n")).isKey)
    }
}
