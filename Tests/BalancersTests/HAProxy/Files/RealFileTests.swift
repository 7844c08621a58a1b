import TestSupport
import Testing

@testable import Balancers

/// Maps and ACLs of the HAProxy that is installed: what is sent arrives as a start would have read it.
@Suite("Maps and ACLs of a running HAProxy", .tags(.haproxy), .serialized, .timeLimit(.minutes(2)))
struct RealFileTests {
    /// Entries with all that means something to a shell, to HAProxy's configuration, or to its commands.
    static let text = """
        # a comment
        a.test  web
        b.test\tv1 v2\t;x  \r

        empty
         #key value # no comment
        quo"te "single' and "double"
        back\\slash \\d+\\.\\w $HOME ${X} %[src]
        <<  <<
        @7 @8
        umlaut-ü wört
        \u{301}accent \u{301}alone
        a.test again
        ^/x/(.*)$ y{1,2}|[z]!&*?~`

        """

    private func api(_ haproxy: RunningHAProxy) -> RuntimeAPI {
        RuntimeAPI(RuntimeSocket(path: haproxy.workspace.file("s")))
    }

    /// HAProxy with `text` as a file of each kind, and a socket `loud` that says how grave each answer is.
    private func withPatterns(_ text: String, _ body: @escaping @Sendable (RunningHAProxy) async throws -> Void)
        async throws
    {
        try await Workspace.with { files in
            for name in ["map", "acl"] { try files.write(name, text) }
            let frontend = """
                global
                    stats socket \(files.file("loud")) mode 600 level admin severity-output number
                frontend in
                    bind 127.0.0.1:\(LoopbackPorts.free(1)[0])
                    acl listed hdr(x) -f \(files.file("acl"))
                    http-request set-header x %[hdr(x),map(\(files.file("map")))] if listed

                """
            try await RunningHAProxy.with(frontend, body)
        }
    }

