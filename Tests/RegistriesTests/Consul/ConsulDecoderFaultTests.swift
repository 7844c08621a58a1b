import Catalog
import Registries
import Testing
import Wire

@Suite("ConsulDecoder and answers that are wrong")
struct ConsulDecoderFaultTests {
    private let decoder = ConsulDecoder(hostnames: true)

    /// Whether `body` gives a result rather than a fault.
    private func isRead(_ body: [UInt8], _ query: CatalogQuery) -> Bool {
        do throws(JSONFault) {
            _ = try decoder.result(of: body, to: query)
            return true
        } catch {
            return false
        }
    }

    @Test("An answer that is cut at any byte is a fault", arguments: RecordedAnswer.all)
    func truncated(_ answer: RecordedAnswer) throws {
        let body = try answer.body
        for count in 0..<body.count where isRead(Array(body[..<count]), answer.query) {
            Issue.record("\(count) of \(body.count) bytes were taken for an answer")
        }
    }

    @Test("Anything behind an answer is a fault, but for white space", arguments: RecordedAnswer.all)
    func trailing(_ answer: RecordedAnswer) throws {
        let body = try answer.body
        for rest in [" x", "[]", "{}", "null", "1", ",", "]", "\u{0}", "\n\n\"\""] {
            #expect(!isRead(body + Array(rest.utf8), answer.query), "\(rest)")
        }
        #expect(isRead(Array("\t ".utf8) + body + Array("\r\n ".utf8), answer.query))
    }

    /// A value of each kind.
    private static let kinds: [JSON.Name: JSON] = [
        .null: .null, .bool: .bool(true), .integer: .integer(7), .fraction: .number(1.5), .string: .string("x"),
        .array: .array([.array([])]), .object: .object([(key: "x", value: .array([]))]),
    ]

    /// A field of an answer, and which kinds of values may stand there.
    struct Field: Sendable, CustomTestStringConvertible {
        var answer: RecordedAnswer
        var path: [String]
        var allowed: Set<JSON.Name>
        var testDescription: String { "\(answer.file) \(path.joined(separator: "."))" }

        init(_ answer: (String, CatalogQuery), _ path: String, _ allowed: JSON.Name...) {
            self.answer = RecordedAnswer(answer.0, answer.1)
            self.path = path.split(separator: ".").map { String($0) }
            self.allowed = Set(allowed)
        }
    }

    private static let web = ("health_service_web", CatalogQuery.service(name: "web"))
    private static let key = ("kv_locked", CatalogQuery.key(path: "hg/lock"))
    private static let lab = ("catalog_node_lab1", CatalogQuery.node(name: "lab1"))

