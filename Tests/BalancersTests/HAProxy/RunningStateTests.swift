import Balancers
import Testing

@Suite("The running state of HAProxy")
struct RunningStateTests {
    private static let header =
        "# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight "
        + "srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state "
        + "bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr "
        + "srv_agent_port"

    private func state(_ lines: String...) -> [UInt8] {
        Array("1\n\(Self.header)\n\(lines.map { $0 + "\n" }.joined())\n\n".utf8)
    }

    @Test("is read from show servers state of 2.6")
    func state() throws {
        let running = try RunningServers(
            state(
                "2 be 1 a ::1 0 1 5 1 1 8 2 0 14 0 0 0 - 9006 - 1 9 - - 9",
                "2 be 4 u - 2 0 1 1 1 1 0 2 0 0 0 0 - 0 - 0 0 - - 0"
            )
        )
        #expect(running.servers.map(\.name) == ["a", "u"])
        #expect(running.servers[0].address == "::1")
        #expect(running.servers[0].port == 9006)
        #expect(running.servers[0].weight == 5)
        #expect(running.servers[0].administration == .maintenance)
        #expect(running.servers[0].checkPort == 9)
        #expect(running.servers[0].usesTLS)
    }

    @Test("does not depend on the order and number of columns")
    func columns() throws {
        let text =
            "1\n# srv_name be_name srv_addr srv_port srv_id srv_op_state srv_admin_state srv_uweight srv_check_state srv_new "
            + "srv_use_ssl srv_check_port srv_check_addr\na be 10.0.0.1 80 3 2 0 7 6 x 0 0 -\n"
        let running = try RunningServers(Array(text.utf8))
        #expect(running.servers.map(\.id) == [3])
        #expect(running.servers.map(\.weight) == [7])
    }

    @Test(
        "refuses what is no state",
        arguments: [
            "", "Unknown command.\n", "1\n", "1\n# be_name\n", "2\n\(header)\n", "1\n\(header)\n2 be 1 a ::1\n",
            "1\n\(header)\n2 be 1 a",
        ]
    )
    func faults(_ answer: String) {
        #expect(throws: RunningServers.Fault.self) { try RunningServers(Array(answer.utf8)) }
    }

    @Test("is read from show stat, whose fields may be quoted")
    func statistics() throws {
        let text = """
            # pxname,svname,scur,slim,status,weight,bck,type,last_chk,
            be,FRONTEND,0,100,OPEN,,,0,,
            be,a,3,,UP,5,0,2,"said ""no"", then
            more",
            be,b,0,7,DOWN 1/2,1,1,2,,

            """
        let statistics = try #require(RunningStatistics(Array(text.utf8)))
        #expect(statistics.rows.map(\.server) == ["a", "b"])
        #expect(statistics.rows.map(\.maxconn) == [0, 7])
        #expect(statistics.rows.map(\.sessions) == [3, 0])
        #expect(statistics.rows.map(\.isBackup) == [false, true])
        #expect(statistics.rows[1].status == "DOWN 1/2")
        #expect(RunningStatistics(Array("nothing\n".utf8)) == nil)
        #expect(RunningStatistics(Array(text.utf8.dropLast(9))) == nil)
    }

    @Test("tells from show servers conn which servers have nothing but idle connections")
    func connections() throws {
        let text = """
            # bkname/svname bkid/svid addr port - purge_delay used_cur used_max need_est unsafe_nb safe_nb idle_lim idle_cur \
            idle_per_thr[2]
            web/none 3/1 127.0.0.1 80 - 5000 0 20 20 0 0 -1 0 0 0
            web/idle 3/2 127.0.0.1 81 - 5000 0 20 20 3 0 -1 3 2 1
            web/used 3/3 127.0.0.1 82 - 5000 1 20 20 3 0 -1 3 2 1

            """
        #expect(RunningConnections(text)?.idleServers == ["web/idle"])
        #expect(RunningConnections("Can't find backend.\n") == nil)
        #expect(RunningConnections("") == nil)
    }

    @Test(
        "names its version",
        arguments: [
            ("Name: HAProxy\nVersion: 2.6.12-1+deb12u4\nPid: 12\n", HAProxyVersion(2, 6, 12)),
            ("Version: 3.4.7\n", HAProxyVersion(3, 4, 7)), ("Version: 3.5-dev3-abc\n", HAProxyVersion(3, 4, 0)),
        ]
    )
    func version(_ answer: String, _ version: HAProxyVersion) {
        #expect(HAProxyInfo(showInfo: answer.utf8)?.version == version)
    }

    @Test("may name no version")
    func noVersion() {
        #expect(HAProxyInfo(showInfo: "Permission denied\n".utf8) == nil)
        #expect(HAProxyInfo(showInfo: "Version: new\n".utf8) == nil)
        #expect(HAProxyInfo(showInfo: "Version: 3.0.1\nPid: 7\n".utf8)?.pid == 7)
    }

