import Catalog
import Registries
import TestSupport
import Testing

/// What servers and networks do when they fail: what is known stays, the fault is told once, and the end of it too.
@Suite(.timeLimit(.minutes(2))) struct KubernetesFaultTests {
    private let web = CatalogQuery.service(name: "web")

    private static let troubles: [(String, KubernetesServer.Trouble, String)] = [
        ("status 500", .status(500), "status"), ("429", .status(429, retryAfter: 1), "busy"),
        ("503", .status(503, retryAfter: 1), "busy"), ("silence", .silence, "timeout"),
        ("half a list", .cut(40), "broken"),
        ("no JSON", .body("<html>"), "malformed"), ("an empty answer", .body("{}"), "malformed"),
        ("404", .status(404), "refused"),
    ]

    @Test(arguments: troubles.indices)
    func `a list that fails is tried again, and no answer`(index: Int) async throws {
        let (_, trouble, label) = Self.troubles[index]
        var options = KubernetesServer.Options()
        options.streamsLists = false
        try await KubernetesScene.with(options) { scene in
            scene.server.put(.service("web"), .web([("a", .ready)]))
            scene.server.fail("list endpointslices", trouble)
            try await watched(scene.registry(), [web]) { diary in
                try await diary.reaches { _ in diary.faults >= 1 }
                // The head of a body that is cut may be lost with it.
                #expect(diary.lastFault.map { [label, "closed"].contains($0.label) } == true, "\(diary.messages)")
                #expect(diary.count == 0 && diary.failing == [web])
                scene.server.heal()
                try await diary.reaches { ids($0[web]) == ["a"] && diary.isRecovered }
                #expect(diary.faults == 1, "\(diary.messages)")
            }
        }
    }

    @Test(arguments: [
        "{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"name\":\"web-1\"\n", "garbage\n", "{}\n",
        "{\"type\":\"DELETED\",\"object\":{\"metadata\":{}}}\n", "{\"type\":\"OTHER\",\"object\":{}}\n",
        "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":500,\"message\":\"x\"}}\n",
    ])
    func `a line that is no event loses nothing`(line: String) async throws {
        try await KubernetesScene.with { scene in
            scene.server.put(.service("web"), .web([("a", .ready), ("b", .ready)]))
            try await watched(scene.registry(), [web]) { diary in
                try await diary.reaches { ids($0[web]) == ["a", "b"] }
                #expect(await eventually { scene.server.watches == 2 })
                scene.server.say(line)
                scene.server.put(.web([("b", .ready)]))
                try await diary.reaches { ids($0[web]) == ["b"] && diary.isRecovered }
            }
        }
    }

    @Test func `a connection that is cut within an event goes on from before it`() async throws {
        try await KubernetesScene.with { scene in
            scene.server.put(.service("web"), .web([("a", .ready)]))
            try await watched(scene.registry(timing: .init(confirmation: .seconds(600))), [web]) { diary in
                try await diary.reaches { ids($0[web]) == ["a"] }
                let breaks = diary.breaks
                scene.server.say(#"{"type":"DELETED","object":{"metadata":{"name":"web-1","#)
                scene.server.cut()
                scene.server.put(.web([("a", .ready), ("b", .ready)]))
                try await diary.reaches { ids($0[web]) == ["a", "b"] }
                #expect(diary.breaks == breaks && diary.faults == 0)
            }
        }
    }

    @Test func `a half-open stream is noticed, and nothing that went by is lost`() async throws {
        try await KubernetesScene.with { scene in
            scene.server.put(.service("web"), .web([("a", .ready)]))
            try await watched(scene.registry(), [web]) { diary in
                try await diary.reaches { ids($0[web]) == ["a"] }
                #expect(await eventually { scene.server.watches == 2 })
                scene.server.freeze()
                scene.server.put(.web([("a", .ready), ("b", .ready)]))
                try await diary.reaches { ids($0[web]) == ["a", "b"] }
            }
        }
    }

    @Test func `a stream in small parts is read as well`() async throws {
        try await KubernetesScene.with { scene in
            scene.server.fail("stream", .drip)
            scene.server.put(.service("web"), .web([("a", .ready), ("b", .terminating)]))
            try await watched(scene.registry(), [web]) { diary in
                try await diary.reaches { ids($0[web]) == ["a", "b"] }
                scene.server.put(.web([("b", .ready)]))
                try await diary.reaches { ids($0[web]) == ["b"] }
            }
        }
    }

    @Test func `a token that expired is told, and a new one in the file is taken`() async throws {
        var options = KubernetesServer.Options()
        options.tokens = ["one"]
        try await KubernetesScene.with(options) { scene in
            try scene.directory.write("token", "one\n")
            try scene.directory.write("kubeconfig", scene.server.kubeconfig(user: "{tokenFile: token}"))
            scene.server.put(.service("web"), .web([("a", .ready), ("b", .ready)]))
            try await watched(scene.registry(), [web]) { diary in
                try await diary.reaches { ids($0[web]) == ["a", "b"] }
                scene.server.know(tokens: ["two"])
                scene.server.cut()
                try await diary.reaches { _ in diary.faults == 1 }
                #expect(diary.lastFault?.label == "unauthorized", "\(diary.messages)")
                #expect(ids(diary.answers[web]) == ["a", "b"])
                try scene.directory.write("token", "two\n")
                scene.server.put(.web([("b", .ready)]))
                try await diary.reaches { ids($0[web]) == ["b"] && diary.isRecovered }
            }
        }
    }

    @Test(arguments: ["stream services", "stream endpointslices"])
    func `what RBAC denies is told with what is missing`(kind: String) async throws {
        try await KubernetesScene.with { scene in
            scene.server.put(.service("web"), .web([("a", .ready)]))
            scene.server.forbid(kind)
            try await watched(scene.registry(), [web]) { diary in
                try await diary.reaches { _ in diary.faults == 1 }
                let fault = try #require(diary.lastFault)
                #expect(fault.label == "forbidden" && fault.needsMending)
                #expect(fault.message.contains("cannot stream resource"), "\(fault.message)")
                #expect(fault.hint?.contains("get, list and watch") == true)
                #expect(scene.server.requests(kind).count < 10)
                scene.server.heal()
                try await diary.reaches { ids($0[web]) == ["a"] && diary.isRecovered }
            }
        }
    }

    @Test(arguments: [
        KubernetesServer.Trouble.status(403), .status(500), .body("{\"type\":\"ERROR\",\"object\":{\"code\":500}}\n"),
    ])
    func `a watch that is refused is told once, though lists are answered`(trouble: KubernetesServer.Trouble)
        async throws
    {
        var options = KubernetesServer.Options()
        options.streamsLists = false
        try await KubernetesScene.with(options) { scene in
            scene.server.put(.service("web"), .web([("a", .ready)]))
            scene.server.fail("watch", trouble)
            try await watched(scene.registry(), [web]) { diary in
                try await diary.reaches { ids($0[web]) == ["a"] && diary.faults == 1 }
                // What changes comes by lists meanwhile.
                scene.server.put(.web([("a", .ready), ("b", .ready)]))
                try await diary.reaches { ids($0[web]) == ["a", "b"] }
                if case .status = trouble { #expect(diary.faults == 1 && !diary.isRecovered, "\(diary.messages)") }
                scene.server.heal()
                try await diary.reaches { _ in diary.isRecovered }
            }
        }
    }

    @Test func `Retry-After is heeded`() async throws {
        try await KubernetesScene.with { scene in
            scene.server.put(.service("web"), .web([("a", .ready)]))
            scene.server.fail("stream", .status(429, retryAfter: 2), times: 2)
            let begun = ContinuousClock.now
            try await watched(scene.registry(), [web]) { diary in
                try await diary.reaches { ids($0[web]) == ["a"] }
                #expect(ContinuousClock.now - begun >= .seconds(2))
                #expect(diary.faults == 0, "\(diary.messages)")
            }
        }
    }

    @Test func `hostile names and addresses spoil nobody else`() async throws {
        try await KubernetesScene.with { scene in
            scene.server.put(
                .service("web"),
                .slice(
                    "good",
                    [.init("a", "10.0.0.1"), .init("evil\n\"; server x", "10.0.0.2"), .init("c", "10.0.0.3; x")]
                )
            )
            try await watched(scene.registry(), [web]) { diary in
                // A pod's name is untrusted text, which rendering judges.
                try await diary.reaches { ids($0[web]) == ["a", "evil\n\"; server x"] }
            }
        }
    }
}
