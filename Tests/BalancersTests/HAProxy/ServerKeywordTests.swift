import TestSupport
import Testing

@testable import Balancers

@Suite("The keywords of server lines")
struct ServerKeywordTests {
    @Test("take as many words as in the HAProxy that is installed, which knows no other", .tags(.haproxy))
    func installed() async throws {
        try await Workspace.with { workspace in
            try workspace.write("empty.cfg", "global\n")
            let result = try await execute("haproxy", ["-dKcfg", "-q", "-c", "-f", workspace.file("empty.cfg")])
            var count = 0
            for line in result.output.split(separator: "\n") where line.hasPrefix("\tserver <name> <addr> ") {
                let words = line.split(separator: " ").dropFirst(3)
                // Its table does not say that `set-proxy-v2-tlv-fmt` reads the word behind it.
                guard let name = words.first.map(String.init), name != "usesrc", name != "set-proxy-v2-tlv-fmt" else {
                    continue
                }
                // `+-1` is `source`, which takes one and then looks further.
                let arguments = words.dropFirst().first.map { $0 == "+-1" ? 1 : Int($0.dropFirst()) ?? -1 } ?? 0
                #expect(ServerKeyword.named(name)?.arguments == arguments, "\(name)")
                count += 1
            }
            #expect(count > 90)
        }
    }

    @Test("that add server refuses on 2.6 are taken live only from the version on that accepts them")
    func matrix() {
        for name in ["cookie", "guid", "hash-key", "shard", "pool-conn-name", "set-proxy-v2-tlv-fmt(0xE1)"] {
            #expect(ServerKeyword.named(name)?.live == HAProxyVersion(3, 0), "\(name)")
        }
        for name in ["init-state", "strict-maxconn", "idle-ping", "check-reuse-pool"] {
            #expect(ServerKeyword.named(name)?.live == HAProxyVersion(3, 2), "\(name)")
        }
        for name in [
            "init-addr", "resolvers", "resolve-prefer", "resolve-net", "resolve-opts", "namespace", "redir",
            "non-stick", "socks4",
            "max-reuse", "log-proto", "log-bufsize",
        ] {
            #expect(ServerKeyword.named(name).map { $0.live == nil } == true, "\(name)")
        }
        #expect(ServerKeyword.named("shield") == nil)
        #expect(ServerKeyword.named("(1)") == nil)
    }

    @Test("are taken live if and only if the HAProxy that is installed takes them", .tags(.haproxy))
    func accepted() async throws {
        try await RunningHAProxy.with("backend b\n") { haproxy in
            let values = [
                "check-proto": "h2", "proto": "h2", "ws": "h1", "observe": "layer4", "on-error": "fastinter",
                "on-marked-down": "shutdown-sessions", "on-marked-up": "shutdown-backup-sessions", "verify": "none",
                "ca-file": "@system-ca", "source": "127.0.0.1", "proxy-v2-options": "ssl", "addr": "127.0.0.1",
                "agent-addr": "127.0.0.1", "ssl-min-ver": "TLSv1.2", "ssl-max-ver": "TLSv1.2", "sni": "str(a)",
                "pool-max-conn": "-1", "agent-send": "x", "alpn": "h2", "check-alpn": "h2", "npn": "h2", "cookie": "c",
                "init-addr": "none", "log-proto": "legacy", "resolve-prefer": "ipv4", "resolve-opts": "allow-dup-ip",
                "redir": "/x", "verifyhost": "a", "check-sni": "a", "ciphers": "ALL",
                "ciphersuites": "TLS_AES_128_GCM_SHA256",
                "agent-check": "agent-port 1", "ssl": "verify none", "check-ssl": "verify none", "id": "99999",
                "weight": "9", "hash-key": "addr", "init-state": "up", "pool-conn-name": "str(a)",
                "check-pool-conn-name": "a", "curves": "X25519", "sigalgs": "RSA+SHA256",
                "client-sigalgs": "RSA+SHA256",
                "resolve-net": "10.0.0.0/8", "resolvers": "r", "socks4": "127.0.0.1:1", "namespace": "n",
            ]
            let list = try await execute("haproxy", ["-dKcfg", "-q", "-c", "-f", haproxy.configuration])
            for line in list.output.split(separator: "\n") where line.hasPrefix("\tserver <name> <addr> ") {
                let words = line.split(separator: " ").dropFirst(3).map(String.init)
                // Those that need a file or another server, and those that are not sent.
                guard !["usesrc", "crt", "crl-file", "track", "disabled", "enabled", "stick"].contains(words[0]),
                    let keyword = ServerKeyword.named(words[0])
                else { continue }
                if case .cancels = keyword.effect { continue }
                if words[0] == "no-check-ssl" { continue }
                let argument =
                    keyword.arguments == 0
                    ? values[words[0]].map { " " + $0 } ?? "" : " " + (values[words[0]] ?? "1000")
                let answer = try haproxy.ask("add server b/\(words[0]) 127.0.0.1:80 \(words[0])\(argument)")
                // Not every machine has certificates.
                if answer.contains("unable to load @system-ca") { continue }
                let isTaken = answer.hasPrefix("New server registered.")
                #expect(isTaken == (keyword.live.map { $0 <= haproxy.version } ?? false), "\(words[0]): \(answer)")
            }
        }
    }
}
