import Testing

@testable import Balancers

/// Generous bounds: for a build with optimization they are a tenth.
@Suite("The speed of the model", .serialized)
struct SpeedTests {
    private let one = SpeedTests.text(1)
    private let many = SpeedTests.text(10_000)

    private static func text(_ servers: Int, changed: Int? = nil) -> [ConfigurationFile] {
        let head =
            "global\n    daemon\ndefaults\n    mode http\n    default-server inter 2s fall 3 rise 2\nbackend web\n    balance leastconn\n"
        let lines = (0..<servers).map { number in
            "    server web-node\(number)-\(number) 10.\(number >> 16).\(number >> 8 & 255).\(number & 255):8080 weight "
                + "\(number == changed ? 7 : 100) check\n"
        }
        return [ConfigurationFile(path: "/etc/haproxy/haproxy.cfg", bytes: Array((head + lines.joined()).utf8))]
    }

    private func best(_ body: () -> Void) -> Duration {
        let clock = ContinuousClock()
        return (0..<5).map { _ in clock.measure(body) }.min() ?? .zero
    }

    @Test("ten thousand servers are read, compared and looked into")
    func large() {
        let changed = Self.text(10_000, changed: 5000)
        let old = HAProxyConfiguration(many)
        let new = HAProxyConfiguration(changed)
        let version = HAProxyVersion(3, 2)
        let figures = [
            ("read 10 000 servers", best { _ = HAProxyConfiguration(many) }),
            ("plan one change of 10 000", best { _ = LivePlan.make(old: old, new: new, running: version) }),
            (
                "read and plan one change of 10 000",
                best {
                    _ = LivePlan.make(
                        old: HAProxyConfiguration(many),
                        new: HAProxyConfiguration(changed),
                        running: version
                    )
                }
            ),
            ("look into 10 000 servers", best { _ = old.servers(of: "web") }),
            (
                "plan 10 000 new servers",
                best { _ = LivePlan.make(old: HAProxyConfiguration(one), new: old, running: version) }
            ),
        ]
        for (what, time) in figures {
            print("haproxy model: \(what): \(time)")
            #expect(time < .seconds(5), "\(what)")
        }
    }

    @Test("the state of ten thousand servers is read and compared")
    func state() throws {
        let header =
            "1\n# be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_check_state srv_port srv_use_ssl srv_check_port srv_check_addr\n"
        let lines = (0..<10_000).map { number in
            "web \(number) web-node\(number)-\(number) 10.\(number >> 16).\(number >> 8 & 255).\(number & 255) 2 0 100 6 8080 0 0 -\n"
        }
        let answer = Array((header + lines.joined()).utf8)
        let readBack = ReadBack(HAProxyConfiguration(many))
        let running = try RunningServers(answer)
        #expect(readBack.mismatches(running).isEmpty)
        let configuration = HAProxyConfiguration(many)
        print(
            "haproxy model: look for a file in 10 000: \(best { _ = configuration.uses(of: "/etc/haproxy/domains.map") })"
        )
        print("haproxy model: read the state of 10 000: \(best { _ = try? RunningServers(answer) })")
        print("haproxy model: compare the state of 10 000: \(best { _ = readBack.mismatches(running) })")
    }
}
