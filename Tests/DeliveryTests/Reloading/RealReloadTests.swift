import Delivery
import Settings
import State
import TestSupport
import Testing

@Suite("The reload of a real HAProxy", .tags(.realBalancer), .timeLimit(.minutes(2)))
struct RealHAProxyReloadTests {
    @Test("that takes the files is proven by a new worker", arguments: RealHAProxy.Way.allCases)
    func good(way: RealHAProxy.Way) async throws {
        try await RealHAProxy.with { haproxy in
            let deliverer = try haproxy.workshop.deliverer()
            for text in ["two", "three", "four"] {
                let outcome = try await haproxy.deliver(
                    RealHAProxy.configuration(answering: text, on: haproxy.front),
                    by: way,
                    with: deliverer
                )
                #expect(outcome.result == .reloaded, "\(outcome)")
                #expect(outcome.proof?.contains("a new worker") == true, "\(outcome)")
                // In force means that a client that comes now gets it.
                #expect(haproxy.answer == text)
            }
        }
    }

    @Test(
        "that does not understand the files is refused, and the old ones are back",
        arguments: RealHAProxy.Way.allCases
    )
    func parseError(way: RealHAProxy.Way) async throws {
        try await RealHAProxy.with { haproxy in
            let deliverer = try haproxy.workshop.deliverer()
            let good = RealHAProxy.configuration(answering: "two", on: haproxy.front)
            _ = try await haproxy.deliver(good, by: way, with: deliverer)
            let outcome = try await haproxy.deliver(good + "foo bar\n", by: way, with: deliverer)
            guard case .rolledBack = outcome.result else { return #expect(Bool(false), "\(outcome)") }
            #expect(outcome.reload?.verdict.label == "refused" && outcome.secondReload == nil, "\(outcome)")
            #expect(haproxy.workshop.text("etc/haproxy.cfg") == good)
            #expect(haproxy.answer == "two")
            // A reload that follows is told from the failed one.
            let next = RealHAProxy.configuration(answering: "three", on: haproxy.front)
            #expect(try await haproxy.deliver(next, by: way, with: deliverer).result == .reloaded)
        }
    }

    @Test("that meets a port that is taken is refused, though the check passed", arguments: RealHAProxy.Way.allCases)
    func portTaken(way: RealHAProxy.Way) async throws {
        try await RealHAProxy.with { haproxy in
            let taken = try #require(LoopbackPorts.Taken())
            let deliverer = try haproxy.workshop.deliverer()
            let good = RealHAProxy.configuration(answering: "two", on: haproxy.front)
            _ = try await haproxy.deliver(good, by: way, with: deliverer)
            let bad = RealHAProxy.configuration(answering: "three", on: haproxy.front)
                .replacing("    bind", with: "    bind 127.0.0.1:\(taken.port)\n    bind")
            #expect(await isGood(bad, in: haproxy.workshop))
            let outcome = try await haproxy.deliver(bad, by: way, with: deliverer)
            guard case .rolledBack = outcome.result else { return #expect(Bool(false), "\(outcome)") }
            #expect(outcome.reload?.verdict.label == "refused" && outcome.secondReload == nil, "\(outcome)")
            #expect(haproxy.answer == "two")
            withExtendedLifetime(taken) {}
        }
    }

    private func isGood(_ text: String, in workshop: Workshop) async -> Bool {
        guard (try? workshop.write("checked.cfg", text)) != nil else { return false }
        return await SubprocessRunner().run(
            ["haproxy", "-c", "-f", "\(workshop.root)/checked.cfg"],
            timeout: .seconds(20)
        )
        .succeeded
    }

    @Test("that is not running yet is none: the files are there when it starts")
    func notRunning() async throws {
        try await Workshop.open { workshop in
            let front = LoopbackPorts.free(1)[0]
            var settings = ReloadSettings(command: nil, proof: .master(socket: "\(workshop.root)/master.sock"))
            settings.notRunning = .ok
            let outcome = try await workshop.deliver(
                workshop.desired(["haproxy.cfg": RealHAProxy.configuration(answering: "one", on: front)]),
                with: try workshop.deliverer(),
                reload: settings
            )
            #expect(outcome.result == .written, "\(outcome)")
        }
    }

    @Test("whose master has ended is dead: the files are back, and it is tried again")
    func dead() async throws {
        try await RealHAProxy.with { haproxy in
            let deliverer = try haproxy.workshop.deliverer()
            let good = RealHAProxy.configuration(answering: "two", on: haproxy.front)
            _ = try await haproxy.deliver(good, by: .cli, with: deliverer)
            try ProcessSignal.send(.terminate, to: haproxy.pid)
            try #require(await eventually { haproxy.answer == nil })
            let outcome = try await haproxy.deliver(
                RealHAProxy.configuration(answering: "three", on: haproxy.front),
                by: .cli,
                with: deliverer
            )
            guard case .degraded(let reason) = outcome.result else { return #expect(Bool(false), "\(outcome)") }
            #expect(reason.contains("the balancer is gone (nobody listens at"))
            #expect(haproxy.workshop.text("etc/haproxy.cfg") == good)
        }
    }
}

@Suite("The reload of a real NGINX", .tags(.realBalancer), .timeLimit(.minutes(2)))
struct RealNGINXReloadTests {
    private struct Scene: Sendable {
        let workshop: Workshop
        let front: Int

        var answer: String? { HTTPProbe.get(port: front)?.body }

        var settings: ReloadSettings {
            let nginx = "nginx -e '\(workshop.root)/run/error.log' -c '\(workshop.root)/nginx.conf'"
            var settings = ReloadSettings(
                command: CommandSettings(.shell("\(nginx) -s reload"), timeout: .seconds(20)),
                proof: .workers(
                    pidFile: "\(workshop.root)/run/nginx.pid",
                    errorLog: "\(workshop.root)/run/error.log"
                )
            )
            settings.notRunning = .ok
            return settings
        }

        func deliver(_ text: String, with deliverer: Deliverer) async throws -> DeliveryOutcome {
            try await workshop.deliver(workshop.desired(["web.conf": text]), with: deliverer, reload: settings)
        }

        func server(answering text: String, on port: Int? = nil) -> String {
            "server { listen 127.0.0.1:\(port ?? front); location / { return 200 \(text); } }\n"
        }
    }

    private func withScene(_ body: @escaping @Sendable (Scene) async throws -> Void) async throws {
        let front = LoopbackPorts.free(1)[0]
        try await Workshop.open { workshop in
            let scene = Scene(workshop: workshop, front: front)
            try workshop.files.makeDirectories("\(workshop.root)/run", mode: 0o777)
            try workshop.write(
                "nginx.conf",
                """
                daemon off;
                worker_processes 2;
                pid \(workshop.root)/run/nginx.pid;
                error_log \(workshop.root)/run/error.log notice;
                events { worker_connections 64; }
                http {
                    access_log off;
                    client_body_temp_path \(workshop.root)/run/body;
                    proxy_temp_path \(workshop.root)/run/proxy;
                    fastcgi_temp_path \(workshop.root)/run/fastcgi;
                    uwsgi_temp_path \(workshop.root)/run/uwsgi;
                    scgi_temp_path \(workshop.root)/run/scgi;
                    include \(workshop.etc)/*.conf;
                }

                """
            )
            try await body(scene)
        }
    }

    private func withNGINX(_ body: @escaping @Sendable (Scene, Deliverer) async throws -> Void) async throws {
        try await withScene { scene in
            let deliverer = try scene.workshop.deliverer()
            let first = try await scene.deliver(scene.server(answering: "one"), with: deliverer)
            #expect(first.result == .written, "\(first)")
            #expect(first.notes.first?.hasPrefix("NGINX is not running") == true)
            let arguments = ["-e", "\(scene.workshop.root)/run/error.log", "-c", "\(scene.workshop.root)/nginx.conf"]
            try await withRunning("nginx", arguments) { nginx in
                try #require(await eventually { scene.answer == "one" }, "\(nginx.log.text)")
                try await body(scene, deliverer)
            }
        }
    }

    @Test("that takes the files is proven by new workers")
    func good() async throws {
        try await withNGINX { scene, deliverer in
            for text in ["two", "three", "four"] {
                let outcome = try await scene.deliver(scene.server(answering: text), with: deliverer)
                #expect(outcome.result == .reloaded, "\(outcome)")
                #expect(outcome.proof?.hasPrefix("new workers") == true)
                // Until the old ones have closed their ports a client may reach one of them.
                #expect(await eventually { scene.answer == text })
            }
        }
    }

    @Test("that meets a port that is taken is refused, though the command says that all is well")
    func portTaken() async throws {
        try await withNGINX { scene, deliverer in
            let taken = try #require(LoopbackPorts.Taken())
            let bad = scene.server(answering: "two") + scene.server(answering: "two", on: taken.port)
            let outcome = try await scene.deliver(bad, with: deliverer)
            #expect(outcome.reload?.command?.ending == .exited(0), "\(outcome)")
            guard case .rolledBack(let reason) = outcome.result else { return #expect(Bool(false), "\(outcome)") }
            #expect(reason == "bind() to 127.0.0.1:\(taken.port) failed (98: Address already in use)")
            #expect(outcome.secondReload == nil && scene.answer == "one")
            #expect(scene.workshop.text("etc/web.conf") == scene.server(answering: "one"))
            withExtendedLifetime(taken) {}
        }
    }

    @Test("that does not understand the files is refused by the command, and the workers prove it")
    func parseError() async throws {
        try await withNGINX { scene, deliverer in
            let outcome = try await scene.deliver("foo;\n", with: deliverer)
            guard case .rolledBack(let reason) = outcome.result else { return #expect(Bool(false), "\(outcome)") }
            #expect(reason.contains("unknown directive \"foo\""))
            #expect(outcome.reload?.verdict.label == "refused" && outcome.secondReload == nil && scene.answer == "one")
        }
    }
}
