import Testing

@testable import Balancers

@Suite("The plan of a live change of files")
struct FileReplacementTests {
    private static let configuration = """
        frontend in
            bind :443 ssl crt /e/edge.pem crt /e/certs
            acl inside src -f /e/inside.acl
            use_backend %[req.hdr(host),map(/e/hosts.map)]
            errorfile 503 /e/503.http
        backend web
            server a 10.0.0.1:80

        """

    private static let loaded = RunningFiles(
        """
        # id (file) description
        4 (/e/hosts.map) pattern loaded. curr_ver=0

        # id (file) description
        0 (/e/inside.acl) x
        1 () acl 'src'
        4 (/e/hosts.map) x

        # filename
        /e/certs/a.pem
        /e/edge.pem


        """
    )

    static let certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    static let key = "-----BEGIN EC PRIVATE KEY-----\nBBBB\n-----END EC PRIVATE KEY-----\n"

    private func plan(
        _ path: String,
        _ old: String,
        _ new: String,
        companion: String? = nil,
        loaded: RunningFiles? = Self.loaded,
        configuration: String = Self.configuration,
    ) throws -> LivePlan {
        LivePlan.make(
            Self.configuration,
            configuration,
            files: [
                FileVersions(path: path, old: Array(old.utf8), new: Array(new.utf8), companion: companion)
            ],
            loaded: try #require(loaded)
        )
    }

