import Balancers
import Testing

@Suite("The difference of two configurations")
struct ConfigurationDifferenceTests {
    private static let base = """
        global
            daemon
        defaults
            mode http
            timeout client 5s
        frontend in
            bind :80
            default_backend web
        backend web
            balance roundrobin
            server a 10.0.0.1:80 check
            server b 10.0.0.2:80 check

        """

    private func reasons(_ change: (String, String)...) -> [String] {
        var new = Self.base
        for (part, replacement) in change { new = new.replacing(part, with: replacement) }
        return reasons(Self.base, new)
    }

    private func reasons(_ old: String, _ new: String) -> [String] {
        ConfigurationDifference(old: HAProxyConfiguration(old), new: HAProxyConfiguration(new)).reasons.map(
            \.description
        )
    }

    @Test("is none for comments, white space and other quotes")
    func nothing() {
        let new = """
            # written by headgate
            global # here
               daemon

            defaults
            \tmode "http"
            timeout  client 5s
            frontend 'in'
                bind :80 # all
                default_backend web
            backend web
            balance round\\x72obin

                server a 10.0.0.1:80 check   # first
                server "b" 10.0.0.2:80 check
            """
        #expect(LivePlan.make(Self.base, new).isNothing)
        #expect(ConfigurationDifference(old: HAProxyConfiguration(Self.base), new: HAProxyConfiguration(new)).isEmpty)
    }

    @Test("is none for servers in another order, or an address in another form")
    func order() {
        let old = "backend web\nserver a 10.0.0.1:80\nserver b ::1:80\nserver c 10.0.0.3:80 weight 1\n"
        let new = "backend web\nserver c 10.0.0.3:80\nserver b [0::1]:80\nserver a 10.0.0.1:80 maxconn 0\n"
        #expect(LivePlan.make(old, new).isNothing)
    }

