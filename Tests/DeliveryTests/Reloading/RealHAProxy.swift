import Delivery
import Settings
import State
import TestSupport
import Testing

/// A real HAProxy in master-worker mode that reads the file `haproxy.cfg` of a workshop.
struct RealHAProxy: Sendable {
    let workshop: Workshop
    let pid: Int32
    let front: Int
    /// What it and its workers log.
    let log: LineLog

    /// How HAProxy is told to reload.
    enum Way: String, Sendable, CaseIterable { case cli, signal }

    /// Runs `body` beside an HAProxy whose front answers `one`.
    ///
    /// - Parameter prepare: Makes the configuration, and what belongs to it.
    static func with(
        _ prepare: (Workshop, _ front: Int) throws -> String = { configuration(answering: "one", on: $1) },
        _ body: @escaping @Sendable (RealHAProxy) async throws -> Void,
    ) async throws {
        let front = LoopbackPorts.free(1)[0]
        try await Workshop.open { workshop in
            try workshop.write("etc/haproxy.cfg", try prepare(workshop, front))
            let arguments = [
                "-W", "-db", "-S", "\(workshop.root)/master.sock", "-f", "\(workshop.etc)/haproxy.cfg",
            ]
            try await withRunning("haproxy", arguments) { process in
                let haproxy = RealHAProxy(workshop: workshop, pid: process.pid, front: front, log: process.log)
                try #require(await eventually { haproxy.answer == "one" }, "\(process.log.text)")
                try await body(haproxy)
            }
        }
    }

    /// What a client gets.
    var answer: String? { HTTPProbe.get(port: front)?.body }

    func settings(_ way: Way) -> ReloadSettings {
        ReloadSettings(
            command: way == .cli ? nil : CommandSettings(.shell("kill -USR2 \(pid)"), timeout: .seconds(20)),
            proof: .master(socket: "\(workshop.root)/master.sock")
        )
    }

    func deliver(_ text: String, by way: Way, with deliverer: Deliverer) async throws -> DeliveryOutcome {
        try await workshop.deliver(workshop.desired(["haproxy.cfg": text]), with: deliverer, reload: settings(way))
    }

    /// What the configurations of these tests have in common.
    static let defaults = """
        defaults
            mode http
            timeout connect 1s
            timeout client 5s
            timeout server 5s
        """

    static func configuration(answering text: String, on port: Int) -> String {
        """
        global
            maxconn 100
        \(defaults)
        frontend in
            bind 127.0.0.1:\(port)
            http-request return status 200 content-type text/plain string \(text)

        """
    }
}
