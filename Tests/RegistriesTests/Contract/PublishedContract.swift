import Logging
import Registries
import Settings
import Synchronization
import TestSupport

/// A registry that a server, or a program, publishes as a whole.
private struct PublishedText: Sendable {
    private var services: [String: [ContractInstance]] = [:]

    mutating func set(_ service: String, _ instances: [ContractInstance]) { services[service] = instances }

    var text: String {
        // The text's order is not the answer's.
        let parts = services.sorted { $0.key > $1.key }.map { service, instances in
            let list = instances.reversed().map { one in
                let tags = one.tags.map { "\"\($0)\"" }.joined(separator: ", ")
                return """
                    {"id": "\(one.id)", "address": "\(one.address)", "port": \(one.port), "weight": \(one.weight), \
                    "tags": [\(tags)]}
                    """
            }
            return "\"\(service)\": {\"instances\": [\(list.joined(separator: ", "))]}"
        }
        return "{\"services\": {\(parts.joined(separator: ", "))}}"
    }
}

/// A server that marks what it says, behind a link that can be cut.
final class HTTPContract: LinkedContract {
    let link: FaultyLink
    private let published: Mutex<PublishedText>
    private let server: CannedServer

    private init(_ server: CannedServer, _ link: FaultyLink) {
        (self.server, self.link) = (server, link)
        published = Mutex(PublishedText())
        server.answer { [self] request in
            let text = published.withLock(\.text)
            let mark = "\"\(text.hashValue)\""
            return request["If-None-Match"] == mark ? .whole(status: 304, "") : .whole(headers: ["ETag": mark], text)
        }
    }

    static func with(_ body: @escaping @Sendable (any RegistryContract) async throws -> Void) async throws {
        try await CannedServer.with { server in
            try await FaultyLink.with(to: server.port) { try await body(HTTPContract(server, $0)) }
        }
    }

    var registry: any Registry {
        var settings = HTTPSettings()
        settings.interval = .milliseconds(100)
        settings.timeout = .seconds(2)
        return PublishedRegistry(
            name: "main",
            from: HTTPSource("http://127.0.0.1:\(link.port)/", settings),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    func set(_ service: String, _ instances: [ContractInstance]) async throws {
        published.withLock { $0.set(service, instances) }
    }
}

/// A program that prints a file, which is not always there.
final class ProgramContract: RegistryContract {
    private let directory: TemporaryDirectory
    private let published = Mutex(PublishedText())
    private let isConnected = Mutex(true)

    private init() throws {
        directory = try TemporaryDirectory()
        try write()
    }

    static func with(_ body: @Sendable (any RegistryContract) async throws -> Void) async throws {
        try await body(ProgramContract())
    }

    var registry: any Registry {
        var settings = ProgramSettings()
        settings.interval = .milliseconds(100)
        return PublishedRegistry(
            name: "main",
            from: ProgramSource(.arguments(["cat", directory("s.json")]), settings),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    func set(_ service: String, _ instances: [ContractInstance]) async throws {
        published.withLock { $0.set(service, instances) }
        if isConnected.withLock(\.self) { try write() }
    }

    func disconnect() async throws {
        isConnected.withLock { $0 = false }
        try? directory.remove("s.json")
    }

    func reconnect() async throws {
        isConnected.withLock { $0 = true }
        try write()
    }

    private func write() throws { try directory.replace("s.json", published.withLock(\.text)) }
}
