import Catalog
import Registries
import Testing
import Wire

@Suite("ConsulDecoder")
struct ConsulDecoderTests {
    private let decoder = ConsulDecoder(hostnames: true)

    @Test("What a real Consul answered is read as JSONDecoder reads it", arguments: RecordedAnswer.all)
    func recorded(_ answer: RecordedAnswer) throws {
        let body = try answer.body
        let decoded = try decoder.result(of: body, to: answer.query)
        #expect(decoded.rejected.isEmpty)
        #expect(spelled(decoded.result) == spelled(try ReferenceDecoder.result(of: body, to: answer.query)))
    }

    @Test("Generated answers are read as JSONDecoder reads them", arguments: 0..<20)
    func generated(_ series: Int) throws {
        var generator = GeneratedAnswer(seed: UInt64(series))
        for _ in 0..<60 {
            let (query, body) = generator.next()
            let decoded = try decoder.result(of: body, to: query)
            let reference = try ReferenceDecoder.result(of: body, to: query).without(decoded.rejected)
            #expect(spelled(decoded.result) == spelled(reference), "\(query): \(String(decoding: body, as: UTF8.self))")
            // Instances without any address are left out, and services that no query can name; no others.
            for one in decoded.rejected {
                let isAskable = one.instance.service.wholeMatch(of: /[A-Za-z0-9_\-]+(\.[A-Za-z0-9_\-]+)*/) != nil
                #expect(
                    one.reason.hasPrefix("neither the service nor its node")
                        || (one.reason.hasPrefix("the service's name") && !isAskable)
                )
            }
        }
    }

    @Test("A real instance has what Consul says of it")
    func instance() throws {
        let answer = RecordedAnswer("health_service_web", .service(name: "web"))
        guard case .instances(let instances) = try decoder.result(of: answer.body, to: answer.query).result else {
            Issue.record("no instances")
            return
        }
        #expect(instances.map(\.id) == ["web-1", "web-2", "web-3"])
        #expect(instances.map(\.health) == [.passing, .warning, .critical])
        let first = try #require(instances.first)
        #expect(first.tags == ["primary", "v1"])
        #expect(first.meta == ["version": "1.2.3", "weight": "10", "zone": "a"])
        #expect(first.weights == Weights(passing: 10, warning: 2))
        #expect(first.checks.map(\.id) == ["serfHealth", "web-1-ttl"])
        #expect(first.node.taggedAddresses?["lan"] == "127.0.0.1")
    }

    @Test("Maintenance is told by its check")
    func maintenance() throws {
        let answer = RecordedAnswer("health_service_maint", .service(name: "maint"))
        guard case .instances(let instances) = try decoder.result(of: answer.body, to: answer.query).result else {
            Issue.record("no instances")
            return
        }
        #expect(instances.map(\.health) == [.maintenance])
        #expect(instances[0].checks.map(\.id) == ["serfHealth", "_service_maintenance:maint-1", "m1"])
    }

    @Test(
        "A node that does not exist, empty answers and keys that are not there",
        arguments: [
            ("null", CatalogQuery.node(name: "x"), QueryResult.node(nil)),
            (#"{"Node":null,"Services":null}"#, .node(name: "x"), .node(nil)),
            (#"{"Services":{},"Node":null}"#, .node(name: "x"), .node(nil)),
            (" [ ] ", .service(name: "x"), .instances([])), ("{}", .services(), .services([])),
            (#"{"Nodes":[]}"#, .preparedQuery(name: "x"), .instances([])),
            (#"{"TrustDomain":"","Roots":null}"#, .caRoots(), .caRoots([])),
            (#"["eu","Us","de"]"#, .datacenters(), .datacenters(["Us", "de", "eu"])),
            (
                #"{"web":["b","a","b"],"Api":null}"#, .services(),
                .services([ServiceSummary(name: "Api", tags: []), ServiceSummary(name: "web", tags: ["a", "b"])])
            ),
        ]
    )
    func small(_ body: String, _ query: CatalogQuery, _ result: QueryResult) throws {
        #expect(try decoder.result(of: Array(body.utf8), to: query).result == result)
    }

    @Test("A 404 says that there is no key, and nothing of anything else")
    func noSuchKey() {
        #expect(decoder.noSuchKey(.key(path: "a")) == .key(nil))
        #expect(decoder.noSuchKey(.prefix(path: "a")) == .keys([]))
        #expect(decoder.noSuchKey(.services()) == nil)
    }

    @Test("Flags and indexes go up to 2^64-1, values are bytes")
    func bigKey() throws {
        let body = #"[{"Key":"k","Flags":18446744073709551615,"Value":"/2E=","ModifyIndex":9223372036854775808}]"#
        let result = try decoder.result(of: Array(body.utf8), to: .key(path: "k")).result
        #expect(result == .key(KeyValue(path: "k", value: "\u{FFFD}a", modifyIndex: 1 << 63, flags: .max)))
    }

    @Test("The agent's own node is found in what it says of itself")
    func agentSelf() throws {
        let body = try RecordedAnswer("agent_self", .datacenters()).body
        #expect(try decoder.nodeName(ofAgentSelf: body) == "lab1")
        #expect(throws: JSONFault.self) { try decoder.nodeName(ofAgentSelf: Array(#"{"Config":{}}"#.utf8)) }
    }

    @Test("Nearness keeps the registry's order, and nothing else does")
    func near() throws {
        let body = Array(
            """
            [{"Node":{"Node":"b","Address":"::1"},"Service":{"ID":"1","Service":"s"}},
             {"Node":{"Node":"a","Address":"::1"},"Service":{"ID":"2","Service":"s"}},
             {"Node":{"Node":"a","Address":"::1"},"Service":{"ID":"1","Service":"s"}}]
            """.utf8
        )
        func order(_ query: CatalogQuery) throws -> [String] {
            guard case .instances(let instances) = try decoder.result(of: body, to: query).result else { return [] }
            return instances.map { "\($0.node.name)\($0.id)" }
        }
        #expect(try order(.service(name: "s")) == ["a1", "a2", "b1"])
        #expect(try order(.service(name: "s", near: "a")) == ["b1", "a2", "a1"])
    }
}

extension QueryResult {
    /// The result without the instances that were rejected.
    fileprivate func without(_ rejected: [RejectedRegistration]) -> QueryResult {
        let identities = Set(rejected.map(\.instance))
        return switch self {
        case .instances(let instances): .instances(instances.filter { !identities.contains($0.identity) })
        case .node(let node?):
            .node(
                NodeServices(
                    node: node.node,
                    instances: node.instances.filter { !identities.contains($0.identity) }
                )
            )
        case .services(let services):
            .services(services.filter { !identities.contains(InstanceIdentity(service: $0.name, node: "", id: "")) })
        default: self
        }
    }
}
