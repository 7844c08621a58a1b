import Catalog
import Wire

/// Answers such as no Consul gives, but one could: made of a seed, with any text, key order and layout.
struct GeneratedAnswer {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A query and the body of an answer to it.
    mutating func next() -> (query: CatalogQuery, body: [UInt8]) {
        let query: CatalogQuery
        let json: JSON
        switch below(9) {
        case 0, 1: (query, json) = (.service(name: "web", near: chance(4) ? "_agent" : nil), entries())
        case 2: (query, json) = (.preparedQuery(name: "web"), object([("Nodes", entries()), ("Service", text())]))
        case 3: (query, json) = (.services(), distinct(upTo: 6).map { ($0, texts()) }.asObject)
        case 4: (query, json) = (.nodes(), .array(distinct(upTo: 4).map { node($0) }))
        case 5:
            let services = distinct(upTo: 4).map { ($0, service($0)) }.asObject
            (query, json) = (.node(name: "n"), object([("Node", node(word())), ("Services", services)]))
        case 6: (query, json) = (.prefix(path: ""), .array(distinct(upTo: 6).map { pair($0) }))
        case 7: (query, json) = (.caRoots(), object([("ActiveRootID", text()), ("Roots", roots())]))
        default: (query, json) = (.caLeaf(service: "web"), leaf())
        }
        var body: [UInt8] = []
        write(json, to: &body, indent: chance(2) ? 0 : nil)
        return (query, body)
    }

    // MARK: - Chance

