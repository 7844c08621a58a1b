import Controller
import Delivery
import Settings
import State
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// A fault at each step of a delivery: what is in force afterwards, that headgate knows it, and that it comes to rights by
/// itself when the fault is over.
@Suite("A fault at a step of a delivery", .timeLimit(.minutes(3)))
struct FaultTableTests {
    /// A row of the table.
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        /// What the files hold and the balancer runs while the fault lasts, and the state that `status` shows.
        var files = "old old"
        var running = "oldold"
        var state: StatusReport.Target.State = .failed
        /// What `status` says about it has this in it.
        var says: String
        var reloads: Int
        var check: CheckSettings?
        var plants: String?
        var breaksTemplate = false
        var fault: @Sendable (FileFault.Operation, String) -> FileFault? = { _, _ in nil }
        var stateFault: @Sendable (FileFault.Operation, String) -> FileFault? = { _, _ in nil }

        var testDescription: String { name }
    }

    static let rows = [
        Row(name: "render: the template fails", state: .templateFault, says: "no", reloads: 1, breaksTemplate: true),
        Row(
            name: "stage: no space left",
            says: "No space left",
            reloads: 1,
            fault: { operation, path in
                operation == .create && path.contains("/.b.conf") ? FileFault(.create, path, .noSpace) : nil
            }
        ),
        Row(
            name: "check: refuses",
            says: "new is bad",
            reloads: 1,
            check: CheckSettings(
                CommandSettings(
                    // The shadow directory has what lies beside the files, too.
                    .shell(
                        "test ! -e {staged_dir}/picky || ! grep -q new {staged_dir}/a.conf || { echo new is bad; exit 1; }"
                    )
                )
            ),
            plants: "picky"
        ),
        Row(
            name: "rename 2 of 2: fails",
            says: "rename",
            reloads: 1,
            fault: { operation, path in
                operation == .rename && path.hasSuffix("/b.conf") ? FileFault(.rename, path, .ioError) : nil
            }
        ),
        Row(
            name: "fsync of the directory: fails",
            says: "sync",
            reloads: 1,
            fault: { operation, path in operation == .synchronize ? FileFault(.synchronize, path, .ioError) : nil }
        ),
        Row(name: "reload: exit status 1", says: "exit status 1", reloads: 3, plants: "refuse"),
        Row(name: "reload: hangs", says: "no end within 1 s", reloads: 3, plants: "hang"),
        Row(
            name: "state_dir: full",
            files: "new new",
            running: "newnew",
            state: .inForce,
            says: "",
            reloads: 2,
            stateFault: { operation, path in
                operation == .write || operation == .create ? FileFault(operation, path, .noSpace) : nil
            }
        ),
    ]

    private static let printed = Mutex(false)

    @Test("leaves a known revision in force, is told, and is got over", arguments: rows)
    func row(row: Row) async throws {
        try await Workspace.with { workspace in
            let scene = FaultScene(workspace, check: row.check, fault: row.fault, stateFault: row.stateFault)
            try scene.register("old")
            try await scene.run { controller in
                #expect(await controller.waits(for: .inForce))
                #expect(workspace.read("running") == "oldold")
                if let file = row.plants { try workspace.write(file, "") }
                scene.isFaulty.store(true, ordering: .relaxed)
                try scene.register("new", isBroken: row.breaksTemplate)
                await expect(controller) {
                    await controller.target?.state == row.state && scene.files == row.files
                        && workspace.read("running") == row.running
                }
                let target = try #require(await controller.target)
                #expect(workspace.read("running") == row.running)
                #expect(workspace.read("reloads")?.split(separator: "\n").count ?? 0 >= row.reloads)
                #expect(target.fault?.contains(row.says) ?? row.says.isEmpty, "\(target.fault ?? "-")")
                if row.name.hasPrefix("state_dir") {
                    #expect(scene.stateFaults.withLock { $0.contains("state_file") })
                }
                Self.tell(row, target)

                scene.isFaulty.store(false, ordering: .relaxed)
                if let file = row.plants { _ = try await execute("rm", [workspace.file(file)]) }
                if row.breaksTemplate { try scene.register("new") }
                await expect(controller) {
                    await controller.target?.state == .inForce && workspace.read("running") == "newnew"
                }
                #expect(scene.files == "new new")
            }
        }
    }

    @Test("of the state directory that is cut off somewhere costs no file and no request")
    func tornState() async throws {
        try await Workspace.with { workspace in
            let scene = FaultScene(workspace)
            try scene.register("old")
            try await scene.run { controller in #expect(await controller.waits(for: .inForce)) }
            let targets = workspace.names(in: "state").filter { $0.count == 16 }.flatMap { one in
                workspace.names(in: "state/\(one)/targets").map { "state/\(one)/targets/\($0)" }
            }
            let journal = "\(try #require(targets.first))/journal"
            let whole = try #require(workspace.read(journal))
            for length in [whole.utf8.count - 5, whole.utf8.count / 2, 30] {
                try workspace.write(journal, String(whole.prefix(length)))
                let reloads = workspace.read("reloads")
                try await scene.run { controller in
                    #expect(await controller.waits(for: .inForce), "cut at \(length)")
                    #expect(workspace.read("running") == "oldold")
                }
                // What cannot be proven is at most reloaded once more.
                let more =
                    (workspace.read("reloads") ?? "").split(separator: "\n").count
                    - (reloads ?? "").split(separator: "\n").count
                #expect(more <= 1, "cut at \(length)")
            }
            try scene.register("new")
            try await scene.run { controller in
                #expect(await eventually { workspace.read("running") == "newnew" })
                let target = try #require(await controller.target)
                Self.tell(
                    Row(
                        name: "state_dir: torn",
                        files: "new new",
                        running: "newnew",
                        state: .inForce,
                        says: "",
                        reloads: 0
                    ),
                    target
                )
            }
        }
    }

    @Test("of the clock, which is set back, changes nothing but the times in the history")
    func clockSetBack() async throws {
        try await Workspace.with { workspace in
            let scene = FaultScene(workspace)
            let time = Mutex<Int64>(2_000_000_000)
            try scene.register("old")
            try await scene.run(now: { time.withLock { $0 } }) { controller in
                #expect(await controller.waits(for: .inForce))
                for (step, id) in ["new", "newer"].enumerated() {
                    time.withLock { $0 = 1_000_000_000 - Int64(step) * 1_000_000 }
                    try scene.register(id)
                    #expect(await eventually { workspace.read("running") == "\(id)\(id)" })
                }
                #expect(await eventually { await controller.target?.state == .inForce })
                let target = try #require(await controller.target)
                Self.tell(
                    Row(
                        name: "clock: set back by 30 years",
                        files: "newer newer",
                        running: "newernewer",
                        state: .inForce,
                        says: "",
                        reloads: 0
                    ),
                    target
                )
            }
        }
    }

    /// NGINX: the reload's command says 0, and the port is taken; and then there is no NGINX any more.
    @Test("of a real balancer: it says 0 but its port is taken, and it is gone")
    func realBalancer() async throws {
        try await Workspace.with { workspace in
            let port = LoopbackPorts.free(1)[0]
            let taken = try #require(LoopbackPorts.Taken())
            try workspace.write(
                "nginx.conf",
                """
                daemon off; worker_processes 1; pid \(workspace.file("nginx.pid")); error_log \(workspace.file("error.log")) notice;
                events {}
                http {
                    access_log off;
                    \(["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(workspace.path)/tmp;" }.joined(separator: " "))
                    include \(workspace.file("a.conf"));
                }
                """
            )
            let command = ["nginx", "-c", workspace.file("nginx.conf"), "-e", workspace.file("error.log")]
            let reload = ReloadSettings(
                command: CommandSettings(.arguments(command + ["-s", "reload"])),
                proof: .workers(pidFile: workspace.file("nginx.pid"), errorLog: workspace.file("error.log"))
            )
            let scene = FaultScene(
                workspace,
                reload: reload,
                template:
                    #"{{ range service "web" }}server { listen 127.0.0.1:{{ .Port }}; return 200 "{{ .ID }}"; }{{ end }}"#
            )
            try scene.register("old", port: port)
            try workspace.write("a.conf", "server { listen 127.0.0.1:\(port); return 200 \"first\"; }")
            let nginx = Mutex(
                try SpawnedProgram(command[0], Array(command.dropFirst()), output: workspace.file("nginx.log"))
            )
            try await scene.run { controller in
                #expect(await controller.waits(for: .inForce))
                #expect(await eventually { HTTPProbe.get(port: port)?.body == "old" })
                try scene.register("new", port: taken.port)
                #expect(await controller.waits(for: .failed))
                var target = try #require(await controller.target)
                #expect(
                    target.fault?.contains("bind() to 127.0.0.1:\(taken.port) failed") == true,
                    "\(target.fault ?? "-")"
                )
                #expect(scene.files.contains("\"old\"") && !scene.files.contains("\"new\""))
                #expect(HTTPProbe.get(port: port)?.body == "old")
                Self.tell(Row(name: "reload: says 0, the port is taken", says: "", reloads: 0), target)

                await nginx.withLock { $0 }.terminate()
                try scene.register("newer", port: port)
                #expect(await controller.waits(for: .degraded))
                target = try #require(await controller.target)
                #expect(scene.files.contains("\"old\"") && !scene.files.contains("\"newer\""))
                #expect(target.fault?.contains("NGINX is not running") == true, "\(target.fault ?? "-")")
                Self.tell(
                    Row(
                        name: "reload: the balancer is dead",
                        running: "nothing",
                        state: .degraded,
                        says: "",
                        reloads: 0
                    ),
                    target
                )
                // Whoever starts it again starts it with the files that were in force, and the new ones follow.
                let again = try SpawnedProgram(
                    command[0],
                    Array(command.dropFirst()),
                    output: workspace.file("nginx.log")
                )
                nginx.withLock { $0 = again }
                await expect(controller) { HTTPProbe.get(port: port)?.body == "newer" }
            }
            await nginx.withLock { $0 }.terminate()
        }
    }

    /// Waits for something that has to come, within a minute; says how the target is if it does not.
    private func expect(_ controller: Controller, _ condition: @Sendable () async -> Bool) async {
        let hasCome = await eventually(within: .seconds(60), condition)
        let target = await controller.target
        #expect(hasCome, "\(String(describing: target))")
    }

    /// The table, in the tests' output.
    private static func tell(_ row: Row, _ target: StatusReport.Target) {
        func column(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(1, width - text.count))
        }
        let head = printed.withLock { told in
            defer { told = true }
            return !told
        }
        if head {
            print(
                "fault | " + column("planted", 34) + column("files", 14) + column("runs", 12) + column("status", 15)
                    + "fault in status"
            )
        }
        let fault = (target.fault ?? "-").split(separator: "\n").first.map(String.init) ?? "-"
        print(
            "fault | " + column(row.name, 34) + column(row.files, 14) + column(row.running, 12)
                + column(target.state.rawValue, 15) + fault.prefix(110)
        )
    }
}
