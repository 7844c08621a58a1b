import Catalog
import Testing

@Suite("The grammar of queries")
struct QueryGrammarTests {
    @Test(
        "Parts of a service query are found by their signs",
        arguments: [
            ("web", CatalogQuery.service(name: "web")),
            ("v1.web", .service(name: "web", tag: "v1")),
            ("v1.4.auth", .service(name: "auth", tag: "v1.4")),
            ("a=b:c-d.web_2-x", .service(name: "web_2-x", tag: "a=b:c-d")),
            ("..web", .service(name: "web", tag: ".")),
            ("web@dc1", .service(name: "web", scope: QueryScope(datacenter: "dc1"))),
            ("web@dc.eu-1_x", .service(name: "web", scope: QueryScope(datacenter: "dc.eu-1_x"))),
            ("web~_agent", .service(name: "web", near: "_agent")),
            (
                "v1.web?ns=team&registry=other@dc1~n1.example",
                .service(
                    name: "web",
                    tag: "v1",
                    near: "n1.example",
                    scope: QueryScope(registry: "other", datacenter: "dc1", parameters: ["ns": "team"])
                )
            ),
            (
                "web?partition=p&peer=q",
                .service(name: "web", scope: QueryScope(parameters: ["partition": "p", "peer": "q"]))
            ),
            ("web?ns=a&ns=b", .service(name: "web", scope: QueryScope(parameters: ["ns": "a"]))),
            ("web?ns=", .service(name: "web")), ("web?ns", .service(name: "web")), ("web?&", .service(name: "web")),
            ("web?ns=a=b", .service(name: "web", scope: QueryScope(parameters: ["ns": "a=b"]))),
        ]
    )
    func service(text: String, expected: CatalogQuery) throws {
        let query = try ServiceQuery(parsing: [text])
        #expect(query.query == expected)
        #expect(query.statuses == .passing)
    }

    @Test(
        "Statuses are a set, empty items do not count, and arguments are joined with `|`",
        arguments: [
            (["web"], [Health.passing]), (["web|passing"], [.passing]), (["web", "passing"], [.passing]),
            (["web|warning,"], [.warning]), (["web|passing,warning"], [.warning, .passing]), (["web|,"], []),
            (["web|any"], Health.allCases), (["web", "any"], Health.allCases), (["web|passing,any"], Health.allCases),
            (["web|critical"], [.critical]), (["web|maintenance"], [.maintenance]), (["web|draining"], [.draining]),
            (["web|unknown,draining"], [.draining, .unknown]), (["v1.web@dc1~n", "critical"], [.critical]),
        ]
    )
    func statuses(arguments: [String], expected: [Health]) throws {
        let query = try ServiceQuery(parsing: arguments)
        #expect(query.statuses == HealthFilter(expected))
        for status in Health.allCases { #expect(query.statuses.contains(status) == expected.contains(status)) }
    }

    @Test(
        "A service query that consul-template refuses is refused",
        arguments: [
            ["web|"], ["web", ""], ["web", "passing", "any"], ["web|ANY"], ["web|any, passing"], ["web|any@dc1"],
            ["web@"], ["web~"], ["web?"], ["web~n@dc1"], ["web@dc1?ns=a"], [".web"], ["v1."], ["."], [""], ["/web"],
            ["tag/x.web"], ["we b"], ["web:80"], ["a=b"], ["web?foo=bar"], ["web?peer=a&sameness-group=b"],
            ["web@dc1@dc2"], ["wéb"], ["web\n"], ["web?ns=a.b"], ["web|healthy"],
        ]
    )
    func refusedServices(arguments: [String]) {
        #expect(throws: QueryFault.self) { try ServiceQuery(parsing: arguments) }
    }

    @Test("A fault names the query, its form, and the words that would be known")
    func faults() throws {
        let status = try #require(throws: QueryFault.self) { try ServiceQuery(parsing: ["web", "pasing"]) }
        #expect(status.message == #"there is no health status `pasing` in the query "web|pasing""#)
        #expect(status.unknown == "pasing")
        #expect(status.known.contains("passing") && status.known.contains("any"))
        #expect(status.hint.contains("tag.name"))
        let parameter = try #require(throws: QueryFault.self) { try CatalogQuery.key(parsing: "a?namespace=x") }
        #expect(parameter.unknown == "namespace")
        let order = try #require(throws: QueryFault.self) { try ServiceQuery(parsing: ["web|any@dc1"]) }
        #expect(order.message == #"`@dc1` stands in the wrong place or once too often in the query "web|any@dc1""#)
    }

    @Test("services takes parameters and a datacenter only")
    func services() throws {
        #expect(try CatalogQuery.services(parsing: "") == .services())
        #expect(try CatalogQuery.services(parsing: "@dc1") == .services(scope: QueryScope(datacenter: "dc1")))
        #expect(
            try CatalogQuery.services(parsing: "?ns=a@dc1")
                == .services(scope: QueryScope(datacenter: "dc1", parameters: ["ns": "a"]))
        )
        for text in ["dc1", "@", "@dc1~n", "@dc1|any"] {
            #expect(throws: QueryFault.self) { try CatalogQuery.services(parsing: text) }
        }
    }