    @Test("is none where a default-server line says what the servers said")
    func movedToDefaults() {
        let old = "backend web\nserver a 10.0.0.1:80 check inter 1s\nserver b 10.0.0.2:80 check inter 1s\n"
        let new = "backend web\ndefault-server check inter 1s\nserver a 10.0.0.1:80\nserver b 10.0.0.2:80\n"
        #expect(LivePlan.make(old, new).isNothing)
        #expect(
            LivePlan.make("defaults\n\(old)", new.replacing("backend web\n", with: "defaults\n") + "backend web\n")
                .isNothing == false
        )
    }

    @Test("names the section, the directive and the line of what only a reload can change")
    func elsewhere() {
        #expect(
            LivePlan.make(Self.base, Self.base.replacing("bind :80", with: "bind :81")).description
                == "reload: frontend in: `bind` changed (haproxy.cfg:7)"
        )
        #expect(reasons(("bind :80", "bind :81")) == ["frontend in: `bind` changed (haproxy.cfg:7)"])
        #expect(
            reasons(("    daemon\n", "    daemon\n    maxconn 5\n")) == ["global: `maxconn` is new (haproxy.cfg:3)"]
        )
        #expect(reasons(("    daemon\n", "")) == ["global: `daemon` is gone (haproxy.cfg:2)"])
        #expect(reasons(("    mode http\n", "")) == ["defaults: `mode` is gone (haproxy.cfg:4)"])
        #expect(
            reasons(("balance roundrobin", "balance leastconn")) == ["backend web: `balance` changed (haproxy.cfg:10)"]
        )
        #expect(
            reasons(("10.0.0.2:80 check", "10.0.0.2:80")) == ["backend web: server b: `check` changed (haproxy.cfg:12)"]
        )
        #expect(
            reasons(("10.0.0.2:80 check", "10.0.0.2:80 check inter 3s"))
                == ["backend web: server b: `inter` changed (haproxy.cfg:12)"]
        )
        #expect(
            reasons(("\nbackend web\n", "\nbackend web from x\n")).first
                == "backend web: its first line changed (haproxy.cfg:9)"
        )
        #expect(reasons(Self.base, Self.base + "backend api\n") == ["backend api: is new (haproxy.cfg:13)"])
        #expect(reasons(Self.base + "backend api\n", Self.base) == ["backend api: is gone (haproxy.cfg:13)"])
        #expect(
            reasons(Self.base + "cache a\ncache b\n", Self.base + "cache b\ncache a\n")
                == ["cache b: sections are in another order (haproxy.cfg:13)"]
        )
        #expect(
            reasons(("bind :80", "bind :81"), ("daemon", "nbthread 2"))
                == ["global: `nbthread` changed (haproxy.cfg:2)", "frontend in: `bind` changed (haproxy.cfg:7)"]
        )
    }

    @Test("counts the order of rules")
    func rules() {
        let old = "frontend f\nhttp-request deny if a\nhttp-request allow\n"
        let new = "frontend f\nhttp-request allow\nhttp-request deny if a\n"
        #expect(reasons(old, new) == ["frontend f: `http-request` changed (haproxy.cfg:2)"])
    }

    @Test("takes a line that is not understood as it is")
    func opaque() {
        let old = "backend web\nserver a 10.0.0.1:80 shield 5\nserver b 10.0.0.2:80\n"
        #expect(LivePlan.make(old, old.replacing("server b", with: "\n  server b")).isNothing)
        #expect(
            reasons(old, old.replacing("shield 5", with: "shield 6"))
                == ["backend web: server a changed, and `shield` is not known to headgate (haproxy.cfg:2)"]
        )
        #expect(LivePlan.make(old, "backend web\nserver b 10.0.0.2:80\nserver a 10.0.0.1:80 shield 5\n").isNothing)
        // What is understood beside it changes live all the same.
        #expect(LivePlan.make(old, old.replacing("10.0.0.2:80", with: "10.0.0.2:80 weight 5")).commands?.count == 1)
    }

    @Test("sees the environment through: the same words mean the same, others are not looked into")
    func environment() {
        let old = "backend web\nserver a \"$HOST:80\" check\nserver b 10.0.0.1:80 weight \"${W}\"\n"
        #expect(LivePlan.make(old, old.replacing("check", with: "check # x")).isNothing)
        #expect(reasons(old, old.replacing("${W}", with: "${V}")).first?.contains("depends on the environment") == true)
        #expect(LivePlan.make(old, old.replacing("\"${W}\"", with: "'${W}'")).reasons != nil)
    }

    @Test("sees that a line whose number has a meaning has moved")
    func lineNumber() {
        let old = "frontend f\nlog-format \"at ${.LINE}\"\n"
        #expect(LivePlan.make(old, "frontend  f # x\nlog-format \"at ${.LINE}\"\n").isNothing)
        #expect(LivePlan.make(old, "# x\n" + old).reasons == ["frontend f: `log-format` changed (haproxy.cfg:3)"])
    }

    @Test("refuses servers whose section has lines under a condition")
    func conditional() {
        let old = "backend web\n.if defined(X)\nbalance source\n.endif\nserver a 10.0.0.1:80\n"
        #expect(LivePlan.make(old, "# x\n" + old).isNothing)
        #expect(
            LivePlan.make(old, old + "server b 10.0.0.2:80\n").reasons
                == ["backend web: servers changed, and `.if` decides which lines count (haproxy.cfg:2)"]
        )
        let nested = ".if defined(X)\nbackend web\n.endif\nserver a 10.0.0.1:80\n"
        #expect(LivePlan.make(nested, "# x\n" + nested).isNothing)
        #expect(
            LivePlan.make(nested, nested + "server b 10.0.0.2:80\n").reasons
                == ["the configuration: a section begins within `.if` (haproxy.cfg:2)"]
        )
        // A condition elsewhere does not matter.
        let elsewhere = "global\n.if defined(X)\ndaemon\n.endif\nbackend web\nserver a 10.0.0.1:80\n"
        #expect(LivePlan.make(elsewhere, elsewhere + "server b 10.0.0.2:80\n").commands != nil)
    }

    @Test("counts what comes before a server-template")
    func template() {
        let old = "backend web\ndefault-server weight 5\nserver-template s 1-3 app.example.com:80\n"
        #expect(LivePlan.make(old, old.replacing("1-3", with: "1-4")).reasons?.count == 1)
        #expect(
            LivePlan.make(old, old.replacing("weight 5", with: "weight 6")).reasons
                == ["backend web: `default-server` before it changed (haproxy.cfg:3)"]
        )
    }

    @Test("takes defaults for what they do to servers")
    func defaults() {
        let old =
            "defaults\ndefault-server weight 5\nbackend web\nserver a 10.0.0.1:80\nserver b 10.0.0.2:80 weight 1\n"
        let plan = LivePlan.make(old, old.replacing("weight 5", with: "weight 6"))
        #expect(plan.commands == ["set server web/a weight 6"])
        #expect(
            LivePlan.make(old, old.replacing("weight 5", with: "inter 6s")).reasons
                == ["backend web: server a: `inter` changed (haproxy.cfg:4)"]
        )
    }

    @Test("refuses two servers of one name")
    func twice() {
        let old = "backend web\nserver a 10.0.0.1:80\n"
        #expect(
            LivePlan.make(old, "backend web\nserver b 10.0.0.1:80\nserver b 10.0.0.2:80\n").reasons
                == ["backend web: two servers are named `b` (haproxy.cfg:3)"]
        )
    }

    @Test("counts the file that a section is in")
    func files() {
        func configuration(_ first: String, _ second: String) -> HAProxyConfiguration {
            HAProxyConfiguration([
                ConfigurationFile(first, path: "/a/1.cfg"), ConfigurationFile(second, path: "/b/2.cfg"),
            ])
        }
        let one = configuration("global\n", "backend web\nserver a 10.0.0.1:80\n")
        let other = configuration("global\nbackend web\nserver a 10.0.0.1:80\n", "")
        #expect(
            ConfigurationDifference(old: one, new: other).reasons.map(\.description)
                == ["backend web: is in another file (1.cfg:2)"]
        )
    }
}
