import Delivery
import Planning
import Settings
import State
import Testing

extension Tag {
    /// Talks to a real HAProxy or NGINX.
    @Tag static var realBalancer: Self
}

@Suite("The check by a real balancer", .tags(.realBalancer))
struct RealBalancerTests {
    private func isInstalled(_ program: String) async -> Bool {
        let report = await SubprocessRunner().run([program, "-v"], timeout: .seconds(20))
        if !report.succeeded { print("skipped: \(program) is not installed") }
        return report.succeeded
    }

    private let good =
        "defaults\n  mode http\n  timeout connect 1s\n  timeout client 1s\n  timeout server 1s\n"
        + "frontend f\n  bind 127.0.0.1:65001\n  default_backend b\n"

    @Test("HAProxy refuses a bad file, alone and in its directory", arguments: ["{staged}", "{staged_dir}"])
    func haproxy(placeholder: String) async throws {
        guard await isInstalled("haproxy") else { return }
        try await Workshop.open { workshop in
            try workshop.write("etc/0.cfg", "global\n")
            let deliverer = try workshop.deliverer()
            let check = CheckSettings(CommandSettings(.arguments(["haproxy", "-c", "-f", placeholder])))
            let fine = try await workshop.deliver(
                workshop.desired(["1.cfg": good + "backend b\n  server s 127.0.0.1:1\n"]),
                with: deliverer,
                check: check
            )
            #expect(fine.result == .written)
            let bad = try await workshop.deliver(
                workshop.desired(["1.cfg": good + "backend b\n  servr s 127.0.0.1:1\n"]),
                with: deliverer,
                check: check
            )
            #expect(bad.result.label == "check failed")
            #expect(bad.check?.output.text.contains("servr") == true)
            #expect(workshop.text("etc/1.cfg")?.contains("servr") == false)
        }
    }

    @Test(
        "NGINX, whose main file includes by absolute path, refuses a bad fragment that is not there yet or is changed"
    )
    func nginx() async throws {
        guard await isInstalled("nginx") else { return }
        try await Workshop.open { workshop in
            try workshop.writeNGINX(http: "include \(workshop.etc)/*.conf;")
            let deliverer = try workshop.deliverer()
            let check = workshop.nginxCheck
            func deliver(_ text: String) async throws -> DeliveryOutcome {
                try await workshop.deliver(workshop.desired(["up.conf": text]), with: deliverer, check: check)
            }
            let absent = try await deliver("upstream u { servr 127.0.0.1:1; }\n")
            if case .failed(.isolationUnavailable(let why)) = absent.result {
                print("skipped: no mount namespaces here (\(why))")
                return
            }
            #expect(absent.result.label == "check failed")
            #expect(try workshop.listing().isEmpty)
            #expect(try await deliver("upstream u { server 127.0.0.1:1; }\n").result == .written)
            let changed = try await deliver("upstream u { servr 127.0.0.1:1; }\n")
            #expect(changed.result.label == "check failed")
            #expect(changed.check?.output.text.contains("unknown directive \"servr\"") == true)
            #expect(workshop.text("etc/up.conf") == "upstream u { server 127.0.0.1:1; }\n")
        }
    }
}
