import Catalog
import Registries
import TestSupport
import Testing

/// What every kind of registry promises in the long run: over 200 changes, and over 10 000 with `Tests/run --soak`.
@Suite(.serialized, .timeLimit(.minutes(20))) struct RegistryContractSoakTests {
    private let web = CatalogQuery.service(name: "web")
    /// The first ones warm up.
    private let first = Installed.isSoak ? 1_000 : 20
    private let last = Installed.isSoak ? 11_000 : 220

    @Test(arguments: RegistryKind.allCases)
    func `changes over changes leave nothing behind, and the last one counts`(kind: RegistryKind) async throws {
        try await kind.with { world in
            try await world.set("web", [.init(id: "a")])
            try await watched(world.registry, [web]) { diary in
                try await diary.reaches { world.ids($0[web]) == ["a"] }
                var before = Remains(world)
                for number in 1...last {
                    try await world.set("web", [.init(id: "a", port: number), .init(id: "i\(number)")])
                    if number % 10 == 0 {
                        try await diary.reaches { world.ids($0[web]) == ["a", "i\(number)"] }
                        diary.forget()
                    }
                    if number == first { before = Remains(world) }
                }
                // A stream that is replaced is there twice for a moment.
                let limit = before.connections + 1
                #expect(await eventually { (world.openConnections ?? 0) <= limit }, "\(world.openConnections ?? 0)")
                // Tests that run beside this one have memory and files of their own.
                guard Installed.isSoak else { return }
                let after = Remains(world)
                print("\(kind.rawValue): \(before) → \(after)")
                #expect(after.memory - before.memory < 32 << 20, "\(before) → \(after)")
                #expect(after.files - before.files < 10, "\(before) → \(after)")
            }
        }
    }
}

/// What this process holds.
private struct Remains: CustomStringConvertible {
    let connections: Int
    /// In bytes.
    let memory: Int
    let files: Int

    init(_ world: any RegistryContract) {
        connections = world.openConnections ?? 0
        memory = ProcessProbe.own.residentBytes ?? 0
        files = ProcessProbe.own.openFiles
    }

    var description: String { "\(memory / 1_000_000) MB, \(files) files, \(connections) connections" }
}
