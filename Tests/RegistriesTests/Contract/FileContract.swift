import Logging
import Registries
import Synchronization

/// A registry file that is written anew for each change; without it there is nothing to read.
final class FileContract: RegistryContract {
    private let directory: TemporaryDirectory
    private let services = Mutex<[String: [ContractInstance]]>([:])
    private let isConnected = Mutex(true)

    private init() throws {
        directory = try TemporaryDirectory()
        try directory.makeDirectory("d")
        try directory.write("d/s.yaml", "services: {}\n")
    }

    static func with(_ body: @Sendable (any RegistryContract) async throws -> Void) async throws {
        try await body(FileContract())
    }

    var registry: any Registry {
        FileRegistry(
            name: "main",
            path: directory("d/s.yaml"),
            timing: .init(debounce: .milliseconds(2), poll: .seconds(1)),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    func set(_ service: String, _ instances: [ContractInstance]) async throws {
        services.withLock { $0[service] = instances }
        if isConnected.withLock(\.self) { try write() }
    }

    func disconnect() async throws {
        isConnected.withLock { $0 = false }
        try directory.rename("d/s.yaml", to: "d/gone")
    }

    func reconnect() async throws {
        isConnected.withLock { $0 = true }
        try write()
    }

    private func write() throws {
        var text = "services:\n"
        for (service, instances) in services.withLock(\.self).sorted(by: { $0.key < $1.key }) {
            text += "  \(service):\n    instances:\n"
            // The file's order is not the answer's.
            for one in instances.reversed() {
                text += "      - {id: \(one.id), address: \(one.address), port: \(one.port), weight: \(one.weight), "
                text += "tags: [\(one.tags.joined(separator: ", "))]}\n"
            }
            if instances.isEmpty { text += "      []\n" }
        }
        try directory.replace("d/s.yaml", text)
    }
}
