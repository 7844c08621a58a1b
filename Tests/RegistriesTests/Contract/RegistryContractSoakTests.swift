import Catalog
import Registries
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What every kind of registry promises in the long run: `Tests/run --soak`.
@Suite(.serialized, .enabled(if: Installed.isSoak), .timeLimit(.minutes(20))) struct RegistryContractSoakTests {
    private let web = CatalogQuery.service(name: "web")

    @Test(arguments: RegistryKind.allCases)
    func `ten thousand changes leave nothing behind`(kind: RegistryKind) async throws {
        try await kind.with { world in
            try await world.set("web", [.init(id: "a")])
            try await watched(world.registry, [web]) { diary in
                try await diary.reaches { $0[web]?.ids == ["a"] }
                var before = 0
                for number in 1...11_000 {
                    try await world.set("web", [.init(id: "a", port: number), .init(id: "i\(number)")])
                    if number % 100 == 0 {
                        try await diary.reaches { $0[web]?.ids == ["a", "i\(number)"] }
                        diary.forget()
                    }
                    // The first thousand warm up.
                    if number == 1_000 { before = ProcessMemory.residentBytes(of: getpid()) ?? 0 }
                }
                let grown = (ProcessMemory.residentBytes(of: getpid()) ?? 0) - before
                #expect(grown < 32 << 20, "\(grown) bytes")
            }
        }
    }
}
