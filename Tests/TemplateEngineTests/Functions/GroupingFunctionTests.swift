import TemplateEngine
import Testing

@Suite struct GroupingFunctionTests {
    static func service(
        _ id: String,
        tags: [String] = [],
        port: Int = 80,
        meta: KeyValuePairs<String, Value> = [:],
    ) -> Value {
        .record(
            "*dependency.HealthService",
            [
                "ID": .string(id), "Tags": .list(List(tags.map { .string($0) }, kind: .string)), "Port": .int(port),
                "ServiceMeta": .mapping(meta, kind: .string),
                "Weights": .record("dependency.Weights", ["Passing": .int(port), "Warning": .int(1)]),
            ]
        )
    }

    /// The groups of a result: each key with the IDs in it.
    static func groups(_ name: String, _ arguments: Value...) throws -> [String] {
        guard case .map(let map) = try call(name, arguments) else { throw CallRefused(name: name) }
        return map.entries.map { key, members in
            guard case .list(let list) = members else { return "no list" }
            let ids = list.elements.map { element in
                if case .record(let record) = element { formatValue(record.fields[0]).string } else { "no record" }
            }
            return formatValue(Value(key, origin: .trusted)).string + ":" + ids.joined(separator: ",")
        }
    }

    @Test func `byTag lists each service under each of its tags`() throws {
        let services = Value.records(
            Self.service("a", tags: ["x", "y"]),
            Self.service("b", tags: ["y"]),
            Self.service("c")
        )
        #expect(try Self.groups("byTag", services) == ["x:a", "y:a,b"])
        #expect(try Self.groups("byTag", .null) == [])
        FunctionCase(
            "byTag",
            .strings("a"),
            faults: "expected a list of services with tags as argument 1, got []string of 1"
        ).check()
        FunctionCase("byTag", .string("a"), faults: "expected a list of services").check()
    }

    @Test func `byPort lists services under their port, in the order of numbers`() throws {
        let services = Value.records(
            Self.service("a", port: 9000),
            Self.service("b", port: 80),
            Self.service("c", port: 9000)
        )
        #expect(try Self.groups("byPort", services) == ["80:b", "9000:a,c"])
        FunctionCase("byPort", .ints(1), faults: "expected a list of services with a port").check()
    }

    static let metaCases: [(String, [String])] = [
        ("v", ["1:a,c", "_no_v_:b,d"]),
        ("w|int", ["00000:b,d", "00002:a", "00010:c"]),
        ("v,w|int", ["1_00002:a", "1_00010:c", "_no_v__00000:b,d"]),
        ("z.one", ["_no_z_one_:b,c,d", "eu_west_1:a"]),
        (" v", ["_no__v_:a,b,c,d"]),
        ("", ["_no__:a,b,c,d"]),
        ("v,v", ["1_1:a,c", "_no_v___no_v_:b,d"]),
    ]

    @Test(arguments: metaCases)
    func `byMeta groups by meta values made safe`(_ fields: String, _ expected: [String]) throws {
        let services = Value.records(
            Self.service("a", meta: ["v": .string("1"), "w": .string("2"), "z.one": .string("eu/west 1")]),
            Self.service("b", meta: ["v": .string("")]),
            Self.service("c", meta: ["v": .string("1"), "w": .string("10")]),
            Self.service("d")
        )
        #expect(try Self.groups("byMeta", .string(fields), services) == expected)
    }

    @Test func `byMeta refuses what is no number where an int is asked for`() {
        let services = Value.records(Self.service("a", meta: ["w": .string("x")]))
        FunctionCase(
            "byMeta",
            .string("w|int"),
            services,
            faults: #"the meta value of "w": "x" is not a decimal integer"#
        ).check()
        FunctionCase(
            "byMeta",
            .string("w"),
            .strings("a"),
            faults: "expected a list of services with meta as argument 2"
        ).check()
    }

    @Test func `Keys of groups name who wrote them`() throws {
        let service = Value.record(
            "*dependency.HealthService",
            [
                "ID": .string("a"), "Tags": .list(List([.untrusted("t", 7)], kind: .string)),
                "ServiceMeta": .mapping(["v": .untrusted("1", 8)], kind: .string),
            ]
        )
        for (name, arguments, source) in [
            ("byTag", [Value.records(service)], UInt32(7)), ("byMeta", [.string("v"), .records(service)], 8),
            ("groupBy", [.string("Tags"), .records(service)], 7),
        ] {
            guard case .map(let map) = try call(name, arguments) else { throw CallRefused(name: name) }
            #expect(Text("k", origin: map.keyOrigin).spans == [span(0, 1, source)])
        }
    }

    @Test func `groupBy groups by any field`() throws {
        let services = Value.records(
            Self.service("a", tags: ["x", "y"], meta: ["zone": .string("eu")]),
            Self.service("b", tags: ["y"], port: 90)
        )
        #expect(try Self.groups("groupBy", .string("Meta.zone"), services) == [":b", "eu:a"])
        #expect(try Self.groups("groupBy", .string("Port"), services) == ["80:a", "90:b"])
        #expect(try Self.groups("groupBy", .string("Tags"), services) == ["x:a", "y:a,b"])
        FunctionCase("groupBy", .string("Weights"), services, faults: "cannot be the key of a group").check()
    }
}