    // MARK: - Reading back

    private func mismatches(_ text: String, _ lines: String..., pending: [PendingRemoval] = []) throws -> [String] {
        let all = Array("1\n\(Self.header)\n\(lines.map { $0 + "\n" }.joined())\n".utf8)
        return ReadBack(HAProxyConfiguration(text), pending: pending).mismatches(try RunningServers(all)).map(
            \.description
        )
    }

    private func line(_ name: String, _ address: String = "10.0.0.1", admin: Int = 0, weight: Int = 1, port: Int = 80)
        -> String
    {
        "2 web 1 \(name) \(address) 2 \(admin) \(weight) 0 1 1 0 2 0 0 0 0 - \(port) - 0 0 - - 0"
    }

    @Test("matches the configuration, also where the weight of the start is 0, or the maintenance was configured once")
    func match() throws {
        let text = "backend web\nserver a 10.0.0.1:80\nserver b [0::1]:80 disabled weight 3\n"
        #expect(try mismatches(text, line("a"), line("b", "::1", admin: 5, weight: 3)).isEmpty)
        #expect(try mismatches(text, line("a", admin: 4), line("b", "::1", admin: 1, weight: 3)).isEmpty)
    }

    @Test("does not match where anything that a command can change is different")
    func differences() throws {
        let text = "backend web\nserver a 10.0.0.1:80\n"
        #expect(
            try mismatches(text, line("a", "10.0.0.2")) == [
                "backend web: server a points to 10.0.0.2 port 80, not 10.0.0.1:80"
            ]
        )
        #expect(
            try mismatches(text, line("a", port: 81)) == [
                "backend web: server a points to 10.0.0.1 port 81, not 10.0.0.1:80"
            ]
        )
        #expect(try mismatches(text, line("a", weight: 0)) == ["backend web: server a has weight 0, not 1"])
        #expect(try mismatches(text, line("a", admin: 1)) == ["backend web: server a is in maintenance"])
        #expect(try mismatches(text, line("a", admin: 8)) == ["backend web: server a is drained by a command"])
        #expect(
            try mismatches(text, line("b")) == [
                "backend web: server a is missing", "backend web: server b is not configured",
            ]
        )
        let running = try RunningServers(state(line("b")))
        #expect(ReadBack(HAProxyConfiguration("backend api\n")).mismatches(running, of: ["api"]).isEmpty)
        #expect(ReadBack(HAProxyConfiguration("backend web\n")).mismatches(running, of: ["web"]).count == 1)
        #expect(try mismatches("backend api\n", line("b")) == ["backend web: is not configured"])
        #expect(
            try mismatches("backend web\nserver a 10.0.0.1:80 disabled\n", line("a")) == [
                "backend web: server a is not in maintenance"
            ]
        )
    }

    @Test("is compared but for the servers whose lines are not understood")
    func opaque() throws {
        let text = "backend web\nserver a 10.0.0.1:80 shield\nserver b 10.0.0.2:80\n"
        #expect(try mismatches(text, line("a", weight: 9), line("b", "10.0.0.2")).isEmpty)
        #expect(try mismatches(text, line("b", "10.0.0.3")).count == 2)
    }

    @Test("lets an agent set weights, a template make servers, and a removal be pending as long as it gets no traffic")
    func allowances() throws {
        #expect(
            try mismatches(
                "backend web\nserver a 10.0.0.1:80 agent-check agent-port 1\n",
                line("a", admin: 8, weight: 50)
            ).isEmpty
        )
        let template = "backend web\nserver-template t 1-2 app.example.com:80\nserver a 10.0.0.1:80\n"
        #expect(try mismatches(template, line("a"), line("t1", "-"), line("t2", "-")).isEmpty)
        let servers = try #require(HAProxyConfiguration("backend web\nserver x 10.0.0.1:80\n").servers(of: "web"))
        let pending = [PendingRemoval(backend: "web", server: servers[0])]
        #expect(try mismatches("backend web\n", line("x", admin: 1), pending: pending).isEmpty)
        #expect(
            try mismatches("backend web\n", line("x"), pending: pending) == [
                "backend web: server x left, and is not in maintenance"
            ]
        )
    }

    @Test("compares limits of connections where the statistics are given")
    func limits() throws {
        let configuration = HAProxyConfiguration("backend web\nserver a 10.0.0.1:80 maxconn 5\n")
        let running = try RunningServers(state(line("a")))
        let text = "# pxname,svname,scur,slim,status,weight,bck,type\nweb,a,0,7,UP,1,0,2\n"
        let statistics = try #require(RunningStatistics(Array(text.utf8)))
        #expect(
            ReadBack(configuration).mismatches(running, statistics).map(\.description)
                == ["backend web: server a has maxconn 7, not 5"]
        )
    }
}
