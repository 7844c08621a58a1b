import Catalog
import Registries
import TestSupport
import Testing

/// What every kind of registry promises to whoever watches it.
@Suite(.serialized, .timeLimit(.minutes(5))) struct RegistryContractTests {
    private let web = CatalogQuery.service(name: "web")

    @Test(arguments: RegistryKind.allCases)
    func `the first answer is all there is, and what is not there is answered as empty`(kind: RegistryKind) async throws
    {
        try await kind.with { world in
            try await world.set("web", [.init(id: "a"), .init(id: "b")])
            try await watched(world.registry, [web, .service(name: "none"), .services()]) { diary in
                try await diary.reaches {
                    world.ids($0[web]) == ["a", "b"] && world.ids($0[.service(name: "none")]) == []
                }
                try await diary.reaches {
                    guard case .services(let services)? = $0[.services()] else { return false }
                    return services.contains { $0.name == "web" }
                }
                #expect(diary.faults == 0)
            }
        }
    }

    @Test(arguments: RegistryKind.allCases)
    func `additions, changes and removals come, in the canonical order, and what stays is the same object`(
        kind: RegistryKind
    ) async throws {
        try await kind.with { world in
            try await world.set("web", [.init(id: "b"), .init(id: "c")])
            try await watched(world.registry, [web]) { diary in
                try await diary.reaches { world.ids($0[web]) == ["b", "c"] }
                let first = try #require(diary.instances(web))
                try await world.set("web", [.init(id: "a"), .init(id: "b"), .init(id: "c")])
                try await diary.reaches { world.ids($0[web]) == ["a", "b", "c"] }
                #expect(diary.instances(web)?.dropFirst().first === first.first)
                try await world.set(
                    "web",
                    [.init(id: "a"), .init(id: "b", port: 81, weight: 5, tags: ["x"]), .init(id: "c")]
                )
                try await diary.reaches { _ in
                    let b = diary.instances(web)?.first { world.id(of: $0) == "b" }
                    return b?.port == 81 && b?.weights.passing == 5 && b?.tags == (world.hasTags ? ["x"] : [])
                }
                try await world.set("web", [.init(id: "c")])
                try await diary.reaches { world.ids($0[web]) == ["c"] }
                #expect(diary.instances(web)?.first === first.last)
            }
        }
    }

    @Test(arguments: RegistryKind.allCases)
    func `none is an answer, and the way there is unbroken`(kind: RegistryKind) async throws {
        try await kind.with { world in
            try await world.set("web", [.init(id: "a")])
            try await watched(world.registry, [web]) { diary in
                try await diary.reaches { world.ids($0[web]) == ["a"] }
                let breaks = diary.breaks
                try await world.set("web", [])
                try await diary.reaches { world.ids($0[web]) == [] }
                #expect(diary.breaks == breaks && diary.faults == 0)
            }
        }
    }

    @Test(arguments: RegistryKind.allCases)
    func `an error is no answer, is told once and clearly, and what changed meanwhile comes with the return`(
        kind: RegistryKind
    ) async throws {
        try await kind.with { world in
            try await world.set("web", [.init(id: "a"), .init(id: "b")])
            try await watched(world.registry, [web]) { diary in
                try await diary.reaches { world.ids($0[web]) == ["a", "b"] }
                try await world.disconnect()
                try await diary.reaches { _ in diary.faults >= 1 }
                let (answers, attempts) = (diary.count, world.attempts)
                try await world.set("web", [.init(id: "b"), .init(id: "c")])
                // Long enough for many tries without a pause between them.
                let isKept = await throughout(.seconds(3)) {
                    diary.count == answers && world.ids(diary.answers[web]) == ["a", "b"]
                }
                #expect(isKept, "\(diary.answers)")
                #expect(diary.faults <= 2, "\(diary.messages)")
                if let attempts, let now = world.attempts { #expect(now - attempts < 60, "\(now - attempts)") }
                let message = try #require(diary.messages.first)
                #expect(message.count > 20 && !message.contains("Error("), "\(message)")
                try await world.reconnect()
                try await diary.reaches { world.ids($0[web]) == ["b", "c"] }
                try await diary.reaches { _ in diary.isRecovered }
            }
        }
    }

    @Test(arguments: RegistryKind.allCases)
    func `one that cannot be read at first is read later`(kind: RegistryKind) async throws {
        try await kind.with { world in
            try await world.set("web", [.init(id: "a")])
            try await world.disconnect()
            try await watched(world.registry, [web]) { diary in
                try await diary.reaches { _ in diary.faults >= 1 }
                #expect(diary.count == 0)
                try await world.reconnect()
                try await diary.reaches { world.ids($0[web]) == ["a"] && diary.isRecovered }
            }
        }
    }

    @Test(arguments: RegistryKind.allCases)
    func `what is not asked any more is forgotten, and answered when it is asked again`(kind: RegistryKind) async throws
    {
        try await kind.with { world in
            try await world.set("web", [.init(id: "a")])
            try await world.set("api", [.init(id: "x")])
            let api = CatalogQuery.service(name: "api")
            try await watched(world.registry, [web, api]) { diary in
                try await diary.reaches { world.ids($0[web]) == ["a"] && world.ids($0[api]) == ["x"] }
                diary.ask([api])
                try await world.set("api", [.init(id: "x"), .init(id: "y")])
                try await diary.reaches { world.ids($0[api]) == ["x", "y"] }
                diary.forget()
                diary.ask([api, web])
                try await diary.reaches { world.ids($0[web]) == ["a"] }
            }
        }
    }

    @Test(arguments: RegistryKind.allCases)
    func `cancelling ends it at once, connected or not, and it can be watched again`(kind: RegistryKind) async throws {
        try await kind.with { world in
            try await world.set("web", [.init(id: "a")])
            for isConnected in [true, false, true] {
                if isConnected { try await world.reconnect() } else { try await world.disconnect() }
                let ended = try await ContinuousClock().measure {
                    try await watched(world.registry, [web]) { diary in
                        if isConnected {
                            try await diary.reaches { world.ids($0[web]) == ["a"] }
                        } else {
                            try await diary.reaches { _ in diary.faults >= 1 }
                        }
                        diary.endsNow()
                    } afterwards: { since in
                        #expect(since < .seconds(5))
                    }
                }
                #expect(ended < .seconds(60))
            }
        }
    }
}
