import Balancers
import Testing

@Suite("The plan of a live change")
struct LivePlanTests {
    private let old = """
        defaults
            mode http
        backend web
            balance roundrobin
            server a 10.0.0.1:80
            server b 10.0.0.2:80 check

        """

    private func plan(
        _ part: String,
        _ replacement: String,
        _ version: HAProxyVersion = HAProxyVersion(3, 2),
    ) -> LivePlan {
        LivePlan.make(old, old.replacing(part, with: replacement), running: version)
    }

    private func adding(
        _ line: String,
        _ version: HAProxyVersion = HAProxyVersion(3, 2),
        to text: String? = nil,
    ) -> LivePlan {
        let text = text ?? old
        return LivePlan.make(text, "\(text)    server \(line)\n", running: version)
    }

    // MARK: - Commands

    @Test("adds an unchecked server and enables it")
    func add() {
        #expect(
            adding("c 10.0.0.3:80 weight 5").commands == [
                "add server web/c 10.0.0.3:80 weight 5", "enable server web/c",
            ]
        )
    }

    @Test("pitfall: adds a checked server so that a dead one gets no request")
    func addChecked() {
        #expect(
            adding("c 10.0.0.3:80 check inter 1s weight 5").commands == [
                "add server web/c 10.0.0.3:80 check inter 1s weight 0", "enable health web/c", "enable server web/c",
                "set server web/c health down", "set server web/c weight 5",
            ]
        )
        #expect(adding("c 10.0.0.3:80 check weight 0").commands?.last == "set server web/c health down")
    }

    @Test("adds a checked server as a start does where waiting would leave too few in rotation")
    func tooFewLeft() {
        func waits(_ old: String, _ new: String) -> Bool? {
            func text(_ servers: String) -> String {
                "backend web\n" + servers.split(separator: ",").map { "server \($0)\n" }.joined()
            }
            let commands = LivePlan.make(text(old), text(new)).commands
            return commands?.contains { $0.hasSuffix("health down") }
        }
        let (a, b, c) = ("a 10.0.0.1:80", "b 10.0.0.2:80 check", "c 10.0.0.3:80 check")
        #expect(waits("", b) == false)
        #expect(waits(a, "\(a),\(b)") == true)
        #expect(waits(a, b) == false)
        #expect(waits("\(a),\(b)", "\(b),\(c)") == true)
        #expect(waits("\(a),d 10.0.0.4:80,\(b)", "\(b),\(c)") == false)
        #expect(waits("\(a) weight 0", "\(a) weight 0,\(b)") == false)
        #expect(waits("\(a) disabled", "\(a) disabled,\(b)") == false)
        #expect(waits("\(a) backup", "\(a) backup,\(b)") == false)
        #expect(waits(a, "\(a) weight 0,\(b)") == false)
        #expect(waits("\(a) weight 0", "\(a),\(b)") == false)
        #expect(waits(a, "a 10.0.0.9:80,\(b)") == true)
    }

    @Test("leaves a server in maintenance that is configured so")
    func addDisabled() {
        #expect(
            adding("c 10.0.0.3:80 check weight 5 disabled").commands
                == ["add server web/c 10.0.0.3:80 check disabled weight 5", "enable health web/c"]
        )
    }

    @Test("pitfall: on 2.6 a server added keeps no connections unless told to")
    func pool() {
        let version = HAProxyVersion(2, 6, 12)
        #expect(
            adding("c 10.0.0.3:80", version).commands?.first
                == "add server web/c 10.0.0.3:80 weight 1 pool-max-conn -1 pool-purge-delay 5s"
        )
        #expect(
            adding("c 10.0.0.3:80 pool-max-conn 5", version).commands?.first
                == "add server web/c 10.0.0.3:80 pool-max-conn 5 weight 1 pool-purge-delay 5s"
        )
    }

    @Test("pitfall: default-server is not inherited, so its options are said, without those taken back")
    func defaults() {
        let text = old.replacing("balance roundrobin", with: "default-server inter 1s check maxconn 9 weight 50")
        #expect(
            adding("c 10.0.0.3:80 no-check weight 10", to: text).commands?.first
                == "add server web/c 10.0.0.3:80 inter 1s maxconn 9 weight 10"
        )
        #expect(
            adding("c [::1]:80 inter 3s", to: text).commands?.first
                == "add server web/c [::1]:80 check inter 3s maxconn 9 weight 0"
        )
    }

    @Test(
        "pitfall: checks of an added server do not go the way of its traffic unless that is said",
        arguments: [
            ("check ssl verify none", "check ssl verify none check-ssl"),
            ("check ssl verify none port 81", "check port 81 ssl verify none"),
            ("check ssl verify none no-check-ssl", "check ssl verify none"), ("ssl verify none", "ssl verify none"),
            ("check ssl verify none check-ssl", "check check-ssl ssl verify none"),
            ("check ssl verify none no-check-ssl check-ssl", "check check-ssl ssl verify none"),
            ("check send-proxy-v2", "check send-proxy-v2 check-send-proxy"),
            ("check send-proxy addr 10.0.0.9", "addr 10.0.0.9 check send-proxy"),
            ("check send-proxy check-send-proxy", "check check-send-proxy send-proxy"),
        ]
    )
    func implied(_ options: String, _ sent: String) {
        #expect(
            adding("c 10.0.0.3:80 \(options)").commands?.first?.hasPrefix(
                "add server web/c 10.0.0.3:80 \(sent) weight "
            ) == true
        )
    }

    @Test("keeps a server with an agent and checks from traffic by init-state, since percentages of weight 0 are 0")
    func agent() {
        #expect(
            adding("c 10.0.0.3:80 check agent-check agent-port 9 weight 5").commands == [
                "add server web/c 10.0.0.3:80 agent-check agent-port 9 check init-state fully-down weight 5",
                "enable health web/c",
                "enable server web/c", "enable agent web/c",
            ]
        )
        #expect(
            adding("c 10.0.0.3:80 agent-check agent-port 9 weight 5", HAProxyVersion(3, 0)).commands == [
                "add server web/c 10.0.0.3:80 agent-check agent-port 9 weight 5", "enable server web/c",
                "enable agent web/c",
            ]
        )
        #expect(
            adding("c 10.0.0.3:80 check agent-check agent-port 9", HAProxyVersion(3, 0)).reasons == [
                "backend web: server c is new, and with `agent-check` it cannot be kept from traffic until its first check (haproxy.cfg:7)"
            ]
        )
    }

    @Test("changes servers in place")
    func change() {
        #expect(plan("10.0.0.1:80", "10.0.0.9:81").commands == ["set server web/a addr 10.0.0.9 port 81"])
        #expect(plan("10.0.0.1:80", "[::1]:81").commands == ["set server web/a addr ::1 port 81"])
        #expect(plan("10.0.0.1:80", "10.0.0.1:80 weight 0").commands == ["set server web/a weight 0"])
        #expect(plan("10.0.0.1:80", "10.0.0.1:80 maxconn 7").commands == ["set maxconn server web/a 7"])
        #expect(plan("10.0.0.1:80", "10.0.0.1:80 disabled").commands == ["set server web/a state maint"])
        #expect(
            LivePlan.make(old.replacing("10.0.0.1:80", with: "10.0.0.1:80 disabled"), old).commands
                == ["set server web/a state ready"]
        )
    }

    @Test("puts what leaves into maintenance at once and deletes it later")
    func remove() throws {
        let update = try #require(plan("    server a 10.0.0.1:80\n", "").update)
        #expect(update.commands.map(\.text) == ["set server web/a state maint"])
        #expect(PendingRemoval.deletions(update.removals).map(\.line) == ["del server web/a"])
        #expect(update.removals.map(\.cut.text) == ["shutdown sessions server web/a"])
        let agent = old.replacing("10.0.0.1:80", with: "10.0.0.1:80 agent-check agent-port 1")
        #expect(
            LivePlan.make(agent, agent.replacing("    server a 10.0.0.1:80 agent-check agent-port 1\n", with: ""))
                .commands
                == ["disable agent web/a", "set server web/a state maint"]
        )
    }

    @Test("adds first, then changes, and takes out last, over all backends")
    func order() throws {
        let old = self.old + "backend api\n    server x 10.0.1.1:80\n    server y 10.0.1.2:80\n"
        let new = old.replacing("    server a 10.0.0.1:80\n", with: "    server c 10.0.0.3:80\n")
            .replacing("10.0.1.1:80", with: "10.0.1.1:80 weight 0")
            .replacing("    server y 10.0.1.2:80\n", with: "    server z 10.0.1.3:80\n")
        let update = try #require(LivePlan.make(old, new, running: HAProxyVersion(3, 0)).update)
        #expect(
            update.commands.map(\.text) == [
                "add server web/c 10.0.0.3:80 weight 1", "enable server web/c", "add server api/z 10.0.1.3:80 weight 1",
                "enable server api/z", "set server api/x weight 0", "set server web/a state maint",
                "set server api/y state maint",
            ]
        )
        #expect(LivePlan.live(update).description == "live: 2 servers added, 2 removed, 1 drained")
        #expect(update.backends == ["web", "api"])
        #expect(
            update.details == [
                "backend web: server c added (10.0.0.3:80)", "backend web: server a removed",
                "backend api: server z added (10.0.1.3:80)", "backend api: server x drained (weight 1 to 0)",
                "backend api: server y removed",
            ]
        )
    }

    @Test("uses a server again that comes back before it could be deleted")
    func revival() throws {
        let without = old.replacing("    server a 10.0.0.1:80\n", with: "")
        let left = try #require(LivePlan.make(old, without).update).removals
        let back = LivePlan.make(without, old.replacing("10.0.0.1:80", with: "10.0.0.1:81 weight 3"), pending: left)
        let update = try #require(back.update)
        #expect(
            update.commands.map(\.text) == [
                "set server web/a addr 10.0.0.1 port 81", "set server web/a weight 3", "set server web/a state ready",
            ]
        )
        #expect(update.revived == left)
        #expect(update.pending(after: left).isEmpty)
        #expect(
            LivePlan.make(without, old.replacing("10.0.0.1:80", with: "10.0.0.1:80 check"), pending: left).reasons
                == ["backend web: server a is new, and one of this name still has sessions (haproxy.cfg:5)"]
        )
    }

    // MARK: - What only a reload can do

    @Test(
        "pitfall: add server takes a part of the keywords, by version",
        arguments: [
            ("cookie c", HAProxyVersion(2, 6), HAProxyVersion(3, 0)),
            ("hash-key addr-port", HAProxyVersion(2, 8), HAProxyVersion(3, 0)),
            ("init-state up", HAProxyVersion(3, 0), HAProxyVersion(3, 2)),
            ("strict-maxconn", HAProxyVersion(3, 0), HAProxyVersion(3, 4)),
        ]
    )
    func keywords(_ option: String, _ tooOld: HAProxyVersion, _ enough: HAProxyVersion) throws {
        #expect(
            adding("c 10.0.0.3:80 \(option)", tooOld).reasons == [
                "backend web: server c is new, and HAProxy \(tooOld) does not take `\(option.prefix { $0 != " " })` live (haproxy.cfg:7)"
            ]
        )
        #expect(adding("c 10.0.0.3:80 \(option)", enough).commands != nil)
    }

    @Test(
        "pitfall: some keywords are never taken, and none is dropped",
        arguments: [
            "init-addr none", "resolvers dns", "resolve-prefer ipv4", "namespace x", "redir /x", "non-stick",
            "max-reuse 5",
        ]
    )
    func never(_ option: String) {
        #expect(adding("c 10.0.0.3:80 \(option)", HAProxyVersion(3, 4)).reasons?.count == 1)
    }

    @Test(
        "pitfall: an address that is no literal would be accepted and never resolved",
        arguments: ["app.example.com:80", "${HOST}:80", "127.0.0.1", "127.0.0.1:+1", "abns@x", "0.0.0.0:80"]
    )
    func names(_ address: String) {
        let expected =
            "backend web: server c is new, and its address is not an IP address with a port, or a path (haproxy.cfg:7)"
        #expect(adding("c \(address)").reasons == [expected])
        #expect(plan("10.0.0.1:80", address).reasons?.count == 1)
    }

    @Test("adds a server at a path, but does not move one")
    func paths() {
        #expect(adding("c /run/app.sock").commands?.first == "add server web/c unix@/run/app.sock weight 1")
        #expect(plan("10.0.0.1:80", "/run/app.sock").reasons?.count == 1)
    }

    @Test(
        "pitfall: a value that would begin another command never reaches the socket",
        arguments: [
            "'c;shutdown' 10.0.0.3:80", "'c c' 10.0.0.3:80", "c/d 10.0.0.3:80", "c 10.0.0.3:80 cookie 'a;b'",
            "c 10.0.0.3:80 cookie a\\x0ab", "c 10.0.0.3:80 cookie 'a b'", "c 10.0.0.3:80 cookie a\\\"b",
            "c 10.0.0.3:80 cookie '<<'",
            "c '/run/a;b'", "c 10.0.0.3:80 cookie a$b", "c 10.0.0.3:80 cookie a\\\\b", "c 10.0.0.3:80 cookie a\\#b",
            "é 10.0.0.3:80",
        ]
    )
    func injection(_ line: String) {
        #expect(adding(line).reasons?.count == 1)
    }

    @Test("refuses names of servers and backends that cannot be sent, whatever changes")
    func badNames() {
        let old = "backend we/b\n    server a 10.0.0.1:80\n"
        #expect(LivePlan.make(old, old.replacing("10.0.0.1", with: "10.0.0.2")).reasons?.count == 1)
        let server = "backend web\n    server 'a;b' 10.0.0.1:80\n"
        #expect(LivePlan.make(server, server.replacing("10.0.0.1", with: "10.0.0.2")).reasons?.count == 1)
        #expect(LivePlan.make(server, "backend web\n").reasons?.count == 1)
    }

    @Test(
        "pitfall: a server is added only where the algorithm is dynamic",
        arguments: [
            ("balance roundrobin", true), ("balance leastconn", true), ("balance random(3)", true),
            ("balance static-rr", false),
            ("balance source", false), ("balance source\nhash-type consistent", true), ("balance uri depth 3", false),
            ("balance hdr(x)\nhash-type consistent djb2 avalanche", true),
            ("balance url_param u\nhash-type map-based", false),
            ("balance rdp-cookie", false), ("balance rdp-cookie\nhash-type consistent", true),
            ("balance hash path\nhash-type consistent", true), ("balance sticky", true),
            ("balance \"$ALGORITHM\"", false), ("balance future", false), ("option transparent", false), ("", true),
            ("balance source\nbalance leastconn", true), ("cookie s insert dynamic", false), ("mode log", false),
        ]
    )
    func algorithms(_ lines: String, _ isLive: Bool) {
        let text = "backend web\n\(lines)\nserver a 10.0.0.1:80 id 7\n"
        #expect((adding("c 10.0.0.3:80 id 9", to: text).commands != nil) == isLive)
        // The same from the defaults.
        let inherited = "defaults\n\(lines)\nbackend web\nserver a 10.0.0.1:80 id 7\n"
        #expect((adding("c 10.0.0.3:80 id 9", to: inherited).commands != nil) == isLive)
        let overridden =
            "defaults\n\(lines)\nbackend web\nmode http\nbalance leastconn\nno option transparent\ncookie s\nserver a 10.0.0.1:80\n"
        #expect(adding("c 10.0.0.3:80", to: overridden).commands != nil)
    }

    @Test("pitfall: with option transparent maintenance has no effect, so no server leaves")
    func transparent() {
        let text = "backend web\noption transparent\nserver a 10.0.0.1:80\nserver b 10.0.0.2:80\n"
        #expect(
            LivePlan.make(text, text.replacing("server b 10.0.0.2:80\n", with: "")).reasons == [
                "backend web: servers changed, which `option transparent` does not allow (haproxy.cfg:1)"
            ]
        )
    }

    @Test("sticky is dynamic where it exists")
    func sticky() {
        let text = "backend web\nbalance sticky\nserver a 10.0.0.1:80\n"
        #expect(adding("c 10.0.0.3:80", HAProxyVersion(2, 8), to: text).reasons?.count == 1)
    }

    @Test("pitfall: on a static algorithm a server drains, moves and leaves, but takes no other weight")
    func staticAlgorithm() {
        let old = "backend web\nbalance source\nserver a 10.0.0.1:80 weight 5\nserver b 10.0.0.2:80\n"
        #expect(
            LivePlan.make(old, old.replacing("weight 5", with: "weight 0")).commands == ["set server web/a weight 0"]
        )
        #expect(LivePlan.make(old, old.replacing("weight 5", with: "weight 6")).reasons?.count == 1)
        #expect(LivePlan.make(old.replacing("weight 5", with: "weight 0"), old).reasons?.count == 1)
        #expect(LivePlan.make(old, old.replacing("10.0.0.2", with: "10.0.0.3")).commands?.count == 1)
        #expect(LivePlan.make(old, old.replacing("server b 10.0.0.2:80\n", with: "")).commands?.count == 1)
    }

    @Test("counts the order of servers where it means something")
    func orderOfServers() {
        func swapped(_ lines: String, _ options: String = "") -> LivePlan {
            let (a, b) = (
                "server a 10.0.0.1:80\(options.isEmpty ? "" : " \(options) 1")",
                "server b 10.0.0.2:80\(options.isEmpty ? "" : " \(options) 2")"
            )
            return LivePlan.make("backend web\n\(lines)\n\(a)\n\(b)\n", "backend web\n\(lines)\n\(b)\n\(a)\n")
        }
        #expect(swapped("balance leastconn").isNothing)
        #expect(swapped("balance leastconn").cautions.isEmpty)
        #expect(
            swapped("balance source").reasons
                == ["backend web: servers are in another order, by which `balance` chooses (haproxy.cfg:3)"]
        )
        #expect(swapped("balance source", "id").reasons?.count == 1)
        #expect(swapped("balance first").reasons?.count == 1)
        #expect(swapped("balance first", "id").isNothing)
        #expect(swapped("balance source\nhash-type consistent", "id").cautions.isEmpty)
    }

    @Test(
        "pitfall: the ring of consistent hashing goes by numbers, so a later reload moves keys unless they are pinned"
    )
    func ring() {
        let text = "backend web\nbalance uri\nhash-type consistent\nserver a 10.0.0.1:80\n"
        let plan = adding("c 10.0.0.3:80", to: text)
        #expect(plan.commands != nil)
        #expect(
            plan.cautions
                == [
                    "backend web: consistent hashing without `id`: the next reload moves keys to other servers (haproxy.cfg:5)"
                ]
        )
        #expect(adding("c 10.0.0.3:80 id 77", to: text).cautions.isEmpty)
        #expect(adding("c 10.0.0.3:80 hash-key addr-port", to: text).cautions.isEmpty)
    }

    @Test("first goes by numbers: without id an added server would stand elsewhere")
    func first() {
        let text = "backend web\nbalance first\nserver a 10.0.0.1:80\n"
        #expect(adding("c 10.0.0.3:80", to: text).reasons?.count == 1)
        #expect(adding("c 10.0.0.3:80 id 5", to: text).commands != nil)
    }

    @Test(
        "pitfall: a server that something refers to cannot be deleted",
        arguments: [
            ("use-server a if TRUE", 1), ("http-request deny if { srv_is_up(web/a) }", 1),
            ("acl up srv_sess_rate(a) gt 1", 1),
            ("server t 10.0.0.9:80 track web/a", 1), ("default-server track a", 1), ("use-server ab if TRUE", 0),
            ("http-request deny if { srv_is_up(web/ab) }", 0), ("http-request deny if { srv_is_up(other/a) }", 0),
            ("backend other\nuse-server a if TRUE", 0), ("backend other\nhttp-request deny if { srv_is_up(web/a) }", 1),
            ("defaults x\nhttp-request deny if { srv_is_up(a) }", 1),
        ]
    )
    func references(_ line: String, _ count: Int) {
        let text = old + "    \(line)\n"
        let plan = LivePlan.make(text, text.replacing("    server a 10.0.0.1:80\n", with: ""))
        #expect(
            (plan.reasons?.filter { $0.hasPrefix("backend web: server a is gone, and something refers to it") }.count
                ?? 0) == count
        )
    }

    @Test("adds no server that tracks, and none with a file that is not loaded")
    func tracksAndFiles() {
        #expect(adding("c 10.0.0.3:80 track web/b").reasons?.count == 1)
        #expect(adding("c 10.0.0.3:80 ssl verify required ca-file /etc/ca.pem").reasons?.count == 1)
        #expect(adding("c 10.0.0.3:80 ssl verify required ca-file @system-ca").commands != nil)
        let loaded = old.replacing("10.0.0.1:80", with: "10.0.0.1:80 ssl verify required ca-file /etc/ca.pem")
        #expect(adding("c 10.0.0.3:80 ssl verify required ca-file /etc/ca.pem", to: loaded).commands != nil)
    }

    @Test("counts minconn and agents where they change what a command does")
    func entangled() {
        #expect(plan("10.0.0.1:80", "10.0.0.1:80 minconn 2 maxconn 5").reasons?.count == 1)
        let minconn = old.replacing("10.0.0.1:80", with: "10.0.0.1:80 minconn 5 maxconn 5")
        #expect(LivePlan.make(minconn, minconn.replacing("maxconn 5", with: "maxconn 9")).reasons?.count == 1)
        let agent = old.replacing("10.0.0.1:80", with: "10.0.0.1:80 agent-check agent-port 1 weight 5")
        #expect(LivePlan.make(agent, agent.replacing("weight 5", with: "weight 9")).reasons?.count == 1)
        #expect(LivePlan.make(agent, agent.replacing("weight 5", with: "weight 5 disabled")).commands?.count == 1)
        #expect(LivePlan.make(agent.replacing("weight 5", with: "weight 5 disabled"), agent).reasons?.count == 1)
        #expect(adding("c 10.0.0.3:80 agent-check agent-port 9 disabled").reasons?.count == 1)
    }

    @Test("gives no id that a server in maintenance still has")
    func identifiers() {
        let old = "backend web\nserver a 10.0.0.1:80 id 7\n"
        #expect(LivePlan.make(old, old.replacing("server a", with: "server b")).reasons?.count == 1)
    }

    @Test("refuses weights and versions that are none")
    func numbers() {
        #expect(adding("c 10.0.0.3:80 weight 257").reasons?.count == 1)
        #expect(adding("c 10.0.0.3:80 weight -1").reasons?.count == 1)
        #expect(plan("10.0.0.1:80", "10.0.0.1:80 weight x").reasons?.count == 1)
        #expect(plan("10.0.0.1:80", "10.0.0.1:81", HAProxyVersion(2, 4)).reasons?.count == 1)
    }

    @Test("pitfall: commands of more than 60 words are not sent")
    func words() {
        let many = (0..<40).map { "proxy-v2-options opt\($0)" }.joined(separator: " ")
        #expect(
            adding("c 10.0.0.3:80 \(many)").reasons == [
                "backend web: server c is new, and its command would be too long (haproxy.cfg:7)"
            ]
        )
    }

    @Test("pitfall: warns of a state file, which a reload prefers to the configuration")
    func stateFile() {
        let text = old.replacing("mode http", with: "load-server-state-from-file global")
        #expect(adding("c 10.0.0.3:80", to: text).cautions.count == 1)
        #expect(LivePlan.make(text, text).cautions.count == 1)
        #expect(LivePlan.make(text, text.replacing("global\n", with: "none\n")).cautions.isEmpty)
    }

    @Test("pitfall: on 3.0 a server that moves may get one more request at its old address")
    func moved() {
        #expect(plan("10.0.0.1:80", "10.0.0.9:80", HAProxyVersion(3, 0, 11)).cautions.count == 1)
        #expect(plan("10.0.0.1:80", "10.0.0.9:80", HAProxyVersion(3, 2)).cautions.isEmpty)
    }
}