    static let fields: [Field] = [
        Field(web, ""), Field(web, "0"), Field(web, "0.Node"), Field(web, "0.Service"), Field(web, "0.Checks", .null),
        Field(web, "0.Node.ID", .string), Field(web, "0.Node.Node", .string), Field(web, "0.Node.Address", .string),
        Field(web, "0.Node.Datacenter", .string), Field(web, "0.Node.TaggedAddresses", .null),
        Field(web, "0.Node.TaggedAddresses.lan", .string), Field(web, "0.Node.Meta", .null),
        Field(web, "0.Node.Meta.consul-network-segment", .string), Field(web, "0.Service.ID", .string),
        Field(web, "0.Service.Service", .string), Field(web, "0.Service.Tags", .null),
        Field(web, "0.Service.Tags.0", .string), Field(web, "0.Service.Address", .string),
        Field(web, "0.Service.TaggedAddresses", .null), Field(web, "0.Service.TaggedAddresses.lan_ipv4"),
        Field(web, "0.Service.TaggedAddresses.lan_ipv4.Address", .string),
        Field(web, "0.Service.TaggedAddresses.lan_ipv4.Port", .integer), Field(web, "0.Service.Meta", .null),
        Field(web, "0.Service.Meta.version", .string), Field(web, "0.Service.Port", .integer),
        Field(web, "0.Service.Weights", .null), Field(web, "0.Service.Weights.Passing", .integer),
        Field(web, "0.Checks.0"), Field(web, "0.Checks.0.Node", .string), Field(web, "0.Checks.0.CheckID", .string),
        Field(web, "0.Checks.0.Status", .string), Field(web, "0.Checks.0.Output", .string),
        Field(web, "0.Checks.0.ServiceTags", .null), Field(web, "0.Checks.1.ServiceTags.1", .string),
        Field(key, ""), Field(key, "0"), Field(key, "0.LockIndex", .integer), Field(key, "0.Key", .string),
        Field(key, "0.Flags", .integer), Field(key, "0.Value", .null), Field(key, "0.Session", .string),
        Field(key, "0.ModifyIndex", .integer),
        Field(("kv_recurse", .prefix(path: "app/cfg")), "1"),
        Field(("kv_recurse", .prefix(path: "")), "1.Value", .null),
        Field(lab, "", .null), Field(lab, "Node", .null), Field(lab, "Services", .null), Field(lab, "Services.api-6"),
        Field(lab, "Services.api-6.Port", .integer), Field(("catalog_services", .services()), ""),
        Field(("catalog_services", .services()), "web", .null),
        Field(("catalog_services", .services()), "web.0", .string), Field(("catalog_nodes", .nodes()), ""),
        Field(("catalog_nodes", .nodes()), "0"), Field(("catalog_nodes", .nodes()), "0.Meta", .null),
        Field(("catalog_datacenters", .datacenters()), ""),
        Field(("catalog_datacenters", .datacenters()), "0", .string),
        Field(("query_execute", .preparedQuery(name: "web")), ""),
        Field(("query_execute", .preparedQuery(name: "web")), "Nodes"),
    ]

    @Test("A value of the wrong kind spoils the whole answer", arguments: fields)
    func wrongKind(_ field: Field) throws {
        let json = try JSON(parsing: field.answer.body)
        for (kind, value) in Self.kinds where kind != json.at(field.path)?.name {
            let body = json.replacing(field.path[...], by: value).encoded()
            #expect(isRead(body, field.answer.query) == field.allowed.contains(kind), "\(kind)")
        }
    }

