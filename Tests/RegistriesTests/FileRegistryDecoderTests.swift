import Catalog
import Diagnostics
import Registries
import Testing

@Suite struct FileRegistryDecoderTests {
    /// What `text` holds as the whole registry file `services.yaml`.
    private func decode(_ text: String, file: String = "services.yaml", hostnames: Bool = false) throws
        -> RegistryContents
    {
        try FileRegistryDecoder.decode(text: text, file: file, hostnames: hostnames)
    }

    @Test func `a whole registry has everything a Consul has`() throws {
        let contents = try decode(
            """
            version: 1
            datacenter: eu
            datacenters: [us]
            own_node: lab1
            defaults: {weight: 5, port: 80, zone: a}
            nodes:
              lab1: 10.0.0.1
              n1:
                id: 0001
                address: 10.0.0.2
                meta: {rack: 7}
                tagged_addresses: {lan: 10.0.0.2}
                checks:
                  - {id: serfHealth, name: Serf, status: passing, output: alive}
            services:
              web:
                tags: [http]
                meta: {team: shop, tier: 1}
                instances:
                  - {id: web-1, node: n1, port: 8080, tags: [v1, http], meta: {tier: 2.10, canary: true}, weight: 10,
                     checks: [{id: z, name: Zed, status: warning, output: "slow\\nvery", notes: n, type: http},
                              {id: a, status: passing}],
                     tagged_addresses: {lan: {address: fd00::1, port: 81}}}
                  - 10.0.0.3:9000
                  - "[fd00::3]:9001"
                  - 10.0.0.4
              ghost: {instances: []}
            kv:
              app/rps: 100
              app/name: "007"
              flag: true
              bin: {value: x, flags: 3, create_index: 1, modify_index: 2, lock_index: 4, session: s}
              nested: {folder: {leaf: 1}, "": dir}
            """
        )
        #expect(contents.datacenter == "eu")
        #expect(contents.datacenters == ["eu", "us"])
        #expect(contents.ownNode == "lab1")
        #expect(contents.serviceNames == ["ghost", "web"])
        #expect(contents.nodes.map(\.name) == ["10.0.0.3", "10.0.0.4", "fd00::3", "lab1", "n1"])
        let web = try #require(contents.instances.first { $0.id == "web-1" })
        let node = Node(
            id: "0001",
            name: "n1",
            address: "10.0.0.2",
            datacenter: "eu",
            taggedAddresses: ["lan": "10.0.0.2"],
            meta: ["rack": "7"]
        )
        #expect(
            web
                == Instance(
                    service: "web",
                    id: "web-1",
                    node: node,
                    port: 8080,
                    tags: ["http", "v1"],
                    meta: ["team": "shop", "tier": "2.10", "canary": "true"],
                    taggedAddresses: ["lan": TaggedAddress(address: "fd00::1", port: 81)],
                    weights: Weights(passing: 10, warning: 1),
                    checks: [
                        Check(node: "n1", id: "serfHealth", name: "Serf", status: .passing, output: "alive"),
                        Check(
                            node: "n1",
                            id: "a",
                            name: "a",
                            status: .passing,
                            serviceID: "web-1",
                            serviceName: "web",
                            serviceTags: ["http", "v1"]
                        ),
                        Check(
                            node: "n1",
                            id: "z",
                            name: "Zed",
                            status: .warning,
                            notes: "n",
                            output: "slow\nvery",
                            serviceID: "web-1",
                            serviceName: "web",
                            serviceTags: ["http", "v1"],
                            type: "http"
                        ),
                    ],
                    health: .warning,
                    zone: "a"
                )
        )
        #expect(web.effectiveAddress == "10.0.0.2")
        let short = contents.instances.filter { $0.id != "web-1" }
        #expect(short.map(\.id) == ["web-10.0.0.3-9000", "web-10.0.0.4-80", "web-fd00::3-9001"])
        #expect(short.map(\.address) == ["10.0.0.3", "10.0.0.4", "fd00::3"])
        #expect(short.map(\.node.address) == ["10.0.0.3", "10.0.0.4", "fd00::3"])
        #expect(short.allSatisfy { $0.weights == Weights(passing: 5, warning: 1) && $0.tags == ["http"] })
        #expect(
            contents.keys == [
                KeyValue(path: "app/name", value: "007"), KeyValue(path: "app/rps", value: "100"),
                KeyValue(path: "bin", value: "x", createIndex: 1, modifyIndex: 2, lockIndex: 4, flags: 3, session: "s"),
                KeyValue(path: "flag", value: "true"), KeyValue(path: "nested/", value: "dir"),
                KeyValue(path: "nested/folder/leaf", value: "1"),
            ]
        )
    }

    @Test(arguments: [
        ("health: draining", Health.draining),
        ("health: unknown", .unknown),
        ("checks: [{id: c, status: critical}]", .critical),
        ("health: passing, checks: [{id: c, status: critical}]", .passing),
        ("checks: [{id: '_service_maintenance:x', status: critical}]", .maintenance),
        ("node: sick", .warning),
        ("node: sick, health: critical", .critical),
        ("node: down, health: passing", .maintenance),
        ("tags: []", .critical),
    ])
    func `health is stated, or from checks, or the default`(entry: String, expected: Health) throws {
        let service = entry.hasPrefix("node") ? "" : "health: critical, "
        let contents = try decode(
            """
            nodes:
              sick: {address: 10.0.0.8, checks: [{id: disk, status: warning}]}
              down: {address: 10.0.0.9, checks: [{id: _node_maintenance, status: critical}]}
            services:
              x: {\(service)instances: [{address: 10.0.0.1, \(entry)}]}
            """
        )
        #expect(contents.instances.map(\.health) == [expected])
    }

    @Test(arguments: [
        ("weight: 10", Weights(passing: 10, warning: 1)),
        ("weight: 0", Weights(passing: 0, warning: 0)),
        ("weights: {passing: 10, warning: 3}", Weights(passing: 10, warning: 3)),
        ("weights: {warning: 0}", Weights(passing: 1, warning: 0)),
        ("port: 1", Weights(passing: 1, warning: 1)),
    ])
    func `weights are one number or two`(entry: String, expected: Weights) throws {
        let contents = try decode("services: {x: {instances: [{address: 10.0.0.1, \(entry)}]}}")
        #expect(contents.instances.map(\.weights) == [expected])
    }

    @Test func `null and empty tagged addresses are kept apart`() throws {
        let contents = try decode(
            """
            services:
              x:
                instances:
                  - {address: 10.0.0.1, tagged_addresses: {}, node: {name: a, tagged_addresses: {}}}
                  - {address: 10.0.0.2, tagged_addresses: null, node: {name: b, tagged_addresses: null}}
                  - {address: 10.0.0.3, node: c}
            """
        )
        #expect(contents.instances.map(\.taggedAddresses) == [[:], nil, nil])
        #expect(contents.instances.map(\.node.taggedAddresses) == [[:], nil, nil])
    }

    @Test func `JSON may have tabs, no spaces, slashes and surrogate pairs`() throws {
        let text =
            "{\n\t\"services\":{\"web\":{\"instances\":[\n\t\t{\"address\":\"10.0.0.1\",\"port\":80,"
            + "\"meta\":{\"face\":\"\\uD83D\\ude00\\\\u\",\"path\":\"a\\/b\\u00e9\"}}]}}}"
        let contents = try decode(text, file: "services.json")
        #expect(contents.instances.first?.meta == ["face": "\u{1F600}\\u", "path": "a/b\u{E9}"])
    }

    @Test func `a fault after a surrogate pair keeps its column`() throws {
        let text = "{\"services\": {\"w\": {\"meta\": {\"f\": \"\\ud83d\\ude00\"}, \"instances\": [], \"prot\": 1}}}"
        let fault = #expect(throws: RegistryFault.self) { _ = try decode(text, file: "a.json") }
        let column = text.unicodeScalars.distance(
            from: text.startIndex,
            to: text.range(of: "\"prot\"").lowerBound
        )
        #expect(fault?.diagnostics.first?.position == SourcePosition(file: "a.json", line: 1, column: column + 1))
    }

    @Test func `aliases and merge keys say again what was said`() throws {
        let contents = try decode(
            """
            services:
              a: &a
                tags: [http]
                instances: &both [&one {id: i, address: 10.0.0.1, port: 80}, 10.0.0.2]
              b:
                <<: *a
                instances: *both
              c: {instances: [{<<: *one, port: 81}]}
            """
        )
        #expect(contents.instances.map(\.service) == ["a", "a", "b", "b", "c"])
        #expect(contents.instances.map(\.port) == [80, 0, 80, 0, 81])
        #expect(contents.instances.map(\.tags) == [["http"], ["http"], ["http"], ["http"], []])
    }

    @Test func `a byte order mark and Windows line ends do no harm`() throws {
        let contents = try decode("\u{FEFF}services:\r\n  web:\r\n    instances:\r\n      - 10.0.0.1:80\r\n")
        #expect(contents.instances.map(\.port) == [80])
    }

    @Test func `host names are addresses where they are allowed`() throws {
        let text = "services: {x: {instances: [db.internal:5432, {address: cache_1.internal}]}}"
        #expect(throws: RegistryFault.self) { _ = try decode(text) }
        #expect(try decode(text, hostnames: true).instances.map(\.address) == ["cache_1.internal", "db.internal"])
    }

    @Test func `ids, tags and names may be any text`() throws {
        let contents = try decode(
            #"services: {"a b": {instances: [{id: "x\ny", address: 10.0.0.1, tags: ["a; b", "\x07"], node: "n\t1"}]}}"#
        )
        #expect(contents.instances.first?.id == "x\ny")
        #expect(contents.instances.first?.tags == ["\u{7}", "a; b"])
    }

    @Test func `one id on two nodes is two instances`() throws {
        let contents = try decode(
            "services: {x: {instances: [{id: i, address: 10.0.0.1, node: b}, {id: i, address: 10.0.0.2, node: a}]}}"
        )
        #expect(contents.instances.map(\.node.name) == ["a", "b"])
    }
}

extension String {
    /// Where `part` stands; the tests know that it does.
    fileprivate func range(of part: String) -> Range<Index> {
        var start = startIndex
        while start < endIndex, !self[start...].hasPrefix(part) { start = index(after: start) }
        return start..<(index(start, offsetBy: part.count, limitedBy: endIndex) ?? endIndex)
    }
}
