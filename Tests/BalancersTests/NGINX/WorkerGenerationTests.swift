import Balancers
import TestSupport
import Testing

@Suite struct WorkerGenerationTests {
    private static let before = WorkerGeneration(master: 1, serving: [10, 11], leaving: [9])

    @Test(arguments: [
        ("nothing happened", WorkerGeneration(master: 1, serving: [10, 11], leaving: [9]), false),
        ("the new ones are there, the old ones not told yet", .init(master: 1, serving: [10, 11, 12, 13]), false),
        ("one crashed and was replaced", .init(master: 1, serving: [11, 12]), false),
        ("all new, the old ones leave", .init(master: 1, serving: [12, 13], leaving: [9, 10, 11]), true),
        ("all new, the old ones are gone", .init(master: 1, serving: [12]), true),
        ("another master after a restart", .init(master: 2, serving: [20]), true),
        ("a master without workers", .init(master: 1, serving: [], leaving: [10, 11]), false),
    ]) func `a generation is new when all that serve are`(what: String, now: WorkerGeneration, isNew: Bool) {
        #expect(now.isNew(since: Self.before) == isNew, "\(what)")
    }

    @Test func `without a master before, any workers are new`() {
        #expect(WorkerGeneration(master: 1, serving: [10]).isNew(since: nil))
        #expect(!WorkerGeneration(master: 1, serving: []).isNew(since: nil))
    }

    /// A /proc with NGINX and others in it.
    private func withProcesses(_ body: @Sendable (Workspace, ProcessTable) throws -> Void) async throws {
        try await Workspace.with { workspace in
            func process(_ pid: Int, parent: Int, _ title: String, name: String = "nginx") throws {
                try workspace.makeDirectory("\(pid)")
                try workspace.write("\(pid)/cmdline", title)
                try workspace.write("\(pid)/stat", "\(pid) (\(name)) S \(parent) 1 1 0 -1 4194624 164 0 1")
            }
            try workspace.makeDirectory("self")
            try process(100, parent: 1, "nginx: master process nginx -c /etc/nginx/nginx.conf\0")
            try process(101, parent: 100, "nginx: worker process\0\0\0\0\0")
            try process(102, parent: 100, "nginx: worker process is shutting down\0\0", name: "a ) S 7 (")
            try process(103, parent: 100, "nginx: cache manager process\0")
            try process(104, parent: 100, "")
            try process(201, parent: 200, "nginx: worker process\0")
            try process(300, parent: 1, "bash\0-c\0nginx: worker process\0")
            try body(workspace, ProcessTable(root: workspace.path))
        }
    }

    @Test func `workers are the master's children by their titles`() async throws {
        try await withProcesses { workspace, processes in
            try workspace.write("nginx.pid", "100\n")
            #expect(
                WorkerGeneration(pidFile: workspace.file("nginx.pid"), in: processes)
                    == WorkerGeneration(master: 100, serving: [101], leaving: [102])
            )
        }
    }

    @Test(arguments: [nil, "", "\n", "300\n", "999\n", "x"])
    func `a pid file without a master means that NGINX is not running`(text: String?) async throws {
        try await withProcesses { workspace, processes in
            if let text { try workspace.write("nginx.pid", text) }
            #expect(WorkerGeneration(pidFile: workspace.file("nginx.pid"), in: processes) == nil)
        }
    }
}

@Suite struct ErrorLogTailTests {
    @Test func `only lines since the beginning are told`() async throws {
        try await Workspace.with { workspace in
            let path = workspace.file("error.log")
            #expect(ErrorLogTail(path: path).newLines.isEmpty)
            try workspace.write("error.log", "old\n")
            let tail = ErrorLogTail(path: path)
            #expect(tail.newLines.isEmpty)
            // In place, as NGINX appends.
            try workspace.write("error.log", "old\nnew 1\nnew 2\n")
            #expect(tail.newLines == ["new 1", "new 2"])
        }
    }

    @Test func `a log that was rotated is told from its beginning`() async throws {
        try await Workspace.with { workspace in
            try workspace.write("error.log", "a long old line\n")
            let tail = ErrorLogTail(path: workspace.file("error.log"))
            try workspace.replace("error.log", "a new line, of the new file\n")
            #expect(tail.newLines == ["a new line, of the new file"])
        }
    }

    @Test func `the master's first emergency is the reason`() {
        let lines = [
            "2026/11/26 09:06:01 [emerg] 7#7: unknown directive \"foo\" in /etc/nginx/nginx.conf:5",
            "2026/11/26 09:06:02 [notice] 100#100: signal 1 (SIGHUP) received, reconfiguring",
            "2026/11/26 09:06:02 [emerg] 100#100: bind() to 127.0.0.1:80 failed (98: Address already in use)",
            "2026/11/26 09:06:04 [emerg] 100#100: still could not bind()",
        ]
        #expect(emergency(of: 100, in: lines) == "bind() to 127.0.0.1:80 failed (98: Address already in use)")
        #expect(emergency(of: 100, in: [lines[3]]) == "still could not bind()")
        #expect(emergency(of: 10, in: lines) == nil)
    }
}
