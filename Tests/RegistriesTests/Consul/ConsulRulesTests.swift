import Catalog
import Registries
import Testing

@Suite("Registrations that break a rule")
struct ConsulRulesTests {
    /// Three instances, the second with `fields` in its service, on nodes with these addresses.
    private func body(_ fields: String, node: String = "10.0.0.1") -> [UInt8] {
        func entry(_ id: String, _ fields: String, _ node: String) -> String {
            """
            {"Node":{"Node":"n-\(id)","Address":"\(node)"},"Service":{"ID":"\(id)","Service":"web"\(fields)},"Checks":[]}
            """
        }
        let entries = [entry("a", "", "10.0.0.7"), entry("b", fields, node), entry("c", #","Port":1"#, "10.0.0.8")]
        return Array("[\(entries.joined(separator: ","))]".utf8)
    }

    private func rejected(_ fields: String, node: String = "10.0.0.1", hostnames: Bool = false) throws -> [String] {
        let decoded = try ConsulDecoder(hostnames: hostnames)
            .result(of: body(fields, node: node), to: .service(name: "web"))
        guard case .instances(let instances) = decoded.result else { return ["no instances"] }
        #expect(instances.map(\.id) == (decoded.rejected.isEmpty ? ["a", "b", "c"] : ["a", "c"]))
        #expect(decoded.rejected.allSatisfy { $0.instance == InstanceIdentity(service: "web", node: "n-b", id: "b") })
        return decoded.rejected.map(\.reason)
    }

    @Test(
        "The one that breaks it is left out and named",
        arguments: [
            (#","Port":65536"#, "Service.Port is 65536; register one from 0 to 65535"),
            (#","Port":-1"#, "Service.Port is -1; register one from 0 to 65535"),
            (
                #","Weights":{"Passing":65536,"Warning":1}"#,
                "Service.Weights.Passing is 65536; register one from 0 to 65535"
            ),
            (
                #","Weights":{"Passing":1,"Warning":-1}"#,
                "Service.Weights.Warning is -1; register one from 0 to 65535"
            ),
            (
                #","TaggedAddresses":{"wan":{"Address":"10.0.0.1","Port":70000}}"#,
                "Service.TaggedAddresses[`wan`].Port is 70000; register one from 0 to 65535"
            ),
            (
                #","Address":"db.internal""#,
                "Service.Address is `db.internal`, not an IP address; register one, or let names through: "
                    + "`hostnames: true` of the registry"
            ),
            (
                #","Address":"10.0.0.1 check\n\tserver x""#,
                #"Service.Address is `10.0.0.1 check\n\tserver x`, not an IP address; register one"#
            ),
            (#","Address":"[::1]""#, "Service.Address is `[::1]`, not an IP address; register one"),
            (#","Address":"fe80::1%eth0""#, "Service.Address is `fe80::1%eth0`, not an IP address; register one"),
        ]
    )
    func rule(_ fields: String, _ reason: String) throws {
        #expect(try rejected(fields) == [reason])
    }

    @Test(
        "What keeps to the rules is let through",
        arguments: [
            #","Port":0"#, #","Port":65535,"Weights":{"Passing":0,"Warning":65535}"#, #","Address":"::ffff:10.0.0.1""#,
            #","Address":"10.0.0.1","TaggedAddresses":{"wan":{"Address":"lb.example.com","Port":80}}"#,
        ]
    )
    func allowed(_ fields: String) throws {
        #expect(try rejected(fields) == [])
    }

    @Test("The node's address counts where the service has none")
    func nodeAddress() throws {
        #expect(
            try rejected("", node: "rack7.example").map { $0.hasPrefix("Node.Address is `rack7.example`") } == [true]
        )
        #expect(try rejected(#","Address":"10.0.0.1""#, node: "rack7.example") == [])
        #expect(try rejected("", node: "rack7.example", hostnames: true) == [])
        #expect(
            try rejected("", node: "") == ["neither the service nor its node has an address; register it with one"]
        )
        #expect(
            try rejected("", node: "-x", hostnames: true)
                == ["Node.Address is `-x`, neither an IP address nor a host name; register one"]
        )
    }

    @Test("A long value is cut in the reason")
    func long() throws {
        let reasons = try rejected(#","Address":"\#(String(repeating: "x ", count: 10_000))""#)
        #expect(reasons.count == 1)
        #expect(reasons.allSatisfy { $0.count < 200 && $0.contains("…`") })
    }

    @Test("Nodes are held to the rules as well")
    func nodes() throws {
        let body = Array(
            #"[{"Node":"b","Address":"10.0.0.1"},{"Node":"x","Address":"a b"},{"Node":"a","Address":"::1"}]"#.utf8
        )
        let decoded = try ConsulDecoder(hostnames: true).result(of: body, to: .nodes())
        #expect(decoded.result == .nodes([Node(name: "a", address: "::1"), Node(name: "b", address: "10.0.0.1")]))
        #expect(decoded.rejected.map(\.instance) == [InstanceIdentity(service: "", node: "x", id: "")])
    }
}
