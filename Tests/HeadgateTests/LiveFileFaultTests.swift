import Balancers
import Synchronization
import TestSupport
import Testing

/// What goes wrong while a map, an ACL or a certificate is replaced, planted by a socket between headgate and HAProxy.
@Suite(.tags(.haproxy), .timeLimit(.minutes(5)), .serialized) struct LiveFileFaultTests {
    struct Fault: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// The command at which it happens.
        var command: String
        /// Whether the command reaches HAProxy.
        var isHeard = true
        /// What is answered; nil: what HAProxy answers.
        var answer: String?
        /// Whether HAProxy reloads before the command.
        var restarts = false
        /// What the line of the reload says of it.
        var words: String
    }

    static let faults = [
        Fault(
            testDescription: "a map's entries are refused",
            command: "add map",
            isHeard: false,
            answer: "Out of memory error.\n\n",
            words: "answered `Out of memory error.` to `add map @1 "
        ),
        Fault(
            testDescription: "the answer to a map's entries is cut",
            command: "add map",
            answer: "",
            words: "answer ended before that to `add map @1 "
        ),
        Fault(
            testDescription: "HAProxy restarts between the commands for a map",
            command: "add map",
            restarts: true,
            words: "to `add map @1 "
        ),
        Fault(
            testDescription: "HAProxy restarts before a map is read back",
            command: "show map /",
            restarts: true,
            words: "after the live change the running HAProxy"
        ),
        Fault(
            testDescription: "a map has other entries afterwards",
            command: "show map /",
            answer: "0x1 test blue\n\n",
            words: "hosts.map has other entries than the file"
        ),
        Fault(
            testDescription: "an ACL's commit is refused",
            command: "commit acl",
            isHeard: false,
            answer: "Version number out of range.\n\n",
            words: "answered `Version number out of range.` to `commit acl @1 "
        ),
        Fault(
            testDescription: "HAProxy restarts between the commands for a certificate",
            command: "commit ssl cert",
            restarts: true,
            words: "answered `No ongoing transaction"
        ),
        Fault(
            testDescription: "another certificate is in use afterwards",
            command: "show ssl cert /",
            answer: "SHA1 FingerPrint: AB\n\n",
            words: "edge.pem is another certificate than that of the file"
        ),
    ]

    @Test(arguments: faults)
    func `one reload, nothing lost, and the reason in its line`(_ fault: Fault) async throws {
        try await LiveScene.withFiles(socket: "lying.sock") { scene, haproxy, port, certificates in
            let real = RuntimeSocket(path: scene.workspace.file("admin.sock"))
            let isLying = Atomic(false)
            let log = Mutex<[String]>([])
            try await LyingSocket.with(scene.workspace.file("lying.sock")) { line in
                func honest() async -> String { (try? await real.ask(line, within: .seconds(5))) ?? "" }
                log.withLock { $0.append(line) }
                guard line.hasPrefix(fault.command),
                    isLying.compareExchange(expected: true, desired: false, ordering: .relaxed).exchanged
                else { return await honest() }
                if fault.restarts {
                    _ = try? await scene.master.reload(within: .seconds(20))
                    // 2.6 does not wait for it.
                    _ = await eventually { haproxy.log.count(containing: "Loading success") == 2 }
                }
                let answer = fault.isHeard ? await honest() : ""
                return fault.answer ?? answer
            } _: {
                try await scene.run { headgate in
                    isLying.store(true, ordering: .relaxed)
                    let tally = try await LoadClient.whileAsking(port: scene.front) { _ in
                        try scene.register(keys: [
                            "hosts.map": "test red\n", "listed.acl": "test\n", "edge.pem": certificates[1].pem,
                        ])
                        try #require(await headgate.log.wait(for: " reloaded "), "\(headgate.log.text)")
                    }
                    #expect(tally.failures.isEmpty)
                    let line = headgate.log.lines.first { $0.contains(" reloaded ") } ?? ""
                    #expect(line.contains(fault.words), "\(line)")
                    #expect(headgate.log.count(containing: " reloaded ") == 1)
                    #expect(haproxy.log.count(containing: "Reloading HAProxy") == (fault.restarts ? 2 : 1))
                    #expect(HTTPProbe.get("/map", port: scene.front)?.body == "red")
                    #expect(HTTPProbe.get("/acl", port: scene.front)?.body == "listed")
                    #expect(try await SelfSignedCertificate.serial(port: port) == certificates[1].serial)
                    // And it goes on from there.
                    try scene.register(keys: [
                        "hosts.map": "test blue\n", "listed.acl": "test\n", "edge.pem": certificates[1].pem,
                    ])
                    #expect(await headgate.log.wait(for: "applied live"), "\(headgate.log.text)")
                    #expect(HTTPProbe.get("/map", port: scene.front)?.body == "blue")
                }
            }
        }
    }

    @Test(arguments: ["add map", "commit map", "show map /"])
    func `killed in the middle, the next start is wholly old or new, and in force`(_ moment: String) async throws {
        try await LiveScene.withFiles(socket: "lying.sock") { scene, haproxy, _, _ in
            let real = RuntimeSocket(path: scene.workspace.file("admin.sock"))
            let victim = Mutex<RunningProcess?>(nil)
            try await LyingSocket.with(scene.workspace.file("lying.sock")) { line in
                if line.hasPrefix(moment) { victim.withLock { $0?.signal(.kill) } }
                return (try? await real.ask(line, within: .seconds(5))) ?? ""
            } _: {
                let changes = ["hosts.map": "test red\n", "listed.acl": "test\n"]
                try await scene.run { headgate in
                    victim.withLock { $0 = headgate }
                    try scene.register(keys: changes)
                    #expect(await eventually { !headgate.isAlive })
                }
                victim.withLock { $0 = nil }
                #expect((scene.workspace.read("hosts.map") == "test red\n") == (moment == "show map /"))
                try await scene.workspace.withHeadgate { headgate in
                    let isInStep = await eventually {
                        scene.workspace.read("hosts.map") == "test red\n"
                            && headgate.log.lines.contains {
                                $0.contains(" reloaded ") || $0.contains(" applied live ")
                            }
                    }
                    try #require(isInStep, "\(headgate.log.text)")
                    #expect(haproxy.log.count(containing: "Reloading HAProxy") == 1, "\(headgate.log.text)")
                    #expect(HTTPProbe.get("/map", port: scene.front)?.body == "red")
                    #expect(HTTPProbe.get("/acl", port: scene.front)?.body == "listed")
                }
            }
        }
    }

    @Test func `HAProxy killed between the commands starts with the new files`() async throws {
        try await LiveScene.withFiles(socket: "lying.sock") { scene, haproxy, _, _ in
            let real = RuntimeSocket(path: scene.workspace.file("admin.sock"))
            let isArmed = Atomic(true)
            try await LyingSocket.with(scene.workspace.file("lying.sock")) { line in
                if line.hasPrefix("commit map"), isArmed.exchange(false, ordering: .relaxed) {
                    for worker in (try? await scene.processes().workers) ?? [] {
                        try? ProcessSignal.send(.kill, to: worker.pid)
                    }
                    haproxy.signal(.kill)
                }
                return (try? await real.ask(line, within: .seconds(5))) ?? ""
            } _: {
                try await scene.run { headgate in
                    try scene.register(keys: ["hosts.map": "test red\n"])
                    try #require(await headgate.log.wait(for: " written "), "\(headgate.log.text)")
                    #expect(scene.workspace.read("hosts.map") == "test red\n")
                    let arguments = [
                        "-W", "-db", "-S", scene.workspace.file("master.sock"), "-f",
                        scene.workspace.file("haproxy.cfg"),
                    ]
                    try await withRunning("haproxy", arguments) { _ in
                        #expect(await eventually { HTTPProbe.get("/map", port: scene.front)?.body == "red" })
                        try scene.register(keys: ["hosts.map": "test blue\n"])
                        #expect(await eventually { HTTPProbe.get("/map", port: scene.front)?.body == "blue" })
                    }
                }
            }
        }
    }
}
