import Balancers
import Delivery
import State
import TestSupport
import Testing

@Suite("A live delivery that is killed", .tags(.realBalancer), .serialized, .timeLimit(.minutes(10)))
struct LiveKillTests {
    /// What the headgate that follows finds in the registry.
    enum Next: String, CaseIterable, CustomTestStringConvertible {
        case same, previous, nothing

        var testDescription: String { rawValue }

        /// The directory of its files.
        var contents: String {
            switch self {
            case .same: "two"
            case .previous: "one"
            case .nothing: "-"
            }
        }
    }

    private static let names = ["haproxy.cfg", "hosts.map"]

    @Test(
        "before any step or line to HAProxy is old or new, and the next start has it in force",
        arguments: Next.allCases
    )
    func everyStep(next: Next) async throws {
        let target = LoopbackPorts.free(1)[0]
        try await RealHAProxy.with { workshop, front in
            for name in ["one", "two", "etc"] {
                try workshop.files.makeDirectories("\(workshop.root)/\(name)", mode: 0o755)
                let isNew = name == "two"
                try workshop.write("\(name)/hosts.map", isNew ? "test two\nmore red\n" : "test one\nother blue\n")
                try workshop.write("\(name)/haproxy.cfg", Self.configuration(workshop, front, target, isNew: isNew))
            }
            return Self.configuration(workshop, front, target, isNew: false)
        } _: { haproxy in
            let harness = try KillHarness(haproxy.workshop, "live")
            try await harness.settle(on: "one")
            var kills = 0
            let offset = Next.allCases.firstIndex(of: next) ?? 0
            for step in stride(from: 1 + offset % KillHarness.distance, to: .max, by: KillHarness.distance) {
                let settled = try await harness.settle(on: "one")
                try await expectInForce("one", haproxy, "before step \(step): \(settled.output.text)")
                let reloads = haproxy.log.count(containing: "Reloading HAProxy")
                let killed = await harness.run("two", killAt: step)
                if killed.ending == .exited(0) {
                    #expect(haproxy.log.count(containing: "Reloading HAProxy") == reloads, "\(killed.output.text)")
                    break
                }
                #expect(killed.ending == .signalled(9), "step \(step): \(killed.output.text)")
                kills += 1
                for name in Self.names {
                    let text = haproxy.workshop.text("etc/\(name)")
                    #expect(["one", "two"].contains { haproxy.workshop.text("\($0)/\(name)") == text }, "step \(step)")
                }
                #expect(haproxy.answer == "one", "step \(step)")
                let report = try await harness.settle(on: next.contents)
                let isNew = haproxy.workshop.text("etc/hosts.map") == haproxy.workshop.text("two/hosts.map")
                if next != .nothing { #expect(isNew == (next == .same), "step \(step)") }
                try await expectInForce(
                    isNew ? "two" : "one",
                    haproxy,
                    "step \(step): \(killed.output.text)\(report.output.text)"
                )
                let more = haproxy.log.count(containing: "Reloading HAProxy") - reloads
                #expect(more <= 1, "step \(step): \(report.output.text)")
            }
            print("killed at \(kills) points of a live delivery, then \(next.rawValue): each time wholly old or new")
            #expect(kills > 45 / KillHarness.distance)
        }
    }

    /// Expects that the files are those of `contents`, that HAProxy runs nothing else, and that nothing is left of others.
    private func expectInForce(_ contents: String, _ haproxy: RealHAProxy, _ comment: String) async throws {
        let workshop = haproxy.workshop
        for name in Self.names {
            #expect(workshop.text("etc/\(name)") == workshop.text("\(contents)/\(name)"), "\(comment)")
        }
        #expect(try workshop.listing() == Self.names, "\(comment)")
        let socket = RuntimeSocket(path: "\(workshop.root)/admin.sock")
        let api = RuntimeAPI(socket)
        let text = Array((workshop.text("\(contents)/haproxy.cfg") ?? "").utf8)
        let configuration = HAProxyConfiguration([ConfigurationFile(path: "haproxy.cfg", bytes: text)])
        let mismatches = ReadBack(configuration).mismatches(try await api.servers(), try await api.statistics())
        #expect(mismatches.isEmpty, "\(comment)")
        #expect(HTTPProbe.get("/map", port: haproxy.front)?.body == contents, "\(comment)")
        // A version of the map that was begun would be the next one.
        let versions = try await socket.ask("show map", within: .seconds(5)).split { " \n".contains($0) }
            .filter { $0.hasPrefix("curr_ver=") || $0.hasPrefix("next_ver=") }
        #expect(versions.count == 2 && versions[0].dropFirst(9) == versions[1].dropFirst(9), "\(comment)")
    }

    private static func configuration(_ workshop: Workshop, _ front: Int, _ target: Int, isNew: Bool) -> String {
        let servers = isNew ? ["b": 20, "c": 10] : ["a": 10, "b": 10]
        return """
            global
                stats socket \(workshop.root)/admin.sock mode 600 level admin
            \(RealHAProxy.defaults)
            frontend in
                bind 127.0.0.1:\(front)
                http-request return status 200 content-type text/plain lf-string %[req.hdr(host),map(\(workshop.etc)/hosts.map,none)] if { path /map }
                default_backend web
            frontend target
                bind 127.0.0.1:\(target)
                http-request return status 200 content-type text/plain string one
            backend web
            \(servers.sorted { $0.key < $1.key }
                .map { "    server \($0.key) 127.0.0.1:\(target) weight \($0.value)\n" }.joined())
            """
    }
}
