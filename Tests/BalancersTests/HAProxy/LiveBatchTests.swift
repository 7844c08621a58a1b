import Testing

@testable import Balancers

@Suite("A line of commands and its answer")
struct LiveBatchTests {
    private let batch = LiveBatch([
        LiveCommand("add server b/s 10.0.0.1:80 weight 1", expects: .registered),
        LiveCommand("enable server b/s", expects: .silence),
        LiveCommand("set server b/t addr 10.0.0.2 port 80", expects: .moved),
        LiveCommand("set server b/u weight 5", expects: .silence),
    ])

    @Test("is sent as one line")
    func line() {
        #expect(
            batch.line
                == "add server b/s 10.0.0.1:80 weight 1;enable server b/s;set server b/t addr 10.0.0.2 port 80;set server b/u weight 5"
        )
    }

    @Test(
        "is carried out if every answer is that of success",
        arguments: [
            "IP changed from '10.0.0.1' to '10.0.0.2', no need to change the port by 'stats socket command'",
            "port changed from '81' to '80' by 'stats socket command'",
            "IP changed from '10.0.0.1' to '10.0.0.2' by 'stats socket command'",
            "no need to change the addr, port changed from '81' to '80' by 'stats socket command'",
            "IP changed from '10.0.0.1' to '10.0.0.2', port changed from '81' to '80' by 'stats socket command'",
            "no need to change the addr, no need to change the port by 'stats socket command'",
        ]
    )
    func success(_ moved: String) {
        #expect(batch.fault(in: "New server registered.\n\n\n\(moved)\n\n\n".utf8) == nil)
    }

    @Test(
        "is not if one is refused",
        arguments: [
            ("Already exists a server with the same name in backend.\n\n\n\n\n", 0),
            ("New server registered.\n\nNo such server.\n\n\n", 1),
            (
                "New server registered.\n\n\nUpdate for the current server address family is only supported through configuration file by 'stats socket command'\n\n\n",
                2
            ),
            (
                "New server registered.\n\n\nIP changed from '10.0.0.1' to '10.0.0.2', provided port is not in the range by 'stats socket command'\n\n\n",
                2
            ),
            (
                "New server registered.\n\n\nno need to change the addr, no need to change the port by 'stats socket command'\n\nBackend is using a static LB algorithm and only accepts weights '0%' and '100%'.\n\n",
                3
            ),
            ("Unknown command: 'add', but maybe one of the following ones is a better match:\n", 0),
            ("Permission denied\n\n", 0),
        ]
    )
    func refused(_ output: String, _ index: Int) {
        guard case .refused(let command, let answer) = batch.fault(in: output.utf8) else {
            Issue.record("not refused: \(output)")
            return
        }
        #expect(command == batch.commands[index])
        #expect(!answer.isEmpty)
    }

    @Test("is not if the answer ends early")
    func cut() {
        #expect(batch.fault(in: "".utf8) == .cut(batch.commands[0]))
        #expect(batch.fault(in: "New server regis".utf8) == .cut(batch.commands[0]))
        #expect(batch.fault(in: "New server registered.\n\n".utf8) == .cut(batch.commands[1]))
        #expect(batch.fault(in: "New server registered.\n\n\nIP changed from".utf8) == .cut(batch.commands[2]))
    }

    @Test("pitfall: is no longer than HAProxy's buffer takes, and parts no server's commands")
    func length() {
        let groups = (0..<1000).map { number in
            [
                "add server backend/server-\(number) 10.0.0.1:80 check weight 0",
                "enable server backend/server-\(number)",
            ]
            .map { LiveCommand($0, expects: .silence) }
        }
        let batches = LiveBatch.batches(groups)
        #expect(batches.flatMap(\.commands) == groups.flatMap { $0 })
        #expect(batches.count > 5 && batches.count < 15)
        for batch in batches {
            #expect(batch.line.utf8.count <= LiveCommand.mostBytes)
            #expect(batch.commands.count.isMultiple(of: 2))
        }
    }

    @Test("tells of each deletion what became of it; 2.6 ends these answers without an empty line, others with one")
    func deletions() {
        let output =
            "Server deleted.\nServer still has connections attached to it, cannot remove it.\nNo such server.\n\nno\n"
        #expect(
            DeletionOutcome.outcomes(of: 4, in: output.utf8) == [.deleted, .busy, .gone, .refused("no")]
        )
        #expect(DeletionOutcome.outcomes(of: 5, in: output.utf8) == nil)
    }
}
