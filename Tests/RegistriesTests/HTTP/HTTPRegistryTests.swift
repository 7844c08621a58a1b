import Catalog
import Logging
import Registries
import Settings
import TestSupport
import Testing

/// A registry over HTTP against a server that answers as told.
@Suite(.serialized, .timeLimit(.minutes(2))) struct HTTPRegistryTests {
    private let web = CatalogQuery.service(name: "web")

    private func registry(
        _ server: CannedServer,
        limit: Int = 1 << 20,
        _ change: (inout HTTPSettings) -> Void = { _ in },
    ) -> PublishedRegistry {
        var settings = HTTPSettings()
        settings.interval = .milliseconds(100)
        settings.timeout = .seconds(10)
        change(&settings)
        return PublishedRegistry(
            name: "main",
            from: HTTPSource("\(server.url)/sd?x=1", settings, limit: limit),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private static func text(_ addresses: String...) -> String {
        let instances = addresses.map { "\"\($0):80\"" }.joined(separator: ", ")
        return "{\"services\": {\"web\": {\"instances\": [\(instances)]}}}"
    }

    private func addresses(_ diary: ReportDiary) -> [String]? { diary.instances(web)?.map(\.effectiveAddress) }

    @Test func `each change comes, and what has not changed is not sent again`() async throws {
        try await CannedServer.with { server in
            server.answer { request in
                request["If-None-Match"] == "\"1\""
                    ? .whole(status: 304, "") : .whole(headers: ["ETag": "\"1\""], Self.text("10.0.0.1"))
            }
            try await watched(registry(server), [web]) { diary in
                try await diary.reaches { _ in addresses(diary) == ["10.0.0.1"] && server.requests.count > 3 }
                #expect(server.requests.first?.target == "/sd?x=1")
                server.say(Self.text("10.0.0.2"))
                try await diary.reaches { _ in addresses(diary) == ["10.0.0.2"] }
                #expect(diary.faults == 0 && diary.breaks == 1)
            }
        }
    }

    @Test func `a server that holds requests is asked once for each change`() async throws {
        try await CannedServer.with { server in
            let version = AsyncStream.makeStream(of: Int.self)
            server.answer { request in
                var number = 1
                if request["If-None-Match"] != nil {
                    // Until there is something new.
                    for await next in version.stream {
                        number = next
                        break
                    }
                }
                return .whole(
                    headers: ["ETag": "\"\(number)\"", "Preference-Applied": "wait=5"],
                    Self.text("10.0.0.\(number)")
                )
            }
            let registry = registry(server) { settings in
                settings.interval = .seconds(3600)
                settings.wait = .seconds(5)
            }
            try await watched(registry, [web]) { diary in
                try await diary.reaches { _ in addresses(diary) == ["10.0.0.1"] }
                version.continuation.yield(2)
                try await diary.reaches { _ in addresses(diary) == ["10.0.0.2"] }
                version.continuation.yield(3)
                try await diary.reaches { _ in addresses(diary) == ["10.0.0.3"] }
                #expect(server.requests.count <= 4)
                #expect(diary.faults == 0)
            }
        }
    }

    private static let faults: [(String, CannedServer.Reply, String)] = [
        ("an error", .whole(status: 500, "broken"), "status"),
        ("a refusal", .whole(status: 403, "no"), "denied"),
        ("a redirect", .whole(status: 302, headers: ["Location": "http://127.0.0.1:1/"], ""), "status"),
        ("no content", .raw("HTTP/1.1 204 X\r\n\r\n"), "status"),
        ("another type", .whole("<html>hello</html>"), "invalid"),
        ("a cut body", .raw("HTTP/1.1 200 X\r\nContent-Length: 900\r\n\r\n{\"services\": {"), "broken"),
        ("a cut document", .whole("{\"services\": {\"web\""), "invalid"),
        ("the end at once", .raw(""), "closed"),
        ("no HTTP", .raw("SSH-2.0-OpenSSH\r\n\r\n"), "broken"),
        ("silence", .silence, "timeout"),
        ("drops", .dripping("HTTP/1.1 200 X\r\nContent-Length: 900\r\n\r\n", every: .milliseconds(300)), "timeout"),
        ("far too much", .whole(String(repeating: " ", count: 2 << 20)), "too_large"),
        ("no gzip", .whole(headers: ["Content-Encoding": "gzip"], "plain"), "broken"),
    ]

    @Test("keeps what was good and tells why", arguments: faults.indices)
    func keeps(index: Int) async throws {
        let (name, reply, label) = Self.faults[index]
        try await CannedServer.with { server in
            server.say(Self.text("10.0.0.1"))
            let registry = registry(server) { if label == "timeout" { $0.timeout = .seconds(1) } }
            try await watched(registry, [web]) { diary in
                try await diary.reaches { _ in addresses(diary) == ["10.0.0.1"] }
                server.answer { _ in reply }
                // A machine that is slow may be told first.
                let isTold = await eventually(within: .seconds(40)) { diary.lastFault?.label == label }
                #expect(isTold, "\(name): \(diary.messages)")
                #expect(addresses(diary) == ["10.0.0.1"])
                server.say(Self.text("10.0.0.2"))
                try await diary.reaches(within: .seconds(40)) { _ in
                    addresses(diary) == ["10.0.0.2"] && diary.isRecovered
                }
                #expect(diary.breaks >= 2)
            }
        }
    }

    @Test func `it shows who it is, and a token that was replaced at once`() async throws {
        let directory = try TemporaryDirectory()
        try directory.write("token", "first\n")
        let file = directory("token")
        try await CannedServer.with { server in
            server.answer { request in
                request["Authorization"] == "Bearer second" && request["X-Key"] == "k"
                    ? .whole(Self.text("10.0.0.2")) : .whole(status: 401, "who?")
            }
            let registry = registry(server) { settings in
                settings.access.tokenFile = file
                settings.headers = ["X-Key": Secret("k")]
            }
            try await watched(registry, [web]) { diary in
                try await diary.reaches { _ in diary.lastFault?.label == "denied" }
                try directory.write("token", "second\n")
                try await diary.reaches { _ in addresses(diary) == ["10.0.0.2"] }
                try directory.write("token", "two words\n")
                try await diary.reaches { _ in diary.lastFault?.label == "credentials" }
            }
        }
    }

    @Test func `an answer may be compressed`() async throws {
        let body: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 42, 78, 45, 42, 203, 76, 78, 45, 86, 178, 82, 168, 86, 42, 79, 77,
            2, 211, 153, 121, 197, 37, 137, 121, 16, 209, 104, 37, 67, 3, 61, 16, 52, 183, 178, 48, 80, 138, 173, 173,
            173, 5, 0, 116, 167, 45, 51, 53, 0, 0, 0,
        ]
        try await CannedServer.with { server in
            server.answer { request in
                request["Accept-Encoding"]?.contains("gzip") == true ? .gzipped(body) : .whole(status: 406, "")
            }
            try await watched(registry(server), [web]) { diary in
                try await diary.reaches { _ in addresses(diary) == ["10.0.0.7"] }
            }
        }
    }

    @Test func `nobody is asked before there is a question`() async throws {
        try await CannedServer.with { server in
            server.say(Self.text("10.0.0.1"))
            try await watched(registry(server), []) { diary in
                #expect(await throughout(.milliseconds(300)) { server.requests.isEmpty })
                diary.ask([web])
                try await diary.reaches { _ in addresses(diary) == ["10.0.0.1"] }
            }
        }
    }
}