    @Test(
        "What an entry must have",
        arguments: [
            (#"[{}]"#, CatalogQuery.service(name: "x")), (#"[{"Node":{"Node":"n"}}]"#, .service(name: "x")),
            (#"[{"Service":{"ID":"a","Service":"b"}}]"#, .service(name: "x")),
            (#"[{"Node":{},"Service":{"ID":"a","Service":"b"}}]"#, .service(name: "x")),
            (#"[{"Node":{"Node":"n"},"Service":{"Service":"b"}}]"#, .service(name: "x")),
            (#"[{"Node":{"Node":"n"},"Service":{"ID":"b"}}]"#, .service(name: "x")),
            (#"[{"Node":{"Node":"n"},"Service":{"ID":"a","Service":"b"},"Checks":[{}]}]"#, .service(name: "x")),
            ("{}", .preparedQuery(name: "x")), ("{}", .node(name: "x")), ("{}", .caRoots()),
            ("{}", .caLeaf(service: "x")),
            (#"{"CertPEM":"x"}"#, .caLeaf(service: "x")), (#"{"Roots":[{"ID":"1"}]}"#, .caRoots()),
            ("[]", .key(path: "x")), (#"[{"Key":"a"},{"Key":"b"}]"#, .key(path: "x")), ("[{}]", .prefix(path: "x")),
            ("null", .service(name: "x")), ("null", .services()), ("", .datacenters()), ("true", .nodes()),
            (#"[{"Key":"a","Value":"YQ"}]"#, .key(path: "a")), (#"[{"Key":"a","Value":"Y Q="}]"#, .key(path: "a")),
            (#"[{"Key":"a","Flags":-1}]"#, .key(path: "a")), (#"[{"Key":"a","Flags":-0}]"#, .key(path: "a")),
            (#"[{"Key":"a","Flags":18446744073709551616}]"#, .key(path: "a")),
            ("[\"\\ud800\"]", .datacenters()), ("[\"\\udc00\\ud800\"]", .datacenters()),
        ]
    )
    func incomplete(_ body: String, _ query: CatalogQuery) {
        #expect(!isRead(Array(body.utf8), query))
    }

    @Test("Bytes that are not UTF-8 are a fault wherever they stand", arguments: ["Output", "Unknown", "Node"])
    func notUTF8(_ key: String) {
        let start =
            #"[{"Node":{"Node":"n","Address":"::1"},"Service":{"ID":"a","Service":"b"},"Checks":[{"CheckID":"c",""#
        for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82]] {
            let body = Array("\(start)\(key)\":\"".utf8) + bytes + Array("\"}]}]".utf8)
            #expect(!isRead(body, .service(name: "b")))
        }
    }

    @Test("Nesting without end is a fault", arguments: ["[", #"{"a":"#, #"[{"a":"#])
    func nesting(_ unit: String) {
        let bomb = String(repeating: unit, count: 100_000)
        #expect(!isRead(Array(bomb.utf8), .service(name: "x")))
        #expect(!isRead(Array("[{\"Unknown\":\(bomb)".utf8), .service(name: "x")))
        #expect(!isRead(Array("{\"Nodes\":[],\"Unknown\":\(bomb)".utf8), .preparedQuery(name: "x")))
    }

    @Test("Whatever happens to an answer's bytes, JSON that is read was JSON", arguments: 0..<RecordedAnswer.all.count)
    func mutated(_ number: Int) throws {
        let answer = RecordedAnswer.all[number]
        let original = try answer.body
        var chance = GeneratedAnswer(seed: UInt64(1_000 + number))
        let signs = Array("\"\\{}[],:0e-ntu \u{0}".utf8) + [0xC3, 0xFF]
        for _ in 0..<300 {
            var body = original
            for _ in 0...chance.below(3) where !body.isEmpty {
                let place = chance.below(body.count)
                switch chance.below(4) {
                case 0: body[place] = signs[chance.below(signs.count)]
                case 1: body.remove(at: place)
                case 2: body.insert(signs[chance.below(signs.count)], at: place)
                default:
                    let end = min(body.count, place + chance.below(40))
                    body.insert(contentsOf: body[place..<end], at: chance.below(body.count))
                }
            }
            // What is read must be right JSON, and all of it: as much as a strict tree finds in it.
            guard isRead(body, answer.query) else { continue }
            #expect(throws: Never.self, "\(String(decoding: body, as: UTF8.self))") { try JSON(parsing: body) }
            if let reference = try? ReferenceDecoder.result(of: body, to: answer.query) {
                let decoded = try decoder.result(of: body, to: answer.query)
                if decoded.rejected.isEmpty, !Self.hasRepeatedKeys(try JSON(parsing: body)) {
                    #expect(spelled(decoded.result) == spelled(reference))
                }
            }
        }
    }

    /// Whether a key stands twice in an object: readers differ in which one counts.
    private static func hasRepeatedKeys(_ json: JSON) -> Bool {
        switch json {
        case .array(let elements): elements.contains(where: hasRepeatedKeys)
        case .object(let members):
            Set(members.map(\.key)).count < members.count || members.contains { hasRepeatedKeys($0.value) }
        default: false
        }
    }
}

extension JSON {
    /// The kinds of values that a decoder tells apart.
    enum Name: Sendable {
        case null, bool, integer, fraction, string, array, object
    }

    fileprivate var name: Name {
        switch self {
        case .null: .null
        case .bool: .bool
        case .integer: .integer
        case .number: .fraction
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    /// What lies at a path of keys and indices.
    fileprivate func at(_ path: [String]) -> JSON? {
        var json: JSON? = self
        for part in path {
            switch json {
            case .array(let elements): json = Int(part).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
            default: json = json?[part]
            }
        }
        return json
    }

    /// The document with another value at a path of keys and indices.
    fileprivate func replacing(_ path: ArraySlice<String>, by value: JSON) -> JSON {
        guard let first = path.first else { return value }
        switch self {
        case .array(var elements):
            guard let index = Int(first), elements.indices.contains(index) else { return self }
            elements[index] = elements[index].replacing(path.dropFirst(), by: value)
            return .array(elements)
        case .object(let members):
            return .object(
                members.map {
                    $0.key == first ? (key: $0.key, value: $0.value.replacing(path.dropFirst(), by: value)) : $0
                }
            )
        default: return self
        }
    }
}
