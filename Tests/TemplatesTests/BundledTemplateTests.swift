import Catalog
import FoundationEssentials
import Rendering
import Settings
import Subprocess
import TemplateEngine
import Testing

extension Tag {
    /// Needs the balancer itself; CI requires it.
    @Tag static var balancer: Self
}

@Suite("The bundled templates")
struct BundledTemplateTests {
    @Test("haproxy keeps who drains or is in maintenance, scales weights, and leaves out what cannot take work")
    func haproxy() throws {
        let (text, setAside) = try render("haproxy", everyState)
        // So that a reload moves no key of consistent hashing.
        let ids = text.matches(of: #/ id (\d+) /#).compactMap { Int($0.1) }
        #expect(Set(ids).count == text.matches(of: #/\n    server /#).count)
        #expect(ids.allSatisfy { (1..<1 << 20).contains($0) })
        let backends = text.replacing(#/ id \d+/#, with: "").split(separator: "\n\n")
            .filter { $0.hasPrefix("backend be_") }
        #expect(
            backends.map { $0.split(separator: "\n").filter { $0.contains("server ") }.map { $0.drop { $0 == " " } } }
                == [
                    ["server n3:b1 10.0.0.10:8080 weight 256 check", "server n3:b2 10.0.0.11:8080 weight 1 check"],
                    ["server n3:x__server_a5d750b0 10.0.0.8:8080 weight 1 check"],
                    [],
                    [
                        "server n1:web 10.0.0.1:8080 weight 10 check", "server n2:web 10.0.0.2:8080 weight 2 check",
                        "server n3:web_six_72cbbc1c 10.0.0.6:8080 weight 1 check",
                        "server n3:web-3 10.0.0.3:8080 weight 0 check",
                        "server n3:web-4 [fd00::12]:8080 weight 1 check disabled",
                    ],
                ]
        )
        #expect(setAside == 1)
    }

    @Test("nginx has a server for every upstream, and none for who drains")
    func nginx() throws {
        let (text, setAside) = try render("nginx", everyState)
        let upstreams = text.split(separator: "\n\n").filter { $0.hasPrefix("upstream ") }
        #expect(
            upstreams.map { $0.split(separator: "\n").filter { $0.contains("server ") && !$0.contains("#") }.count }
                == [2, 1, 1, 5]
        )
        #expect(text.contains("upstream gone {\n    zone gone 256k;\n    least_conn;\n"))
        #expect(text.contains("    server 127.0.0.1:1 down;\n"))
        #expect(text.contains("    server 10.0.0.3:8080 down;\n"))
        #expect(text.contains("    server 10.0.0.2:8080 weight=2 max_fails=3 fail_timeout=10s;\n"))
        #expect(setAside == 1)
    }

    @Test("nginx has what only new ones know when it is asked for, once in a server", arguments: ["", "example.com"])
    func idle(domain: String) throws {
        let values = map(["keepalive_min_timeout": .string("5s"), "domain": .string(domain)])
        let text = try render("nginx", everyState, values: values).text
        #expect(!(try render("nginx", everyState).text.contains("keepalive_min_timeout")))
        let count = { (part: String) in text.ranges(of: part).count }
        #expect(count("    keepalive_min_timeout 5s;\n") == count("\nserver {\n"))
    }

    @Test("prometheus is valid JSON with every instance", arguments: [everyState, []])
    func prometheus(instances: [Instance]) throws {
        struct Group: Decodable {
            var targets: [String]
            var labels: [String: String]
        }
        let (text, _) = try render("prometheus", instances)
        let groups = try JSONDecoder().decode([Group].self, from: Data(text.utf8))
        #expect(groups.count == (instances.isEmpty ? 0 : 11))
        if !instances.isEmpty {
            #expect(groups.contains { $0.labels["service_id"] == "x\n}server" && $0.targets == ["10.0.0.8:8080"] })
        }
    }

    @Test("need no values, whatever missing keys mean", arguments: Profile.bundled.map(\.name))
    func values(name: String) throws {
        let bare = try render(name, everyState).text
        #expect(try render(name, everyState, values: .map(Map([])), missingKey: .error).text == bare)
        #expect(bare.hasSuffix("\n") && !bare.contains("<no value>"))
    }

    @Test("are what HAProxy accepts", .tags(.balancer), arguments: [everyState, []], [nil, haproxyValues])
    func haproxyAccepts(instances: [Instance], values: Value?) async throws {
        let text = try render("haproxy", instances, values: values ?? .null).text
        let path = try write(text)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await accepts("haproxy", ["-c", "-f", path], text)
    }

    @Test("are what NGINX accepts", .tags(.balancer), arguments: [everyState, []], [nil, nginxValues])
    func nginxAccepts(instances: [Instance], values: Value?) async throws {
        let text = try render("nginx", instances, values: values ?? .null).text
        let fragment = try write(text)
        let main = try write("pid \(fragment).pid;\nevents {}\nhttp { include \(fragment); }\n")
        defer { for path in [fragment, main, "\(fragment).pid"] { try? FileManager.default.removeItem(atPath: path) } }
        try await accepts("nginx", ["-t", "-c", main], text)
    }

    private func accepts(_ program: String, _ arguments: [String], _ text: String) async throws {
        let result = try await run(
            .name(program),
            arguments: Arguments(arguments),
            output: .string(limit: 1 << 16),
            error: .combinedWithOutput
        )
        #expect(result.terminationStatus.isSuccess, "\(result.standardOutput)\n\(text)")
    }

    private func write(_ text: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "template-\(UUID())").path()
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }
}

private let haproxyValues = map([
    "bind": .string(":8081"), "domain": .string("example.com"),
    "services": .list(List([.string("web"), .string("big")])),
    "default": .string("web"), "check_path": .string("/health"), "timeout_server": .string("10m"),
    "stats": .string("127.0.0.1:8404"), "socket": .string("/tmp/headgate-test.sock"), "user": .string("none"),
    "maxconn": .int(300),
])

private let nginxValues = map([
    "listen": .string("8081"), "domain": .string("example.com"), "services": .list(List([.string("web")])),
    "timeout": .string("10m"),
])

private func map(_ values: [String: Value]) -> Value { .map(Map(values.map { (.string($0), $1) })) }