    /// A number from 0 up to, but without, `limit` (SplitMix64).
    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }

    private mutating func chance(_ one: Int) -> Bool { below(one) == 0 }

    private mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    // MARK: - Parts

    private mutating func entries() -> JSON {
        let nodes = (0..<3).map { _ in word() }
        return .array(
            distinct(upTo: 5).map { id in
                let checks = chance(6) ? JSON.null : .array(distinct(upTo: 3).map { check($0) })
                return object([("Node", node(pick(nodes))), ("Service", service(id)), ("Checks", checks)])
            }
        )
    }

    private mutating func node(_ name: String) -> JSON {
        object([
            ("ID", text()), ("Node", .string(name)), ("Address", .string(address())), ("Datacenter", text()),
            ("TaggedAddresses", textMap()), ("Meta", textMap()), ("CreateIndex", number()),
        ])
    }

    private mutating func service(_ id: String) -> JSON {
        let addresses = distinct(upTo: 3).map { kind in
            (kind, object([("Address", .string(address())), ("Port", .integer(below(65_536)))]))
        }
        let weights = object([("Passing", .integer(below(65_536))), ("Warning", .integer(below(100)))])
        return object([
            ("ID", .string(id)), ("Service", text()), ("Tags", texts()), ("Address", .string(address())),
            ("TaggedAddresses", chance(3) ? .null : addresses.asObject), ("Meta", textMap()),
            ("Port", .integer(below(65_536))), ("Weights", chance(5) ? .null : weights), ("Proxy", anything(3)),
        ])
    }

    private mutating func check(_ id: String) -> JSON {
        object([
            ("Node", text()), ("CheckID", .string(chance(9) ? "_service_maintenance:\(id)" : id)), ("Name", text()),
            ("Status", .string(pick(["passing", "warning", "critical", "odd"]))), ("Notes", text()), ("Output", text()),
            ("ServiceID", chance(2) ? .string("") : text()), ("ServiceName", text()), ("ServiceTags", texts()),
            ("Type", text()), ("Definition", anything(2)),
        ])
    }

    private mutating func pair(_ path: String) -> JSON {
        let values = ["", "YQ==", "YWI=", "YWJj", "/+7/", "4oKs4oI=", "AAECAw=="]
        return object([
            ("LockIndex", number()), ("Key", .string(path)), ("Flags", number()),
            ("Value", chance(4) ? .null : .string(pick(values))), ("Session", text()), ("ModifyIndex", number()),
        ])
    }

    private mutating func roots() -> JSON {
        .array(
            distinct(upTo: 3).map { id in
                object([("ID", .string(id)), ("Name", text()), ("RootCert", text()), ("Active", .bool(chance(2)))])
            }
        )
    }

    private mutating func leaf() -> JSON {
        object([
            ("SerialNumber", text()), ("CertPEM", text()), ("PrivateKeyPEM", text()), ("Service", text()),
            ("ValidAfter", text()), ("ValidBefore", text()), ("CreateIndex", number()),
        ])
    }

    /// Members in random order, some of which need not be there, with unknown ones among them.
    private mutating func object(_ members: [(String, JSON)]) -> JSON {
        let needed: Set = [
            "ID", "Service", "Node", "CheckID", "Key", "Nodes", "Roots", "RootCert", "CertPEM", "PrivateKeyPEM",
        ]
        var result: [(key: String, value: JSON)] = []
        for (key, value) in members where needed.contains(key) || !chance(12) {
            result.insert((key, value), at: chance(2) ? result.count : below(result.count + 1))
        }
        if chance(4) { result.insert(("X" + word(), anything(3)), at: below(result.count + 1)) }
        return .object(result)
    }

    private mutating func anything(_ depth: Int) -> JSON {
        switch below(depth > 0 ? 7 : 5) {
        case 0: .null
        case 1: .bool(chance(2))
        case 2: number()
        case 3: text()
        case 4: .number(pick([1.5, -2e-3, 1e300]))
        case 5: .array((0..<below(4)).map { _ in anything(depth - 1) })
        default: distinct(upTo: 4).map { ($0, anything(depth - 1)) }.asObject
        }
    }

    private mutating func number() -> JSON { .integer(pick([0, 1, 42, 4_294_967_296, Int.max])) }

    private mutating func texts() -> JSON { chance(6) ? .null : .array((0..<below(4)).map { _ in text() }) }

    private mutating func textMap() -> JSON {
        chance(5) ? .null : distinct(upTo: 4).map { ($0, text()) }.asObject
    }

    private mutating func text() -> JSON { .string(chance(8) ? "" : word()) }

    private mutating func address() -> String { pick(["", "10.0.0.1", "fd00::1", "db.example", "192.168.0.255"]) }

    /// Up to `count` words that differ by their numbers.
    private mutating func distinct(upTo count: Int) -> [String] {
        (0..<below(count + 1)).map { "\(word())\($0)" }
    }

    private mutating func word() -> String {
        let parts = [
            "a", "web", "-", "é", "e\u{301}", "√", "😀", "\"", "\\", "\n", "\u{1}", "/", "<&>", "\u{2028}", "{", "]",
        ]
        return (0...below(6)).map { _ in pick(parts) }.joined()
    }

    // MARK: - Layout

    private mutating func write(_ json: JSON, to body: inout [UInt8], indent: Int?) {
        switch json {
        case .null: body += Array("null".utf8)
        case .bool(let value): body += Array("\(value)".utf8)
        case .integer(let value): body += Array("\(value)".utf8)
        case .number(let value): body += Array("\(value)".utf8)
        case .string(let value): write(value, to: &body)
        case .array(let elements):
            body.append(UInt8(ascii: "["))
            for (place, element) in elements.enumerated() {
                separate(place, &body, indent)
                write(element, to: &body, indent: indent.map { $0 + 1 })
            }
            body.append(UInt8(ascii: "]"))
        case .object(let members):
            body.append(UInt8(ascii: "{"))
            for (place, member) in members.enumerated() {
                separate(place, &body, indent)
                write(member.key, to: &body)
                body += Array((indent == nil ? ":" : " : ").utf8)
                write(member.value, to: &body, indent: indent.map { $0 + 1 })
            }
            body.append(UInt8(ascii: "}"))
        }
    }

    private func separate(_ place: Int, _ body: inout [UInt8], _ indent: Int?) {
        if place > 0 { body.append(UInt8(ascii: ",")) }
        if let indent { body += Array(("\r\n" + String(repeating: "\t", count: indent + 1)).utf8) }
    }

    /// A text in quotes, its characters as they are or as escapes, as chance has it.
    private mutating func write(_ text: String, to body: inout [UInt8]) {
        body.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            if scalar.value < 0x20 || scalar == "\"" || scalar == "\\" || chance(8) {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: chance(2))
                    body += Array(("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
                }
            } else {
                body += Array(String(scalar).utf8)
            }
        }
        body.append(UInt8(ascii: "\""))
    }
}

extension [(String, JSON)] {
    fileprivate var asObject: JSON { .object(map { (key: $0.0, value: $0.1) }) }
}
