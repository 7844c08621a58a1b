import Catalog
import Diagnostics
import Registries
import Testing

/// A bad registry file and where its faults are expected.
struct BadFile: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    /// As `line:column message`, where the message is a part of what is said.
    var faults: [String]
    /// A part of the first fault's hint.
    var hint: String?
    var file = "services.yaml"

    var testDescription: String { name }

    init(_ name: String, _ text: String, _ faults: String..., hint: String? = nil, file: String = "services.yaml") {
        self.name = name
        self.text = text
        self.faults = faults
        self.hint = hint
        self.file = file
    }
}

@Suite struct FileRegistryFaultTests {
    private static func instance(_ entry: String) -> String {
        "services:\n  web:\n    instances:\n      - {address: 10.0.0.1, \(entry)}\n"
    }

    static let badFiles: [BadFile] = [
        BadFile("empty", "", "1:1 the file is empty", hint: "services: {}"),
        BadFile("only comments", "# nothing\n", "1:1 the file is empty"),
        BadFile("a list", "- a\n", "1:1 a registry file has to be a map, not a list"),
        BadFile("text", "hello\n", "1:1 a registry file has to be a map, not `hello`"),
        BadFile("tab", "services:\n\tweb: {}\n", "2:1 a tab is used for indentation", hint: "spaces"),
        BadFile("deep tab", "services:\n  web:\n  \tinstances: []\n", "3:3 a tab is used for indentation"),
        BadFile("syntax", "services: {web: [}\n", "1:18 this is not YAML"),
        BadFile("unclosed", "services: {web:\n", "this is not YAML"),
        BadFile("two documents", "services: {}\n---\nservices: {}\n", "2:1 more than one document"),
        BadFile(
            "duplicate key",
            "services:\n  web: {instances: []}\n  web: {instances: []}\n",
            "3:3 the key `web` is said twice"
        ),
        BadFile(
            "duplicate keys and more",
            "services:\n  web: {instances: []}\n  web:\n    instances:\n      - {port: 1, port: 2, 'id': a, \"id\": b, prot: 3}\n"
                + "services: {}\n",
            "3:3 the key `web` is said twice",
            "5:19 the key `port` is said twice",
            "5:37 the key `id` is said twice",
            "6:1 the key `services` is said twice"
        ),
        BadFile(
            "duplicate key beside others",
            "services:\n  web:\n    instances:\n      - {address: 10.0.0.1, id: a, id: b, prot: 3, port: 70000}\n",
            "4:36 the key `id` is said twice",
            "4:43 an instance has no key `prot`",
            "4:58 `port` is 70000"
        ),
        BadFile("alias without anchor", "kv: {a: *x}\n", "1:9 this is not YAML: found undefined alias", hint: "quotes"),
        BadFile(
            "alias as key",
            "kv: {a: &a [1], ? *a : 1}\n",
            "1:9 the value of `a`",
            "1:19 a key has to be a single value"
        ),
        BadFile("JSON syntax", "{\"services\": {},}", "1:17 there is a comma before the `}`", file: "a.json"),
        BadFile(
            "JSON values",
            "{\"kv\": {\"a\": [1], \"é\": 1, \"é\": null}, \"serices\": 1}",
            "1:14 the value of `a` is a list",
            "1:27 the key `é` is said twice",
            "1:39 a registry file has no key `serices`",
            file: "a.json"
        ),
        BadFile(
            "lone surrogate",
            "{\"kv\": {\"a\": \"\\ud83d\"}}",
            "1:15 this is half of a surrogate pair",
            file: "a.json"
        ),
        BadFile("version", "version: 2\nservices: {}\n", "1:10 version 2 is not known"),
        BadFile("version word", "version: one\n", "1:10 `version` is `one`, which is no whole number"),
        BadFile(
            "unknown top key",
            "sevices: {}\n",
            "1:1 a registry file has no key `sevices`",
            hint: "did you mean `services`?"
        ),
        BadFile("far key", "zzzzzz: {}\n", "1:1 a registry file has no key `zzzzzz`", hint: "version, datacenter"),
        BadFile("null services", "services:\n", "1:10 `services` has nothing in it", hint: "`services: {}`"),
        BadFile(
            "nothing at all",
            "{}\n",
            "1:1 the file has neither `services` nor `nodes` nor `kv`",
            hint: "services: {}"
        ),
        BadFile("version alone", "version: 1\n", "1:1 the file has neither"),
        BadFile(
            "one ID, no node",
            "services:\n  x:\n    instances:\n      - {id: i, address: 10.0.0.1}\n      - {id: i, address: 10.0.0.2}\n",
            "5:9 instance `i` of `x`"
        ),
        BadFile(
            "names that differ in case",
            "services:\n  web: {instances: [10.0.0.1:80]}\n  Web: {instances: [10.0.0.2:80]}\n",
            "3:21 service `Web` is `web` elsewhere"
        ),
        BadFile("null kv", "kv:\n", "1:4 `kv` has nothing in it"),
        BadFile(
            "no instances",
            "services:\n  web: {tags: [a]}\n",
            "2:3 service `web` does not say its instances",
            hint: "[]"
        ),
        BadFile(
            "null instances",
            "services:\n  web:\n    instances:\n",
            "`instances` has nothing in it",
            hint: "instances: []"
        ),
        BadFile("service list", "services: {web: [10.0.0.1]}\n", "1:17 service `web` has to be a map, not a list"),
        BadFile("empty service name", "services: {\"\": {instances: []}}\n", "1:12 a service has an empty name"),
        BadFile(
            "unknown service key",
            "services: {web: {instances: [], tag: [a]}}\n",
            "1:33 service `web` has no key `tag`",
            hint: "did you mean `tags`?"
        ),
        BadFile(
            "unknown instance key",
            instance("wieght: 3"),
            "4:29 an instance has no key `wieght`",
            hint: "did you mean `weight`?"
        ),
        BadFile(
            "port 70000",
            instance("port: 70000"),
            "4:35 `port` is 70000, outside the range 0 to 65535",
            hint: "0 to 65535"
        ),
        BadFile("port huge", instance("port: 99999999999999999999"), "4:35 `port` is 99999999999999999999, outside"),
        BadFile("port negative", instance("port: -1"), "4:35 `port` is -1, outside"),
        BadFile("port word", instance("port: http"), "4:35 `port` is `http`, which is no whole number"),
        BadFile("port octal", instance("port: 010"), "4:35 `port` is `010`, which is no whole number"),
        BadFile("port null", instance("port: "), "4:35 `port` is empty"),
        BadFile("weight", instance("weight: 65536"), "4:37 `weight` is 65536, outside the range"),
        BadFile(
            "weights",
            instance("weights: {passing: -2, waring: 1}"),
            "4:48 `passing` is -2, outside",
            "4:52 `weights` has no key `waring`"
        ),
        BadFile(
            "weight twice",
            instance("weight: 1, weights: {passing: 1}"),
            "4:29 `weight` and `weights` say the same"
        ),
        BadFile("health", instance("health: pasing"), "4:37 `pasing` is no health", hint: "did you mean `passing`?"),
        BadFile(
            "health far",
            instance("health: xxxxxxxx"),
            "4:37 `xxxxxxxx` is no health",
            hint: "passing, warning, critical"
        ),
        BadFile("ttl", instance("ttl: 30"), "4:34 `ttl` is `30`, which is no duration", hint: "30s"),
        BadFile("ttl zero", instance("ttl: 0"), "4:34 `ttl` is `0`"),
        BadFile(
            "expires",
            instance("expires: tomorrow"),
            "4:38 `expires` is `tomorrow`, which is no moment",
            hint: "RFC 3339"
        ),
        BadFile("tags", instance("tags: http"), "4:35 `tags` has to be a list, not `http`"),
        BadFile("tag map", instance("tags: [{a: b}]"), "4:36 an item of `tags` has to be text, not a map"),
        BadFile("meta list", instance("meta: [a]"), "4:35 `meta` has to be a map, not a list"),
        BadFile("meta null", instance("meta: {a: }"), "4:39 `a` of `meta` is empty"),
        BadFile("meta nested", instance("meta: {a: {b: c}}"), "4:39 `a` of `meta` has to be text, not a map"),
        BadFile("empty id", instance("id: ''"), "4:33 `id` is empty"),
        BadFile("null id", instance("id: null"), "4:33 `id` is empty"),
        BadFile("check without id", instance("checks: [{status: passing}]"), "4:38 a check has no `id`"),
        BadFile("check without status", instance("checks: [{id: c}]"), "4:38 check `c` has no `status`"),
        BadFile(
            "check twice",
            instance("checks: [{id: c, status: passing}, {id: c, status: passing}]"),
            "4:64 check `c` stands twice"
        ),
        BadFile(
            "check status",
            instance("checks: [{id: c, status: critcal}]"),
            "4:54 `critcal` is no health",
            hint: "`critical`"
        ),
        BadFile(
            "tagged address",
            instance("tagged_addresses: {lan: 10.0.0.1}"),
            "4:53 `lan` of `tagged_addresses` has to be a map"
        ),
        BadFile(
            "tagged without address",
            instance("tagged_addresses: {lan: {port: 1}}"),
            "4:48 `lan` of `tagged_addresses` has no `address`"
        ),
        BadFile("node without name", instance("node: {address: 10.0.0.1}"), "4:35 `node` has no `name`"),
        BadFile(
            "host name",
            "services: {x: {instances: [{address: db.internal}]}}",
            "1:38 `db.internal` is a host name",
            hint: "hostnames: true"
        ),
        BadFile(
            "brackets",
            "services: {x: {instances: [{address: \"[fd00::1]\"}]}}",
            "1:38 `[fd00::1]` has brackets",
            hint: "`fd00::1`"
        ),
        BadFile(
            "no address",
            "services: {x: {instances: [{address: 10.0.0.256}]}}",
            "1:38 `10.0.0.256` is no IP address"
        ),
        BadFile(
            "address with port",
            "services: {x: {instances: [{address: \"10.0.0.1:80\"}]}}",
            "1:38 `10.0.0.1:80` is no IP address"
        ),
        BadFile("NUL in address", "services: {x: {instances: [{address: \"10.0.0.1\\0\"}]}}", "1:38 "),
        BadFile(
            "neither",
            "services: {x: {instances: [{port: 1}]}}",
            "1:28 an instance of `x` has neither address nor node"
        ),
        BadFile(
            "node without address",
            "services: {x: {instances: [{node: n1}]}}",
            "1:28 instance `x-n1-0` of `x` has no address"
        ),
        BadFile(
            "short IPv6",
            "services: {x: {instances: ['fd00::1:80']}}",
            "1:28 where the port of `fd00::1:80` begins",
            hint: "brackets"
        ),
        BadFile(
            "short port",
            "services: {x: {instances: ['10.0.0.1:70000']}}",
            "1:28 the port of `10.0.0.1:70000` is no number"
        ),
        BadFile(
            "short rest",
            "services: {x: {instances: ['[fd00::1]x']}}",
            "1:28 `[fd00::1]x` is no address with a port"
        ),
        BadFile(
            "duplicate id",
            "services:\n  x:\n    instances:\n      - {id: i, address: 10.0.0.1, node: n}\n      - {id: i, address: 10.0.0.2, node: n}\n",
            "5:9 instance `i` of `x` on node `n` exists twice"
        ),
        BadFile(
            "contradicting nodes",
            "services:\n  x:\n    instances:\n      - {address: 10.0.0.1, node: {name: n, address: 10.0.0.1}}\n"
                + "      - {address: 10.0.0.2, node: {name: n, address: 10.0.0.2}}\n",
            "5:35 node `n` has another address here",
            hint: "once, under `nodes:`"
        ),
        BadFile(
            "node datacenter",
            "nodes: {n: {address: 10.0.0.1, datacenter: us}}",
            "1:9 node `n` is in datacenter `us`",
            hint: "datacenters"
        ),
        BadFile("node key", "nodes: {n: {adress: 10.0.0.1}}", "1:13 node `n` has no key `adress`", hint: "`address`"),
        BadFile("kv list", "kv: {a: [1]}", "1:9 the value of `a` is a list"),
        BadFile("kv null", "kv: {a: }", "1:9 `a` is empty", hint: "\"\""),
        BadFile(
            "kv entry key",
            "kv: {a: {value: 1, flag: 2}}",
            "1:20 the entry `a` has no key `flag`",
            hint: "did you mean `flags`?"
        ),
        BadFile("kv empty path", "kv: {'': 1}", "1:6 a key has an empty path"),
        BadFile("kv twice", "kv: {a/b: 1, a: {b: 2}}", "1:18 key `a/b` is written twice"),
        BadFile(
            "all at once",
            "servces: {}\nservices:\n  web:\n    instances:\n      - {address: 10.0.0.1, port: 70000, health: pasing, colour: red}\n"
                + "      - {address: nowhere!, id: x}\nkv: {a: [1]}\n",
            "1:1 a registry file has no key `servces`",
            "5:35 `port` is 70000",
            "5:50 `pasing` is no health",
            "5:58 an instance has no key `colour`",
            "6:19 `nowhere!` is no IP address",
            "7:9 the value of `a` is a list"
        ),
    ]

