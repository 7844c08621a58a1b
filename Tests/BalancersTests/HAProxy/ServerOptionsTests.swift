import Balancers
import Testing

@Suite("Servers with their defaults")
struct ServerOptionsTests {
    /// The options of server `s`, as words.
    private func options(_ text: String) -> String? {
        HAProxyConfiguration(text).servers(of: "b")?.first { $0.name == "s" }?.options.all.flatMap(\.words)
            .joined(separator: " ")
    }

    @Test(
        "take default-server lines in order, those of defaults first, and the last word counts",
        arguments: [
            ("backend b\nserver s 1.1.1.1:1 weight 5 weight 6", "weight 6"),
            ("backend b\ndefault-server weight 5\nserver s 1.1.1.1:1 check", "check weight 5"),
            ("backend b\nserver s 1.1.1.1:1\ndefault-server weight 5", ""),
            (
                "backend b\ndefault-server weight 5\ndefault-server inter 2s\nserver s 1.1.1.1:1 weight 7",
                "inter 2s weight 7"
            ),
            ("defaults\ndefault-server weight 5\nbackend b\nserver s 1.1.1.1:1", "weight 5"),
            ("defaults\ndefault-server weight 5\nbackend b\ndefault-server weight 6\nserver s 1.1.1.1:1", "weight 6"),
            ("defaults x\ndefault-server weight 5\ndefaults y\nbackend b from x\nserver s 1.1.1.1:1", "weight 5"),
            ("defaults x\ndefault-server weight 5\ndefaults y from x\nbackend b\nserver s 1.1.1.1:1", "weight 5"),
            ("defaults x\ndefault-server weight 5\ndefaults\nbackend b\nserver s 1.1.1.1:1", ""),
            ("defaults x\ndefault-server weight 5\nbackend b\nserver s 1.1.1.1:1", "weight 5"),
            ("backend b\ndefault-server check inter 1s\nserver s 1.1.1.1:1 no-check", "inter 1s"),
            ("backend b\ndefault-server no-check\nserver s 1.1.1.1:1 check", "check"),
            ("backend b\ndefault-server disabled\nserver s 1.1.1.1:1 enabled", ""),
            ("backend b\ndefault-server non-stick\nserver s 1.1.1.1:1 stick", ""),
            (
                "backend b\nserver s 1.1.1.1:1 source 2.2.2.2 usesrc clientip check",
                "check source 2.2.2.2 usesrc clientip"
            ),
            (
                "backend b\nserver s 1.1.1.1:1 source 0.0.0.0 interface eth0 check",
                "check source 0.0.0.0 interface eth0"
            ),
            (
                "backend b\ndefault-server proxy-v2-options ssl\nserver s 1.1.1.1:1 send-proxy-v2 proxy-v2-options crc32c",
                "send-proxy-v2 proxy-v2-options ssl proxy-v2-options crc32c"
            ),
            (
                "backend b\nserver s 1.1.1.1:1 set-proxy-v2-tlv-fmt(0xE1) %[fc_pp_tlv(0xE1)]",
                "set-proxy-v2-tlv-fmt(0xE1) %[fc_pp_tlv(0xE1)]"
            ),
            ("listen b\nbind :80\nserver s 1.1.1.1:1 weight \"1\"'2'", "weight 12"),
        ]
    )
    func expanded(_ text: String, _ expected: String) {
        #expect(options(text) == expected)
    }

    @Test(
        "are not guessed at",
        arguments: [
            "server s 1.1.1.1:1 shield", "server s 1.1.1.1:1 weight", "server s 1.1.1.1:1 weight \"$W\"",
            "server s 1.1.1.1:1 check \"\" weight 5", "default-server shield\nserver s 1.1.1.1:1",
        ]
    )
    func unknown(_ text: String) {
        #expect(options("backend b\n\(text)") == nil)
    }

    @Test("count a server by its numbers")
    func numbers() throws {
        let text =
            "backend b\ndefault-server maxconn 7\nserver s 1.1.1.1:1\nserver t 1.1.1.1:1 weight 257 maxconn x disabled"
        let servers = try #require(HAProxyConfiguration(text).servers(of: "b"))
        #expect(servers[0].options.weight == 1)
        #expect(servers[0].options.maxconn == 7)
        #expect(servers[0].place.description == "haproxy.cfg:3")
        #expect(servers[1].options.weight == nil)
        #expect(servers[1].options.maxconn == nil)
        #expect(servers[1].options.isDisabled)
    }

    @Test("of sections that are no backends are none")
    func sections() {
        let text = """
            backend b
                server s 1.1.1.1:1
            ring r
                server s 2.2.2.2:2
            peers p
                server s 3.3.3.3:3
            """
        let configuration = HAProxyConfiguration(text)
        #expect(configuration.backends == ["b"])
        #expect(configuration.servers(of: "b")?.map(\.address.description) == ["1.1.1.1:1"])
        #expect(configuration.servers(of: "r") == nil)
    }

    @Test("end with their file")
    func files() {
        let configuration = HAProxyConfiguration([
            ConfigurationFile("defaults\ndefault-server weight 3\nbackend a\nserver s 1.1.1.1:1", path: "/c/1.cfg"),
            ConfigurationFile("server t 1.1.1.1:1\nbackend b\nserver s 1.1.1.1:1", path: "/c/2.cfg"),
        ])
        #expect(configuration.servers(of: "a")?.map(\.name) == ["s"])
        #expect(configuration.servers(of: "b")?.first?.options.weight == 3)
        #expect(configuration.servers(of: "b")?.first?.place.description == "2.cfg:3")
    }
}