    /// The paths of the files there, each with its kind.
    private func files(_ haproxy: RunningHAProxy) async throws -> [(PatternReplacement.Kind, String)] {
        let loaded = try await api(haproxy).files()
        return [
            (.map, try #require(loaded.maps.first)), (.acl, try #require(loaded.acls.subtracting(loaded.maps).first)),
        ]
    }

    @Test("are read as it reads them when it starts")
    func start() async throws {
        try await withPatterns(Self.text) { haproxy in
            for (kind, path) in try await files(haproxy) {
                let shown = PatternReplacement.entries(in: try haproxy.ask("show \(kind.rawValue) \(path)"))
                #expect(shown?.map(String.init) == (try PatternEntries(Array(Self.text.utf8), of: kind).entries))
            }
        }
    }

    @Test("take new entries as they are, in order, many or none")
    func replace() async throws {
        let many = (0..<5000).map { "10.\($0 / 250).\($0 % 250).0/24 b\($0)\n" }.joined()
        try await withPatterns("old old\n") { haproxy in
            for (kind, path) in try await files(haproxy) {
                for text in [Self.text, many, "", Self.text] {
                    let entries = try PatternEntries(Array(text.utf8), of: kind).entries
                    let step = LiveStep.patterns(PatternReplacement(kind: kind, path: path, entries: entries))
                    #expect(try await api(haproxy).mismatch(after: step) != nil)
                    try await api(haproxy).carryOut(step)
                    #expect(try await api(haproxy).mismatch(after: step) == nil)
                }
            }
        }
    }

    @Test("take one entry more, less or another as they take all")
    func single() async throws {
        try await withPatterns(Self.text) { haproxy in
            for (kind, path) in try await files(haproxy) {
                var old = try PatternEntries(Array(Self.text.utf8), of: kind).entries
                for index in old.indices.reversed() {
                    var changes = [old, old + ["new v;1 \\ \"2\" 'x' #y"]]
                    if kind == .map { changes[0][index] = "\(kind.words(old[index])[0]) other" }
                    changes.append(old)
                    changes[2].remove(at: index)
                    for entries in changes where entries != old {
                        let step = LiveStep.patterns(
                            PatternReplacement(kind: kind, path: path, entries: entries, old: old)
                        )
                        try await api(haproxy).carryOut(step)
                        #expect(try await api(haproxy).mismatch(after: step) == nil, "\(step.commands)")
                        old = entries
                    }
                }
            }
        }
    }

    @Test("take new entries through a socket that says how grave its answers are")
    func severity() async throws {
        try await withPatterns("old old\n") { haproxy in
            for (kind, path) in try await files(haproxy) {
                let loud = RuntimeAPI(RuntimeSocket(path: "\(path.dropLast(3))loud"))
                let step = LiveStep.patterns(PatternReplacement(kind: kind, path: path, entries: ["new 1"]))
                try await loud.carryOut(step)
                #expect(try await loud.mismatch(after: step) == nil)
            }
        }
    }

    @Test("keep their entries where one is refused, and take the next ones")
    func refused() async throws {
        try await Workspace.with { files in
            try files.write("map", "10.0.0.0/8 a\n")
            let frontend = """
                frontend in
                    bind 127.0.0.1:\(LoopbackPorts.free(1)[0])
                    http-request set-header x %[src,map_ip(\(files.file("map")))]

                """
            try await RunningHAProxy.with(frontend) { haproxy in
                func step(_ entries: [String]) -> LiveStep {
                    .patterns(PatternReplacement(kind: .map, path: files.file("map"), entries: entries))
                }
                let bad = step(["10.0.0.1 b", "no-address c"])
                let fault = await #expect(throws: RuntimeAPI.Fault.self) { try await api(haproxy).carryOut(bad) }
                let words = fault.map { "\($0)" } ?? ""
                #expect(words.contains("no-address"), "\(words)")
                #expect(fault?.leavesAsItWas(bad) == true)
                #expect(try await api(haproxy).mismatch(after: step(["10.0.0.0/8 a"])) == nil)
                // What was added before is in memory no more.
                #expect(try haproxy.ask("show map @1 \(files.file("map"))") == "\n")
                try await api(haproxy).carryOut(step(["10.0.0.2 d"]))
                #expect(try await api(haproxy).mismatch(after: step(["10.0.0.2 d"])) == nil)
            }
        }
    }
}

/// Certificates of the HAProxy that is installed, named in each way there is.
@Suite("Certificates of a running HAProxy", .tags(.haproxy), .serialized, .timeLimit(.minutes(2)))
struct RealCertificateTests {
    @Test("are replaced wherever they are named; one whose key is another's is refused, and the old one goes on")
    func replace() async throws {
        let ports = LoopbackPorts.free(3)
        try await Workspace.with { files in
            var certificates: [SelfSignedCertificate] = []
            for name in ["a", "b", "c"] { certificates.append(try await SelfSignedCertificate.make(in: files, name)) }
            try files.makeDirectory("directory")
            let names = ["edge.pem", "directory/found.pem", "listed.pem"]
            for name in names { try files.write(name, certificates[0].pem) }
            try files.write("list", "\(files.file("listed.pem")) [alpn h2] *.test\n")
            let frontend = """
                frontend in
                    bind 127.0.0.1:\(ports[0]) ssl crt \(files.file("edge.pem"))
                    bind 127.0.0.1:\(ports[1]) ssl crt \(files.file("directory"))
                    bind 127.0.0.1:\(ports[2]) ssl crt-list \(files.file("list"))

                """
            try await RunningHAProxy.with(frontend) { [certificates] haproxy in
                let api = RuntimeAPI(RuntimeSocket(path: haproxy.workspace.file("s")))
                #expect(try await api.files().certificates == Set(names.map(files.file)))
                for (name, port) in zip(names, ports) {
                    func step(_ pem: String) throws -> LiveStep {
                        .certificate(try CertificateReplacement(path: files.file(name), Array(pem.utf8)))
                    }
                    let bad = try step(certificates[1].mismatched(with: certificates[2]))
                    let fault = await #expect(throws: RuntimeAPI.Fault.self) { try await api.carryOut(bad) }
                    #expect(fault?.leavesAsItWas(bad) == true)
                    #expect(try await api.mismatch(after: bad) != nil)
                    #expect(try await SelfSignedCertificate.serial(port: port) == certificates[0].serial)
                    #expect(try await api.files().offered == nil)

                    let good = try step("# of today\n\n" + certificates[1].pem)
                    try await api.carryOut(good)
                    #expect(try await api.mismatch(after: good) == nil)
                    #expect(try await SelfSignedCertificate.serial(port: port) == certificates[1].serial)
                }
            }
        }
    }
}
