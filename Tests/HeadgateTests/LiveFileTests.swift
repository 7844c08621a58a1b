import Balancers
import TestSupport
import Testing

/// Maps, ACLs and certificates of HAProxy changed by the built headgate without a reload.
@Suite(.tags(.haproxy), .timeLimit(.minutes(5)), .serialized) struct LiveFileTests {
    @Test func `a map is changed live, and written`() async throws {
        try await LiveScene.withFiles { scene, haproxy, _, _ in
            try await scene.run { headgate in
                #expect(HTTPProbe.get("/map", port: scene.front)?.body == "blue")
                let hosts = "# hosts\ntest  red; and # \\more \nthird green\nfourth green\n"
                try scene.register(keys: ["hosts.map": hosts])
                try #require(await headgate.log.wait(for: "applied live"), "\(headgate.log.text)")
                #expect(HTTPProbe.get("/map", port: scene.front)?.body == "red; and # \\more")
                #expect(scene.workspace.read("hosts.map") == hosts)
                let line = headgate.log.lines.first { $0.contains("applied live") } ?? ""
                #expect(line.contains("map hosts.map 2 entries added, 1 removed, 1 changed"), "\(line)")
                #expect(haproxy.log.count(containing: "Reloading HAProxy") == 0)
            }
        }
    }

    /// What somebody has made of the map: the one command for a change is refused, or does not do.
    @Test(arguments: ["del map PATH test", "set map PATH other red", "add map PATH test green"])
    func `a map that somebody else has changed is put right by one reload`(_ deed: String) async throws {
        try await LiveScene.withFiles { scene, haproxy, _, _ in
            try await scene.run { headgate in
                let socket = RuntimeSocket(path: scene.workspace.file("admin.sock"))
                let command = deed.replacing("PATH", with: scene.workspace.file("hosts.map"))
                #expect(try await socket.ask(command, within: .seconds(5)) == "\n")
                try scene.register(keys: ["hosts.map": "test red\nother green\n"])
                try #require(await headgate.log.wait(for: " reloaded "), "\(headgate.log.text)")
                let entries = try await socket.ask("show map \(scene.workspace.file("hosts.map"))", within: .seconds(5))
                    .split(separator: "\n").map { $0.split(separator: " ").dropFirst().joined(separator: " ") }
                #expect(entries == ["test red", "other green"])
                #expect(haproxy.log.count(containing: "Reloading HAProxy") == 1)
            }
        }
    }

    @Test func `an ACL is changed live, and emptied`() async throws {
        try await LiveScene.withFiles { scene, haproxy, _, _ in
            try await scene.run { headgate in
                try scene.register(keys: ["listed.acl": "nobody\ntest\na b;c\n"])
                try #require(await headgate.log.wait(for: "applied live"), "\(headgate.log.text)")
                #expect(HTTPProbe.get("/acl", port: scene.front)?.body == "listed")
                try scene.register(keys: ["listed.acl": "# nobody\n"])
                try #require(await headgate.log.wait(for: "applied live", times: 2), "\(headgate.log.text)")
                #expect(HTTPProbe.get("/acl", port: scene.front)?.body != "listed")
                #expect(haproxy.log.count(containing: "Reloading HAProxy") == 0)
            }
        }
    }

    @Test func `a certificate is changed live, and nobody is shown its key`() async throws {
        try await LiveScene.withFiles { scene, haproxy, port, certificates in
            #expect(try await SelfSignedCertificate.serial(port: port) == certificates[0].serial)
            let key = certificates[1].pem.split(separator: "\n").suffix(4)
            try scene.register(keys: ["edge.pem": "subject=b\n\n" + certificates[1].pem])
            for arguments in [["plan"], ["plan", "--json"]] {
                let plan = try await execute(
                    Installed.headgate,
                    arguments + ["--config", scene.workspace.file("headgate.yaml")]
                )
                #expect(plan.output.contains("certificate edge.pem replaced"), "\(plan.output)")
                #expect(!key.contains { plan.output.contains($0) }, "\(plan.output)")
            }
            try scene.register()
            try await scene.run { headgate in
                try scene.register(keys: ["edge.pem": "subject=b\n\n" + certificates[1].pem])
                try #require(await headgate.log.wait(for: "applied live"), "\(headgate.log.text)")
                #expect(try await SelfSignedCertificate.serial(port: port) == certificates[1].serial)
                #expect(!key.contains { headgate.log.text.contains($0) }, "\(headgate.log.text)")
                #expect(haproxy.log.count(containing: "Reloading HAProxy") == 0)
            }
            let history = try await scene.workspace.headgate("history", "2")
            #expect(!key.contains { history.output.contains($0) }, "\(history.output)")
        }
    }

    @Test func `files and servers change in one live delivery, which plan tells`() async throws {
        try await LiveScene.withFiles { scene, haproxy, port, certificates in
            let changes = [
                "hosts.map": "test red\nother green\n", "listed.acl": "nobody\ntest\n", "edge.pem": certificates[1].pem,
            ]
            try scene.register([.init(id: "a", server: 0), .init(id: "c", server: 2)], keys: changes)
            let words =
                "1 server added, 1 removed; certificate edge.pem replaced; map hosts.map 1 entry changed; "
                + "ACL listed.acl 1 entry added"
            let plan = try await scene.workspace.headgate("plan")
            #expect(plan.output.contains("edge: live: \(words)\n"), "\(plan.output)")
            #expect(plan.output.contains("    live:   map hosts.map 1 entry changed\n"), "\(plan.output)")
            let json = try await scene.workspace.headgate("plan", "--json")
            let command = "set map \(scene.workspace.file("hosts.map")) test red"
            #expect(json.output.contains(command), "\(json.output)")
            try scene.register()
            try await scene.run { headgate in
                try scene.register([.init(id: "a", server: 0), .init(id: "c", server: 2)], keys: changes)
                try #require(await headgate.log.wait(for: "applied live"), "\(headgate.log.text)")
                #expect(headgate.log.text.contains(words), "\(headgate.log.text)")
                #expect(HTTPProbe.get("/map", port: scene.front)?.body == "red")
                #expect(HTTPProbe.get("/acl", port: scene.front)?.body == "listed")
                #expect(try await SelfSignedCertificate.serial(port: port) == certificates[1].serial)
                #expect(try await scene.differences() == [])
                #expect(headgate.log.count(containing: "applied live") == 1)
                #expect(haproxy.log.count(containing: "Reloading HAProxy") == 0)
            }
        }
    }

    @Test func `a comment in a map is written, and nothing is run`() async throws {
        try await LiveScene.withFiles { scene, haproxy, _, _ in
            try await scene.run { headgate in
                try scene.register(keys: ["hosts.map": "# hosts\ntest blue\nother   green\n"])
                try #require(await headgate.log.wait(for: " written "), "\(headgate.log.text)")
                #expect(scene.workspace.read("hosts.map")?.hasPrefix("# hosts") == true)
                #expect(haproxy.log.count(containing: "Reloading HAProxy") == 0)
            }
        }
    }

    @Test func `another file is a reload, which takes maps with it`() async throws {
        try await LiveScene.withFiles { scene, haproxy, _, _ in
            try await scene.run { headgate in
                try scene.register(keys: ["503.http": "HTTP/1.0 503 Gone\r\n\r\n", "hosts.map": "test red\n"])
                try #require(await headgate.log.wait(for: " reloaded "), "\(headgate.log.text)")
                let line = headgate.log.lines.first { $0.contains(" reloaded ") } ?? ""
                #expect(line.contains("not live: 503.http: changed, and is named for what does not"), "\(line)")
                #expect(HTTPProbe.get("/map", port: scene.front)?.body == "red")
                #expect(haproxy.log.count(containing: "Reloading HAProxy") == 1)
            }
        }
    }

    @Test func `a map that is new in the configuration is a reload`() async throws {
        try await LiveScene.withFiles { scene, haproxy, _, _ in
            try await scene.run { headgate in
                let line = "http-request set-header x %[src,map(\(scene.workspace.file("hosts.map")))]"
                try scene.register(frontend: line, keys: ["hosts.map": "test red\n"])
                try #require(await headgate.log.wait(for: " reloaded "), "\(headgate.log.text)")
                #expect(headgate.log.text.contains("not live: frontend in: "), "\(headgate.log.text)")
                #expect(HTTPProbe.get("/map", port: scene.front)?.body == "red")
                try scene.register(frontend: line, keys: ["hosts.map": "test blue\n"])
                #expect(await headgate.log.wait(for: "applied live"), "\(headgate.log.text)")
                #expect(haproxy.log.count(containing: "Reloading HAProxy") == 1)
            }
        }
    }

    /// What finds it out: the check, or HAProxy itself where the check reads the certificate from where it lies.
    @Test(arguments: ["check failed", "rolled back"])
    func `a certificate whose key is another's is refused, and the old one goes on`(_ end: String) async throws {
        try await LiveScene.withFiles { scene, haproxy, port, certificates in
            if end == "check failed" {
                let path = scene.workspace.file("haproxy.cfg")
                try scene.workspace.edit(
                    "headgate.yaml",
                    replacing: #"check: [haproxy, -c, -f, "{staged_dir}/haproxy.cfg"]"#,
                    with: "check: {command: [haproxy, -c, -f, \(path)], isolation: mount}"
                )
            }
            try await scene.run { headgate in
                let tally = try await LoadClient.whileAsking(port: scene.front) { _ in
                    try scene.register(keys: ["edge.pem": certificates[1].mismatched(with: certificates[2])])
                    try #require(await headgate.log.wait(for: end), "\(headgate.log.text)")
                }
                #expect(tally.failures.isEmpty)
                let line = headgate.log.lines.first { $0.contains(end) } ?? ""
                #expect(line.contains("inconsistencies between private key and certificate"), "\(line)")
                #expect(scene.workspace.read("edge.pem") == certificates[0].pem)
                #expect(haproxy.log.count(containing: "Reloading HAProxy") == (end == "rolled back" ? 1 : 0))
                #expect(try await SelfSignedCertificate.serial(port: port) == certificates[0].serial)
                // And it goes on from there.
                try scene.register(keys: ["edge.pem": certificates[2].pem])
                #expect(await headgate.log.wait(for: "applied live"), "\(headgate.log.text)")
                #expect(try await SelfSignedCertificate.serial(port: port) == certificates[2].serial)
            }
        }
    }

    @Test func `of a sensitive target only names and numbers are told`() async throws {
        try await LiveScene.withFiles(target: "sensitive: true") { scene, _, _, _ in
            try scene.register(keys: ["hosts.map": "test hidden\n"])
            let plan = try await scene.workspace.headgate("plan", "--json")
            #expect(plan.output.contains("map hosts.map 1 entry removed, 1 changed"), "\(plan.output)")
            #expect(!plan.output.contains("hidden") && !plan.output.contains("map /"), "\(plan.output)")
            try await scene.workspace.withHeadgate { headgate in
                try #require(await headgate.log.wait(for: "applied live"), "\(headgate.log.text)")
                #expect(HTTPProbe.get("/map", port: scene.front)?.body == "hidden")
                #expect(!headgate.log.text.contains("hidden"), "\(headgate.log.text)")
            }
        }
    }
}