    @Test(arguments: badFiles)
    func `each fault is told with its place`(bad: BadFile) throws {
        let fault = try #require(
            throws: RegistryFault.self,
            performing: { _ = try FileRegistryDecoder.decode(text: bad.text, file: bad.file) }
        )
        #expect(fault.label == "invalid")
        let told = fault.diagnostics.map { diagnostic in
            "\(diagnostic.position.map { "\($0.line):\($0.column)" } ?? "?") \(diagnostic.message)"
        }
        #expect(told.count == bad.faults.count, "\(told)")
        for (said, expected) in zip(told, bad.faults) {
            if expected.first?.isNumber ?? false, let blank = expected.firstIndex(of: " ") {
                #expect(said.hasPrefix(expected[...blank]), "\(said) is not at \(expected)")
                #expect(said.contains(expected[blank...].dropFirst()), "\(said) does not say \(expected)")
            } else {
                #expect(said.contains(expected))
            }
        }
        if let hint = bad.hint {
            #expect(fault.diagnostics.first?.hint?.contains(hint) ?? false, "\(fault.diagnostics)")
        }
    }

    @Test func `a fault shows its line and the other place`() throws {
        let text =
            "services:\n  x:\n    instances:\n      - {id: i, address: 10.0.0.1, node: n}\n      - {id: i, address: 10.0.0.2, node: n}\n"
        let fault = try #require(
            throws: RegistryFault.self,
            performing: { _ = try FileRegistryDecoder.decode(text: text, file: "s.yaml") }
        )
        let diagnostic = try #require(fault.diagnostics.first)
        #expect(diagnostic.sourceLine == "      - {id: i, address: 10.0.0.2, node: n}")
        let syntax = #expect(throws: RegistryFault.self) {
            _ = try FileRegistryDecoder.decode(text: "a: 1\nb: [}\n", file: "s.yaml")
        }
        #expect(syntax?.diagnostics.first?.sourceLine == "b: [}")
        #expect(diagnostic.notes.first?.position == SourcePosition(file: "s.yaml", line: 4, column: 9))
        #expect(fault.message.hasPrefix("s.yaml:5:9: instance `i`"))
    }

    @Test func `bytes that are not UTF-8 are told with their place`() throws {
        let bytes = Array("services:\n  \u{E9}: ".utf8) + [0xFF, 0x0A]
        let fault = try #require(
            throws: RegistryFault.self,
            performing: { _ = try FileRegistryDecoder().document(from: bytes, file: "s.yaml") }
        )
        #expect(fault.diagnostics.first?.position == SourcePosition(file: "s.yaml", line: 2, column: 6))
    }

    @Test func `of very many faults the first hundred are told`() throws {
        let text = "services: {x: {instances: [\(String(repeating: "{port: a}, ", count: 500))]}}"
        let fault = try #require(
            throws: RegistryFault.self,
            performing: { _ = try FileRegistryDecoder.decode(text: text, file: "s.yaml") }
        )
        #expect(fault.diagnostics.count == 101)
        #expect(fault.diagnostics.last?.message.contains("900 more faults") ?? false)
    }

    @Test(arguments: ["[", "{a: ", "- "]) func `a file nested without end is refused`(opening: String) {
        let text = String(repeating: opening, count: 100_000)
        #expect(throws: RegistryFault.self) { _ = try FileRegistryDecoder.decode(text: text, file: "s.yaml") }
    }

    @Test func `aliases of aliases are refused before they are followed`() {
        var text = "a0: &a0 [x, x]\n"
        for level in 1...60 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        text += "? *a60\n: x\n"
        let fault = #expect(throws: RegistryFault.self) {
            _ = try FileRegistryDecoder.decode(text: text, file: "s.yaml")
        }
        #expect(fault?.diagnostics.last?.message.hasPrefix("the aliases here stand for too much") ?? false)
    }
}
