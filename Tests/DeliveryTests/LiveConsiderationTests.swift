import Balancers
import Delivery
import Planning
import Settings
import State
import Testing

/// Whether a change is made live, and why not.
@Suite struct LiveConsiderationTests {
    /// A Runtime API that answers from a table, by the first words of the line.
    private struct Table: CommandSocket {
        let path = "/run/s"
        var answers: [String: Result<String, SocketFault>]

        func ask(_ command: String, within limit: Duration) async throws(SocketFault) -> String {
            guard let answer = answers.first(where: { command.hasPrefix($0.key) })?.value else { return "\n" }
            return try answer.get()
        }
    }

    private static let info = "Name: HAProxy\nVersion: 3.0.11\nPid: 17\n\n"

    /// `show servers state` with servers of the backend `web`: names and ports.
    private static func state(_ servers: KeyValuePairs<String, Int>) -> String {
        "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight "
            + "srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state "
            + "srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port "
            + "srv_check_addr srv_agent_addr srv_agent_port\n"
            + servers.map { "3 web 1 \($0.key) 127.0.0.1 2 0 1 1 7 1 0 2 0 0 0 0 - \($0.value) - 0 0 - - 0\n" }.joined()
            + "\n"
    }

    private static func configuration(_ servers: KeyValuePairs<String, Int>) -> String {
        "backend web\n" + servers.map { "    server \($0.key) 127.0.0.1:\($0.value)\n" }.joined()
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var info: Result<String, SocketFault> = .success(LiveConsiderationTests.info)
        var state = LiveConsiderationTests.state(["a": 1])
        /// What somebody has made of the file.
        var onDisk: String?
        /// The paths of the configuration, below `etc`.
        var configuration: [String] = []
        /// What somebody else has written to `other.cfg`; `ETC` stands for where it lies.
        var other = "defaults\n"
        var expected: String
    }

    static let cases: [Case] = [
        Case(testDescription: "it can", expected: "live: 1 server added"),
        Case(
            testDescription: "permission denied",
            info: .failure(.denied(path: "/run/s")),
            expected: "reload: a.cfg changed (+1 -0); not live: live.socket: permission to connect to /run/s is denied"
        ),
        Case(
            testDescription: "another program",
            info: .success("+PONG\r\n"),
            expected:
                "reload: a.cfg changed (+1 -0); not live: live.socket: what answers at /run/s is not the HAProxy of "
                + "this configuration"
        ),
        Case(
            testDescription: "another state than in force",
            state: state(["a": 2]),
            expected:
                "reload: a.cfg changed (+1 -0); not live: the running HAProxy: is not what is in force: backend web: "
                + "server a points to 127.0.0.1 port 2, not 127.0.0.1:1"
        ),
        Case(
            testDescription: "a cut answer",
            state: String(state(["a": 1]).dropLast(20)),
            expected:
                "reload: a.cfg changed (+1 -0); not live: live.socket: the connection to /run/s broke: the answer "
                + "ends in the middle"
        ),
        Case(
            testDescription: "a file that somebody else has changed",
            onDisk: "backend web\n",
            expected:
                "reload: a.cfg changed by somebody else (+2 -0); not live: a.cfg: is not what is in force: somebody "
                + "else has changed it"
        ),
        Case(
            testDescription: "a file that is none of the configuration's",
            configuration: ["other.cfg"],
            expected:
                "reload: a.cfg changed (+1 -0); not live: a.cfg: changed, and `live.config` names it neither as map, ACL "
                + "nor certificate"
        ),
        Case(
            testDescription: "a map of a configuration that somebody else writes",
            configuration: ["other.cfg"],
            other: "frontend in\n    use_backend %[req.hdr(host),map(ETC/a.cfg)]\n",
            expected: "live: map a.cfg 1 entry added"
        ),
        Case(
            testDescription: "a file that cannot be read",
            configuration: ["a.cfg", "none.cfg"],
            expected: "reload: a.cfg changed (+1 -0); not live: live.config: ETC/none.cfg cannot be read"
        ),
        Case(testDescription: "a directory", configuration: ["."], expected: "live: 1 server added"),
    ]

    @Test(arguments: cases) func `a change is made live if all is as it should be`(_ planted: Case) async throws {
        try await Workshop.open { workshop in
            let table = Table(answers: [
                "show info": planted.info, "show servers state": .success(planted.state),
                "show map": .success(
                    "# id (file) description\n1 (\(workshop.etc)/a.cfg) x\n\n# id (file) description\n\n"
                ),
            ])
            let deliverer = try workshop.deliverer(socket: { _ in table })
            let old = workshop.desired(["a.cfg": Self.configuration(["a": 1])])
            try await workshop.deliver(old, with: deliverer, reload: workshop.balancer)
            try workshop.write("etc/other.cfg", planted.other.replacing("ETC", with: workshop.etc))
            if let text = planted.onDisk { try workshop.write("etc/a.cfg", text) }
            var live = LiveSettings(socket: "/run/s")
            live.configuration = planted.configuration.map { "\(workshop.etc)/\($0)" }
            let new = workshop.desired(["a.cfg": Self.configuration(["a": 1, "b": 2])])
            let plan = await deliverer.considered(
                try workshop.plan(new, with: deliverer),
                live: live,
                reload: workshop.balancer
            )
            #expect("\(plan)".replacing(workshop.etc, with: "ETC") == planted.expected)
        }
    }
}