    @Test("gives a map all its entries anew")
    func map() throws {
        let plan = try plan("/e/hosts.map", "a web\n", "a web\nb web\nc web\n")
        #expect("\(plan)" == "live: map hosts.map 2 entries added")
        #expect(
            plan.commands == [
                "prepare map /e/hosts.map", "add map @VERSION /e/hosts.map", "commit map @VERSION /e/hosts.map",
            ]
        )
    }

    @Test("gives an ACL all its entries anew")
    func acl() throws {
        let plan = try plan("/e/inside.acl", "10.0.0.0/8\n", "172.16.0.0/12\n")
        #expect("\(plan)" == "live: ACL inside.acl 1 entry added, 1 removed")
        #expect(plan.commands?.dropFirst().first == "add acl @VERSION /e/inside.acl 172.16.0.0/12")
    }

    static let singles: [(path: String, old: String, new: String, command: String?)] = [
        ("/e/hosts.map", "a 1\nb 2\n", "a 1\nb 2\nc x y\n", "add map /e/hosts.map c x\\ y"),
        ("/e/hosts.map", "a 1\nb 2\n", "a 3\nb 2\n", "set map /e/hosts.map a 3"),
        ("/e/hosts.map", "a 1\nb 2\nc 3\n", "a 1\nc 3\n", "del map /e/hosts.map b"),
        ("/e/inside.acl", "a b\nc\n", "a b\nc\nd;e\n", "add acl /e/inside.acl d\\;e"),
        ("/e/inside.acl", "a b\nc\n", "c\n", "del acl /e/inside.acl a\\ b"),
        // Elsewhere than at the end, without a value, another key, two of a key, two changes, no pattern but a number.
        ("/e/hosts.map", "a 1\nb 2\n", "c 3\na 1\nb 2\n", nil),
        ("/e/hosts.map", "a 1\n", "a 1\nb\n", nil), ("/e/hosts.map", "a 1\n", "b 1\n", nil),
        ("/e/hosts.map", "a 1\na 2\n", "a 1\na 3\n", nil), ("/e/hosts.map", "a 1\na 2\n", "a 1\n", nil),
        ("/e/hosts.map", "a 1\nb 2\n", "a 3\nb 4\n", nil), ("/e/hosts.map", " #a 1\n", " #a 2\n", nil),
        ("/e/inside.acl", "a\nb\n", "a\nc\n", nil), ("/e/inside.acl", "a\na\n", "a\n", nil),
        ("/e/hosts.map", "caf\u{E9} 1\n", "cafe\u{301} 1\n", nil),
    ]

    @Test("is one command where one entry differs, which that command cannot take for another", arguments: singles)
    func single(_ example: (path: String, old: String, new: String, command: String?)) throws {
        let commands = try plan(example.path, example.old, example.new).commands
        if let command = example.command {
            #expect(commands == [command])
            let step = try #require(plan(example.path, example.old, example.new).update?.steps.first)
            let refusal = RuntimeAPI.Fault.batch(.refused(step.commands[0], answer: "no"))
            #expect(!refusal.leavesAsItWas(step))
        } else {
            #expect(try #require(commands).count > 1)
        }
    }

    @Test("runs nothing where the entries are the same")
    func comments() throws {
        #expect(try plan("/e/hosts.map", "a web\n", "# hosts\na  web\n").isNothing)
        let text = Self.certificate + Self.key
        #expect(try plan("/e/edge.pem", text, "subject=a\n\n\(text)").isNothing)
    }

    @Test("tells letters by their bytes, as HAProxy does")
    func letters() throws {
        let plan = try plan("/e/hosts.map", "caf\u{E9} web\n", "cafe\u{301} web\n")
        #expect(plan.commands?.count == 3)
    }

    @Test("replaces a certificate, whose key is in none of the commands that are shown")
    func certificates() throws {
        let new = Self.certificate + Self.key
        for path in ["/e/edge.pem", "/e/certs/a.pem"] {
            let plan = try plan(path, new.replacing("AAAA", with: "CCCC"), "# mine\r\n\n" + new)
            #expect(plan.commands == ["set ssl cert \(path)", "commit ssl cert \(path)"])
            guard case .certificate(let replacement) = plan.update?.steps.first else {
                Issue.record("no certificate: \(plan)")
                continue
            }
            #expect(replacement.offer.line == "set ssl cert \(path) <<\n\(new)")
            // Of three bytes that are zero.
            #expect(replacement.fingerprint == "29E2DCFBB16F63BB0254DF7585A15BB6FB5E927D")
        }
    }

    @Test("servers come before what speaks of them, and leave after it")
    func order() throws {
        let servers = Self.configuration.replacing("server a 10.0.0.1:80", with: "server b 10.0.0.2:80")
        let plan = try plan("/e/hosts.map", "a web\n", "a api\nb web\n", configuration: servers)
        #expect("\(plan)" == "live: 1 server added, 1 removed; map hosts.map 1 entry added, 1 changed")
        #expect(
            plan.commands?.map { $0.prefix(10) } == [
                "add server", "enable ser", "prepare ma", "add map @V", "commit map", "set server",
            ]
        )
    }

    static let obstacles: [(path: String, new: String, reason: String)] = [
        ("/e/503.http", "x", "503.http: changed, and is named for what does not change live (haproxy.cfg:5)"),
        ("/e/other.map", "x", "other.map: changed, and `live.config` names it neither as map, ACL nor certificate"),
        ("/e/hosts.map", "a \u{1}\n", "hosts.map: line 1 has a control character"),
        ("/e/edge.pem", certificate, "edge.pem: has no private key"),
        ("/e/edge.pem", key, "edge.pem: has no certificate"),
        ("/e/edge.pem", certificate + key.dropLast(30), "edge.pem: ends in the middle of a block"),
        (
            "/e/edge.pem", certificate + key + certificate.replacing("E-----\n", with: "E----- \n"),
            "edge.pem: has a line that is no whole boundary of a block"
        ),
        (
            "/e/edge.pem", certificate + key + certificate.dropLast(26) + certificate,
            "edge.pem: has a line that is no whole boundary of a block"
        ),
        (
            "/e/edge.pem", certificate + key.replacing("EC ", with: "ENCRYPTED "),
            "edge.pem: has an encrypted private key"
        ),
        (
            "/e/edge.pem", certificate + key.replacing("BBBB", with: "Proc-Type: 4,ENCRYPTED\n\nBBBB"),
            "edge.pem: has an encrypted private key"
        ),
        (
            "/e/edge.pem", String(repeating: certificate, count: 220) + key, "edge.pem: is too long for a command"
        ),
        ("/e/a b.map", "x", "a b.map: its path has characters that cannot be sent to HAProxy"),
    ]

    @Test("is a reload for what cannot be done live", arguments: obstacles)
    func obstacle(_ example: (path: String, new: String, reason: String)) throws {
        #expect(try plan(example.path, "old", example.new).reasons == [example.reason])
    }

    @Test("is a reload for what the running HAProxy has not loaded")
    func notLoaded() throws {
        let none = RunningFiles()
        let text = Self.certificate + Self.key
        #expect(
            try plan("/e/hosts.map", "", "a b", loaded: none).reasons == [
                "hosts.map: changed, and the running HAProxy has loaded no such map or ACL"
            ]
        )
        #expect(
            try plan("/e/edge.pem", "", text, loaded: none).reasons == [
                "edge.pem: changed, and the running HAProxy has no such certificate"
            ]
        )
    }

    @Test("is a reload for a certificate with more files, and while somebody else changes one")
    func entangledCertificates() throws {
        let text = Self.certificate + Self.key
        #expect(
            try plan("/e/edge.pem", "", text, companion: "/e/edge.pem.ocsp").reasons == [
                "edge.pem: changed, and HAProxy has loaded /e/edge.pem.ocsp with it"
            ]
        )
        let loaded = RunningFiles(
            """
            # id (file) description

            # id (file) description

            # transaction
            */e/b.pem
            # filename
            /e/edge.pem

            """
        )
        #expect(
            try plan("/e/edge.pem", "", text, loaded: loaded).reasons == [
                "edge.pem: changed, and somebody else is about to change /e/b.pem"
            ]
        )
    }

    @Test("success is told from refusal by the answers")
    func answers() {
        let offer = LiveBatch([LiveCommand("set ssl cert /e", expects: .offered)], payload: "x")
        #expect(offer.fault(in: "Transaction created for certificate /e!\n\n".utf8) == nil)
        #expect(offer.fault(in: "Transaction updated for certificate /e!\n\n".utf8) != nil)
        let commit = LiveBatch([LiveCommand("commit ssl cert /e", expects: .committed)])
        #expect(commit.fault(in: "Committing /e.\nSuccess!\n\n".utf8) == nil)
        #expect(commit.fault(in: "Committing /e.\n".utf8) != nil)
        #expect(
            commit.fault(in: "inconsistencies\nCan't commit /e!\n\n".utf8)
                == .refused(commit.commands[0], answer: "inconsistencies Can't commit /e!")
        )
        #expect(RunningFiles("Permission denied\n") == nil)
        #expect(RunningFiles("# id (file) description\n\n") == nil)
        let withoutTLS = "# id (file) description\n\n# id (file) description\n\nUnknown command: (ssl) cert\n\n"
        #expect(RunningFiles(withoutTLS) == RunningFiles())
    }
}
