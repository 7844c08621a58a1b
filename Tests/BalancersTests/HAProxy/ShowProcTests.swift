import Balancers
import Testing

@Suite struct ShowProcTests {
    /// Recorded from HAProxy 2.6.12: a good reload, with a client that the old worker still has.
    static let reloaded = """
        #<PID>          <type>          <reloads>       <uptime>        <version>      
        1769            master          1 [failed: 0]   0d00h00m03s     2.6.12-1+deb12u4
        # workers
        2179            worker          0               0d00h00m01s     2.6.12-1+deb12u4
        # old workers
        1772            worker          1               0d00h00m03s     2.6.12-1+deb12u4
        # programs


        """

    /// Recorded from HAProxy 2.6.12: the reload after that, which failed.
    static let failed = """
        #<PID>          <type>          <reloads>       <uptime>        <version>      
        1769            master          2 [failed: 1]   0d00h00m04s     2.6.12-1+deb12u4
        # workers
        2179            worker          1               0d00h00m02s     2.6.12-1+deb12u4
        # old workers
        1772            worker          2               0d00h00m04s     2.6.12-1+deb12u4
        # programs


        """

    /// Recorded from HAProxy 3.2.26, likewise.
    static let reloadedInNewer = """
        #<PID>          <type>          <reloads>       <uptime>        <version>      
        2323            master          1 [failed: 0]   0d00h00m02s     3.2.26-1       
        # workers
        2429            worker          0               0d00h00m01s     3.2.26-1       
        # old workers
        2331            worker          1               0d00h00m02s     3.2.26-1       


        """

    /// Recorded from HAProxy 3.2.26, likewise: the worker that goes on is an old one.
    static let failedInNewer = """
        #<PID>          <type>          <reloads>       <uptime>        <version>      
        2323            master          2 [failed: 1]   0d00h00m02s     3.2.26-1       
        # workers
        # old workers
        2429            worker          1               0d00h00m01s     3.2.26-1       
        2331            worker          2               0d00h00m02s     3.2.26-1       


        """

    private func processes(
        master: Int32 = 1,
        reloads: Int,
        failed: Int = 0,
        workers: [Int32: Int],
        old: [Int32] = [],
    ) throws -> ShowProc {
        func line(_ pid: Int32, _ type: String, _ reloads: String) -> String {
            "\(pid) \(type) \(reloads) 0d00h00m01s 2.6\n"
        }
        return try #require(
            ShowProc(
                parsing: "#<PID> <type>\n" + line(master, "master", "\(reloads) [failed: \(failed)]") + "# workers\n"
                    + workers.map { line($0.key, "worker", "\($0.value)") }.joined() + "# old workers\n"
                    + old.map { line($0, "worker", "1") }.joined() + "# programs\n9 exporter - 0 0d00h00m01s -\n"
            )
        )
    }

    @Test func `the master and its workers are read`() throws {
        let processes = try #require(ShowProc(parsing: Self.reloaded))
        #expect(processes.master == 1769 && processes.reloads == 1 && processes.failed == 0)
        #expect(processes.version == "2.6.12-1+deb12u4")
        #expect(processes.workers == [.init(pid: 2179, reloads: 0)])
        #expect(processes.oldWorkers == [.init(pid: 1772, reloads: 1)])
    }

    @Test(arguments: ["", "Unknown command. Please enter one of the following commands only:\n  help\n", "# workers\n"])
    func `what is no answer of a master is none`(answer: String) {
        #expect(ShowProc(parsing: answer) == nil)
    }

    @Test(arguments: [(reloaded, failed, [Int32(2179)]), (reloadedInNewer, failedInNewer, [2429, 2331])])
    func `a failed reload is seen, in the words of every version`(good: String, bad: String, serving: [Int32]) throws {
        let before = try #require(ShowProc(parsing: good))
        let now = try #require(ShowProc(parsing: bad))
        #expect(now.progress(since: before) == .failed(serving: serving))
        // The one that goes on does not drain.
        #expect(before.draining == 1 && now.draining == 1)
    }

    @Test func `a reload is proven by a new worker of the same master`() throws {
        let before = try processes(reloads: 3, workers: [10: 0])
        #expect(before.progress(since: before) == .unheard)
        #expect(try processes(reloads: 4, workers: [10: 1]).progress(since: before) == .begun)
        #expect(try processes(reloads: 4, workers: [11: 0], old: [10]).progress(since: before) == .workers([11]))
    }

    @Test func `a reload that follows a failed one is told from it`() throws {
        let before = try processes(reloads: 3, failed: 2, workers: [10: 2])
        #expect(before.progress(since: before) == .unheard)
        let again = try processes(reloads: 4, failed: 3, workers: [10: 3])
        #expect(again.progress(since: before) == .failed(serving: [10]))
        #expect(try processes(reloads: 4, workers: [11: 0]).progress(since: before) == .workers([11]))
    }

    @Test func `a restart is as good as a reload`() throws {
        let before = try processes(master: 1, reloads: 3, workers: [10: 0])
        #expect(try processes(master: 2, reloads: 0, workers: [20: 0]).progress(since: before) == .workers([20]))
        #expect(try processes(master: 2, reloads: 0, workers: [20: 0]).progress(since: nil) == .workers([20]))
    }
}

@Suite struct ReloadAnswerTests {
    @Test func `success comes with the log of the start`() {
        #expect(
            ReloadAnswer(parsing: "Success=1\n--\n[NOTICE]   (1) : Loading success.\n")
                == .succeeded(log: "[NOTICE]   (1) : Loading success.\n")
        )
        #expect(ReloadAnswer(parsing: "Success=1\n\n") == .succeeded(log: ""))
    }

    @Test func `failure comes with what was wrong`() {
        let log = """
            [NOTICE]   (16578) : haproxy version is 3.0.11
            [ALERT]    (16578) : config : parsing [haproxy.cfg:1]: unknown keyword 'foo' out of section.
            [ALERT]    (16578) : config : Fatal errors found in configuration.
            """
        #expect(ReloadAnswer(parsing: "Success=0\n--\n\(log)") == .failed(log: log))
        #expect(firstAlert(in: log) == "parsing [haproxy.cfg:1]: unknown keyword 'foo' out of section.")
        #expect(firstAlert(in: "[NOTICE] (1) : fine") == nil)
    }

    @Test(arguments: ["", "\n", "\n\n"]) func `2 point 6 says nothing`(answer: String) {
        #expect(ReloadAnswer(parsing: answer) == .silent)
    }
}

@Suite struct ConfigurationPathTests {
    @Test(arguments: [
        ("haproxy -W -db -S /m.sock -f haproxy.cfg", ["haproxy.cfg"]),
        ("haproxy -Ws -f /etc/a.cfg -f /etc/conf.d -p /run/pid -sf 12 13", ["/etc/a.cfg", "/etc/conf.d"]),
        ("haproxy -W -- a.cfg b.cfg", ["a.cfg", "b.cfg"]), ("haproxy -f", []), ("", []),
    ]) func `what HAProxy reads is told by its command line`(line: String, paths: [String]) {
        #expect(configurationPaths(inCommandLine: line.split(separator: " ").map(String.init)) == paths)
    }
}
