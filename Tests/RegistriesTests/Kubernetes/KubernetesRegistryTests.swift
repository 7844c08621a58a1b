import Catalog
import Registries
import Settings
import TestSupport
import Testing

/// The registry beside a server that keeps the API's rules.
@Suite(.timeLimit(.minutes(2))) struct KubernetesRegistryTests {
    private let web = CatalogQuery.service(name: "web")

    private func health(_ diary: ReportDiary) -> [Health]? { diary.instances(web)?.map(\.health) }

    @Test(arguments: [true, false])
    func `it lists, watches, and tells a pod's way out`(streams: Bool) async throws {
        var options = KubernetesServer.Options()
        options.streamsLists = streams
        try await KubernetesScene.with(options) { scene in
            scene.server.put(.service("web"), .web([("a", .ready), ("b", .ready)]))
            try await watched(scene.registry(timing: .init(confirmation: .seconds(600))), [web, .services()]) { diary in
                try await diary.reaches { ids($0[web]) == ["a", "b"] }
                #expect(diary.answers[.services()] == .services([ServiceSummary(name: "web", tags: [])]))
                scene.server.put(.web([("a", .ready), ("b", .terminating)]))
                try await diary.reaches { _ in health(diary) == [.passing, .draining] }
                scene.server.put(.web([("a", .ready), ("b", .terminated)]))
                try await diary.reaches { _ in health(diary) == [.passing, .critical] }
                scene.server.put(.web([("a", .ready)]))
                try await diary.reaches { ids($0[web]) == ["a"] }
                #expect(diary.faults == 0)
            }
            #expect(scene.server.requests("list").isEmpty == streams)
        }
    }

    @Test func `long lists come in pages`() async throws {
        var options = KubernetesServer.Options()
        options.streamsLists = false
        try await KubernetesScene.with(options) { scene in
            scene.server.put(.service("web"))
            scene.server.put(
                (0..<1_203).map { .slice("s\($0)", [.init("p\($0)", "10.0.\($0 / 200).\($0 % 200 + 1)")]) }
            )
            try await watched(scene.registry(), [web]) { diary in
                try await diary.reaches { ids($0[web])?.count == 1_203 }
            }
            #expect(scene.server.requests("list endpointslices").count >= 3)
        }
    }

    @Test func `pages that were forgotten are read anew`() async throws {
        var options = KubernetesServer.Options()
        options.streamsLists = false
        try await KubernetesScene.with(options) { scene in
            scene.server.put(.service("web"))
            scene.server.put((0..<600).map { .slice("s\($0)", [.init("p\($0)", "10.0.\($0 / 200).\($0 % 200 + 1)")]) })
            // The second page's token is of a version that is too old by then.
            scene.server.fail(
                "list endpointslices",
                .body(#"{"metadata":{"resourceVersion":"1","continue":"1-500"},"items":[]}"#),
                times: 1
            )
            scene.server.forgetHistory()
            try await watched(scene.registry(), [web]) { diary in
                try await diary.reaches { ids($0[web])?.count == 600 }
            }
            #expect(scene.server.requests("list endpointslices").contains { !$0.contains("limit=") })
        }
    }

    @Test func `a watch that ends goes on without a break, and without a list`() async throws {
        try await KubernetesScene.with { scene in
            scene.server.put(.service("web"), .web([("a", .ready)]))
            try await watched(scene.registry(timing: .init(confirmation: .seconds(600))), [web]) { diary in
                try await diary.reaches { ids($0[web]) == ["a"] }
                let breaks = diary.breaks
                for number in 0..<3 {
                    if number == 1 { scene.server.cut() } else { scene.server.endWatches() }
                    scene.server.put(.web([("a", .ready), ("b\(number)", .ready)]))
                    try await diary.reaches { ids($0[web]) == ["a", "b\(number)"] }
                    #expect(await eventually { scene.server.watches == 2 })
                }
                #expect(diary.breaks == breaks && diary.faults == 0, "\(diary.messages)")
            }
            #expect(scene.server.requests("list").isEmpty && scene.server.requests("stream").count == 2)
        }
    }

    @Test(arguments: [true, false])
    func `what was forgotten while away is listed anew, and is a break`(byStatus: Bool) async throws {
        var options = KubernetesServer.Options()
        options.expiresByStatus = byStatus
        try await KubernetesScene.with(options) { scene in
            scene.server.put(.service("web"), .web([("a", .ready), ("b", .ready)]))
            try await watched(scene.registry(timing: .init(confirmation: .seconds(600))), [web]) { diary in
                try await diary.reaches { ids($0[web]) == ["a", "b"] }
                let breaks = diary.breaks
                scene.server.fail("watch", .status(500), times: 2)
                scene.server.cut()
                scene.server.put(.web([("a", .ready), ("c", .ready)]))
                scene.server.forgetHistory()
                try await diary.reaches { ids($0[web]) == ["a", "c"] }
                #expect(diary.breaks > breaks)
            }
        }
    }

    @Test func `a server that comes back restored from a backup is listed anew`() async throws {
        try await KubernetesScene.with { scene in
            scene.server.put(.service("web"), .web([("a", .ready), ("b", .ready)]))
            try await watched(scene.registry(), [web]) { diary in
                try await diary.reaches { ids($0[web]) == ["a", "b"] }
                await scene.server.stop()
                try await diary.reaches { _ in diary.faults == 1 }
                scene.server.restore()
                scene.server.put(.web([("b", .ready)]))
                let breaks = diary.breaks
                try await scene.server.start()
                try await diary.reaches { ids($0[web]) == ["b"] && diary.isRecovered }
                #expect(diary.breaks > breaks)
                scene.server.put(.web([("b", .ready), ("c", .ready)]))
                try await diary.reaches { ids($0[web]) == ["b", "c"] }
            }
        }
    }

    @Test func `a version from the future is found out by silence`() async throws {
        try await KubernetesScene.with { scene in
            scene.server.put(.service("web"), .web([("a", .ready)]))
            try await watched(scene.registry(), [web]) { diary in
                try await diary.reaches { ids($0[web]) == ["a"] }
                // Behind one address another server, which lags.
                scene.server.restore()
                scene.server.cut()
                scene.server.put(.web([("a", .ready), ("b", .ready)]))
                try await diary.reaches { ids($0[web]) == ["a", "b"] }
            }
        }
    }

    @Test func `an answer after a break is confirmed by a second one`() async throws {
        try await KubernetesScene.with { scene in
            scene.server.put(.service("web"), .web([("a", .ready)]))
            try await watched(scene.registry(), [web]) { diary in
                try await diary.reaches { ids($0[web]) == ["a"] }
                let count = diary.count
                try await diary.reaches { _ in diary.count >= count + 2 }
                #expect(diary.faults == 0)
            }
            #expect(!scene.server.requests("list").isEmpty)
        }
    }

    @Test func `other namespaces are watched when asked for, or all at once`() async throws {
        try await KubernetesScene.with { scene in
            let other = QueryScope(parameters: ["ns": "other"])
            let theirs = CatalogQuery.service(name: "web", scope: other)
            scene.server.put(.service("web"), .web([("a", .ready)]), .service("web", in: "other"))
            scene.server.put(.slice("x", in: "other", [.init("x", "10.1.0.1")]))
            scene.server.put(.service("api", in: "other"))
            for all in [false, true] {
                try await watched(scene.registry { $0.allNamespaces = all }, [web]) { diary in
                    try await diary.reaches { ids($0[web]) == ["a"] }
                    diary.ask([web, theirs, .services(scope: other)])
                    try await diary.reaches { ids($0[theirs]) == ["x"] }
                    #expect(
                        diary.answers[.services(scope: other)]
                            == .services([ServiceSummary(name: "api", tags: []), ServiceSummary(name: "web", tags: [])])
                    )
                    diary.ask([web])
                }
                let paths = Set(scene.server.requests().map { $0.split(separator: " ")[2].prefix { $0 != "?" } })
                #expect(paths.contains("/api/v1/services") == all, "\(paths)")
            }
        }
    }

    @Test func `a selector chooses Services, and one that is none is told`() async throws {
        try await KubernetesScene.with { scene in
            scene.server.put(.service("web", labels: ["tier": "front"]), .service("api"), .web([("a", .ready)]))
            try await watched(scene.registry { $0.labels = "tier=front" }, [.services(), web]) { diary in
                try await diary.reaches { ids($0[web]) == ["a"] }
                #expect(diary.answers[.services()] == .services([ServiceSummary(name: "web", tags: [])]))
            }
            try await watched(scene.registry { $0.labels = "tier(" }, [web]) { diary in
                scene.server.fail("stream services", .status(400))
                try await diary.reaches { _ in diary.faults == 1 }
                #expect(diary.lastFault?.label == "refused" && diary.lastFault?.needsMending == true)
            }
        }
    }

    @Test(arguments: [
        CatalogQuery.key(path: "a"), .prefix(path: "a"), .nodes(), .node(name: nil), .datacenters(), .caRoots(),
        .caLeaf(service: "web"), .connect(name: "web"), .preparedQuery(name: "web"), .service(name: "web", near: "x"),
        .service(name: "web", scope: QueryScope(datacenter: "dc2")),
        .service(name: "web", scope: QueryScope(parameters: ["partition": "p"])),
    ])
    func `a question that it cannot answer is a clear fault, and the others are answered`(query: CatalogQuery)
        async throws
    {
        try await KubernetesScene.with { scene in
            scene.server.put(.service("web"), .web([("a", .ready)]))
            try await watched(scene.registry(), [web, query]) { diary in
                try await diary.reaches { ids($0[web]) == ["a"] && diary.faults == 1 }
                let fault = try #require(diary.lastFault)
                #expect(fault.label == "unsupported" && fault.needsMending && !fault.isWhole && fault.hint != nil)
                #expect(fault.message.contains("`\(query)`") && diary.failing == [query])
                diary.ask([web])
                try await diary.reaches { _ in diary.isRecovered && diary.failing.isEmpty }
            }
        }
    }
}
