import Delivery
import Planning
import Settings
import State
import TestSupport
import Testing

@Suite("NGINX's check", .tags(.realBalancer), .serialized)
struct NGINXCopyTests {
    private static let bad = "upstream u { servr 127.0.0.1:1; }\n"

    @Test(
        "says the same of a copy as in a mount namespace",
        arguments: NGINXSituation.all,
        [true, false]
    )
    func verdicts(situation: NGINXSituation, isCopy: Bool) async throws {
        try await Workshop.open { workshop in
            try await situation.prepare(workshop)
            let deliverer = try workshop.deliverer(runner: isCopy ? NoNamespaces() : SubprocessRunner())
            if !situation.before.isEmpty {
                try await workshop.deliver(situation.desired(situation.before, workshop), with: deliverer)
            }
            let (outcome, _) = try await workshop.deliverAndPrune(
                situation.desired(situation.staged, workshop),
                with: deliverer,
                check: workshop.nginxCheck
            )
            let output = outcome.check?.output.text ?? ""
            if isCopy {
                #expect(outcome.copyReason == "exit status 1: unshare: unshare failed: Operation not permitted")
            }
            if let refusal = situation.refusal {
                guard case .checkFailed(let reason) = outcome.result else {
                    return #expect(Bool(false), "\(outcome) \(output)")
                }
                #expect(reason.contains(situation.filled(refusal, workshop)))
            } else {
                #expect(outcome.result == .written, "\(output)")
            }
            #expect(!output.contains("/check-"), "only real paths are named")
            #expect(outcome.check?.arguments == ["nginx", "-t", "-c", "\(workshop.root)/nginx.conf"])
            let state = "\(workshop.root)/state"
            let own = try #require(try workshop.files.entries(of: state).first)
            #expect(try workshop.files.entries(of: "\(state)/\(own)/work").isEmpty)
        }
    }

    @Test(
        "of a copy finds certificates: beside the configuration, elsewhere, and delivered with it",
        arguments: [true, false]
    )
    func certificates(isGood: Bool) async throws {
        try await Workshop.open { workshop in
            let pair = try await TestCertificates.make(in: Workspace(path: workshop.root)).server
            let pem = try #require(workshop.text("tls/server.pem"))
            try workshop.write("beside.pem", pem)
            try workshop.writeNGINX(http: "include \(workshop.etc)/*.conf;")
            let fragment = ["beside.pem", pair.certificate, "etc/../tls/server.pem", "\(workshop.etc)/new.pem"]
                .map {
                    "server { listen 127.0.0.1:65003 ssl; "
                        + "ssl_certificate \($0); ssl_certificate_key \(pair.key); }\n"
                }
                .joined()
            let outcome = try await workshop.deliver(
                workshop.desired(["a.conf": fragment, "new.pem": isGood ? pem : "none\n"]),
                with: try workshop.deliverer(runner: NoNamespaces()),
                check: workshop.nginxCheck
            )
            if isGood {
                #expect(outcome.result == .written, "\(outcome.check?.output.text ?? "")")
            } else {
                guard case .checkFailed(let reason) = outcome.result else { return #expect(Bool(false), "\(outcome)") }
                #expect(reason.contains("cannot load certificate \"\(workshop.etc)/new.pem\""))
            }
        }
    }

    @Test(
        "of a copy finds the main configuration as NGINX does",
        arguments: [
            .arguments(["nginx", "-t", "-q", "-p", "@", "-c", "nginx.conf"]),
            .arguments(["nginx", "-tqp@/", "-cnginx.conf"]),
            .arguments(["nginx", "-tc", "@/nginx.conf"]), .shell("nginx -t -c @/nginx.conf"),
        ] as [CommandSettings.Line]
    )
    func main(line: CommandSettings.Line) async throws {
        try await Workshop.open { workshop in
            try workshop.writeNGINX(http: "include \(workshop.etc)/*.conf;")
            func filled(_ text: String) -> String { text.replacing("@", with: workshop.root) }
            let own: CommandSettings.Line =
                switch line {
                case .arguments(let words): .arguments(words.map(filled))
                case .shell(let text): .shell(filled(text))
                }
            let outcome = try await workshop.deliver(
                workshop.desired(["a.conf": Self.bad]),
                with: try workshop.deliverer(runner: NoNamespaces()),
                check: CheckSettings(CommandSettings(own), isolation: .mount)
            )
            guard case .checkFailed(let reason) = outcome.result else { return #expect(Bool(false), "\(outcome)") }
            #expect(reason.contains("unknown directive \"servr\" in \(workshop.etc)/a.conf:1"))
        }
    }

    @Test("of the main configuration itself, which is delivered, reads what that includes")
    func delivered() async throws {
        try await Workshop.open { workshop in
            try workshop.writeNGINX(http: "broken")
            let main = try #require(workshop.text("nginx.conf"))
            func deliver(_ part: String) async throws -> DeliveryOutcome {
                try workshop.write("part.conf", part)
                let text = main.replacing("broken", with: "include \(workshop.root)/part.conf;")
                return try await workshop.deliver(
                    [DesiredFile(destination: "\(workshop.root)/nginx.conf", bytes: Array(text.utf8))],
                    with: try workshop.deliverer(runner: NoNamespaces()),
                    check: CheckSettings(
                        CommandSettings(.arguments(["nginx", "-t", "-c", "{staged}"])),
                        isolation: .mount
                    ),
                    retryingFailed: true
                )
            }
            #expect(try await deliver(Self.bad).result.label == "check failed")
            #expect(try await deliver("upstream u { server 127.0.0.1:1; }\n").result == .written)
        }
    }

    @Test("is no root's in a user namespace, who could not give directories to others")
    func users() async throws {
        try await Workshop.open { workshop in
            try workshop.writeNGINX(
                http: "client_body_temp_path \(workshop.root)/body; include \(workshop.etc)/*.conf;"
            )
            let outcome = try await workshop.deliver(
                workshop.desired(["a.conf": "# none\n"]),
                with: try workshop.deliverer(runner: NoNamespaces(allowsUsers: true)),
                check: workshop.nginxCheck
            )
            #expect(outcome.result == .written, "\(outcome.check?.output.text ?? "")")
        }
    }

    @Test("where NGINX is not installed says that it did not start")
    func missing() async throws {
        try await Workshop.open { workshop in
            let outcome = try await workshop.deliver(
                workshop.desired(["a.conf": Self.bad]),
                with: try workshop.deliverer(runner: NoNamespaces()),
                check: CheckSettings(CommandSettings(.arguments(["/nowhere/nginx", "-t"])), isolation: .mount)
            )
            guard case .notStarted = outcome.check?.ending else { return #expect(Bool(false), "\(outcome)") }
            #expect(outcome.result.label == "check failed")
        }
    }
}
