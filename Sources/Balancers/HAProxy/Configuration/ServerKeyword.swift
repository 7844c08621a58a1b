/// A word that may follow a server's address (configuration manual 5.2), from HAProxy 2.6 to 3.4.
struct ServerKeyword: Sendable {
    /// What a further use of it does.
    enum Effect: Hashable, Sendable {
        /// Takes the place of what stood before.
        case replaces
        /// Takes back another keyword.
        case cancels(String)
        /// Takes the place of what stood before, and of another keyword.
        case opposes(String)
        /// Adds to what stood before, or depends on the order.
        case adds
    }

    let name: String
    /// How many words it takes.
    let arguments: Int
    let effect: Effect
    /// From which version on `add server` takes it; nil where none does (management guide 9.3; tried on 2.6, 3.0, 3.2,
    /// 3.4).
    let live: HAProxyVersion?

    /// The keyword of a word, of which what follows a parenthesis is an argument.
    static func named(_ word: String) -> ServerKeyword? {
        if let keyword = all[word] { return keyword }
        guard word.hasSuffix(")"), let end = word.firstIndex(of: "(") else { return nil }
        return all[String(word[..<end])]
    }

    private static let all: [String: ServerKeyword] = {
        var all: [String: ServerKeyword] = [:]
        func add(_ names: String, _ arguments: Int, _ effect: Effect = .replaces, since live: HAProxyVersion?) {
            for name in names.split(separator: " ").map(String.init) {
                all[name] = ServerKeyword(name: name, arguments: arguments, effect: effect, live: live)
            }
        }
        let always = HAProxyVersion(2, 6)
        add("agent-check backup check check-send-proxy check-via-socks4 ssl tfo", 0, since: always)
        add("send-proxy send-proxy-v2 send-proxy-v2-ssl send-proxy-v2-ssl-cn allow-0rtt", 0, since: always)
        add("addr agent-addr agent-inter agent-port agent-send alpn check-alpn check-proto check-sni", 1, since: always)
        add("ca-file ciphers ciphersuites crl-file crt downinter error-limit fall fastinter id inter", 1, since: always)
        add("maxconn maxqueue minconn npn observe on-error on-marked-down on-marked-up", 1, since: always)
        add("pool-low-conn pool-max-conn pool-purge-delay port proto rise slowstart sni track", 1, since: always)
        add("verify verifyhost weight ws", 1, since: always)
        add("proxy-v2-options", 1, .adds, since: always)
        // Further words follow: `usesrc` and `interface` with one each.
        add("source", 1, .adds, since: always)
        add("force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13", 0, .adds, since: always)
        add("no-sslv3 no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13", 0, .adds, since: always)
        add("ssl-min-ver ssl-max-ver", 1, .adds, since: always)
        // What they turn off may have been turned on, or off, in `global`.
        add("no-ssl-reuse no-tls-tickets tls-tickets", 0, .adds, since: always)
        add("ssl-reuse", 0, .adds, since: nil)
        add("cookie guid hash-key pool-conn-name shard", 1, since: HAProxyVersion(3, 0))
        add("client-sigalgs curves sigalgs", 1, since: HAProxyVersion(3, 0))
        add("set-proxy-v2-tlv-fmt", 1, .adds, since: HAProxyVersion(3, 0))
        add("no-check-reuse-pool", 0, .cancels("check-reuse-pool"), since: HAProxyVersion(3, 2))
        add("check-pool-conn-name init-state idle-ping", 1, since: HAProxyVersion(3, 2))
        add("strict-maxconn check-reuse-pool", 0, since: HAProxyVersion(3, 2))
        // A server is added in maintenance in any case, but without this its checks would run.
        add("disabled", 0, since: always)
        add("enabled", 0, .cancels("disabled"), since: always)
        for name in [
            "agent-check", "backup", "check", "check-send-proxy", "send-proxy", "send-proxy-v2", "verifyhost",
            "send-proxy-v2-ssl", "send-proxy-v2-ssl-cn", "ssl", "tfo",
        ] {
            add("no-\(name)", 0, .cancels(name), since: always)
        }
        // Without either a server's checks are as its traffic is, unless it was added live.
        add("check-ssl", 0, .opposes("no-check-ssl"), since: always)
        add("no-check-ssl", 0, .opposes("check-ssl"), since: always)
        add("init-addr log-bufsize log-proto max-reuse namespace redir resolve-net resolve-opts", 1, since: nil)
        add("resolve-prefer resolvers socks4 tcp-ut", 1, since: nil)
        add("non-stick", 0, since: nil)
        add("stick", 0, .cancels("non-stick"), since: always)
        return all
    }()
}