    @Test("nodes and node")
    func nodes() throws {
        #expect(try CatalogQuery.nodes(parsing: "") == .nodes())
        #expect(
            try CatalogQuery.nodes(parsing: "@dc1~_agent")
                == .nodes(near: "_agent", scope: QueryScope(datacenter: "dc1"))
        )
        #expect(throws: QueryFault.self) { try CatalogQuery.nodes(parsing: "n1") }
        #expect(try CatalogQuery.node(parsing: "") == .node(name: nil))
        #expect(
            try CatalogQuery.node(parsing: "n1.eu@dc1") == .node(name: "n1.eu", scope: QueryScope(datacenter: "dc1"))
        )
        for text in ["n1~n2", "n 1", "n1|any"] {
            #expect(throws: QueryFault.self) { try CatalogQuery.node(parsing: text) }
        }
    }

    @Test(
        "A key's path is everything up to `?` or `@`, less one leading slash",
        arguments: [
            ("app/limits", "app/limits"), ("/app", "app"), ("//app", "/app"), ("/", "/"), ("a b|c~d.e", "a b|c~d.e"),
            ("dir/", "dir/"), ("ключ\n", "ключ\n"),
        ]
    )
    func keys(text: String, path: String) throws {
        #expect(try CatalogQuery.key(parsing: text) == .key(path: path))
        #expect(try CatalogQuery.prefix(parsing: text) == .prefix(path: path))
        let scoped = try CatalogQuery.key(parsing: text + "?registry=kv@dc2")
        #expect(scoped == .key(path: path, scope: QueryScope(registry: "kv", datacenter: "dc2")))
    }

    @Test(
        "A key without a path, or with anything behind its datacenter, is refused",
        arguments: ["", "?ns=a", "a@", "a@b/c", "a?ns=b?"]
    )
    func refusedKeys(text: String) {
        #expect(throws: QueryFault.self) { try CatalogQuery.key(parsing: text) }
        #expect(throws: QueryFault.self) { try CatalogQuery.prefix(parsing: text) }
    }

    @Test("What a query prints as reads back as the same query")
    func roundTrip() throws {
        let text = "v1.web?ns=team&registry=other@dc1~n"
        #expect(try ServiceQuery(parsing: [text]).query.description == "service \(text)")
    }

    @Test(
        "Queries of the mesh and prepared ones",
        arguments: [
            (
                "connect", "v1.web?peer=q@dc2~n1",
                CatalogQuery.connect(
                    name: "web",
                    tag: "v1",
                    near: "n1",
                    scope: QueryScope(datacenter: "dc2", parameters: ["peer": "q"])
                )
            ),
            (
                "preparedQuery", "geo.web-1?ns=a@dc2~_agent",
                .preparedQuery(
                    name: "geo.web-1",
                    near: "_agent",
                    scope: QueryScope(datacenter: "dc2", parameters: ["ns": "a"])
                )
            ),
            (
                "preparedQuery", "8f246b77-f3e1-ff88-5b48-8ec93abf3e05|any",
                .preparedQuery(name: "8f246b77-f3e1-ff88-5b48-8ec93abf3e05")
            ),
            ("caRoots", "", .caRoots()),
            ("caRoots", "?registry=b@dc2", .caRoots(scope: QueryScope(registry: "b", datacenter: "dc2"))),
            ("caLeaf", "web?ns=a", .caLeaf(service: "web", scope: QueryScope(parameters: ["ns": "a"]))),
            ("connect", "", nil), ("connect", "web~", nil), ("preparedQuery", "|any", nil),
            ("preparedQuery", "a=b", nil),
            ("caRoots", "web", nil), ("caLeaf", "", nil), ("caLeaf", "web|any", nil), ("caLeaf", "a/b", nil),
        ] as [(String, String, CatalogQuery?)]
    )
    func mesh(_ function: String, _ text: String, _ query: CatalogQuery?) {
        func parsed() throws(QueryFault) -> CatalogQuery {
            switch function {
            case "connect": try ServiceQuery(parsingConnect: [text]).query
            case "preparedQuery": try ServiceQuery(parsingPreparedQuery: [text]).query
            case "caRoots": try .caRoots(parsing: text)
            default: try .caLeaf(parsing: text)
            }
        }
        do throws(QueryFault) {
            let found = try parsed()
            #expect(found == query)
        } catch {
            #expect(query == nil)
            #expect(error.hint.contains(function))
        }
    }
}
