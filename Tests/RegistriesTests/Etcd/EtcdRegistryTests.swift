import Catalog
import Registries
import TestSupport
import Testing

/// The registry beside a real etcd, whatever fails.
@Suite(.serialized, .timeLimit(.minutes(5))) struct EtcdRegistryTests {
    private let web = CatalogQuery.service(name: "web")

    @Test func `a lease that ends takes its instance out`() async throws {
        try await EtcdMember.with { member in
            try await member.register("a")
            let lease = try await member.grantLease(seconds: 5)
            try await member.register("b", lease: lease)
            try await watched(etcdRegistry([member.ports.client]), [web]) { diary in
                let areThere = await eventually(within: .seconds(60)) {
                    try? await member.keepAlive(lease)
                    return diary.answers[web]?.ids == ["a", "b"]
                }
                try #require(areThere, "\(diary.answers), \(diary.messages)")
                try await diary.reaches { $0[web]?.ids == ["a"] }
                #expect(diary.faults == 0 && diary.breaks == 1)
            }
        }
    }

    @Test func `all of many services are followed over one stream`() async throws {
        try await EtcdMember.with { member in
            let names = (0..<1_000).map { "s\($0)" }
            func register(_ id: String) async throws {
                try await member.put(names.map { (key: "/services/\($0)/\(id)", value: "10.0.0.1:80") })
            }
            try await register("a")
            let questions = Set(names.map { CatalogQuery.service(name: $0) })
            let registry = etcdRegistry([member.ports.client], patience: .seconds(30), renewal: .seconds(60))
            try await watched(registry, questions) { diary in
                for round in 0..<3 {
                    try await register("b\(round)")
                    try await diary.reaches(within: .seconds(20)) { answers in
                        questions.allSatisfy { answers[$0]?.ids?.last == "b\(round)" }
                    }
                }
                #expect(diary.faults == 0, "\(diary.messages)")
            }
        }
    }

    @Test func `what was compacted away meanwhile is listed again, without a break`() async throws {
        try await EtcdMember.with { member in
            for id in ["a", "b"] { try await member.register(id) }
            try await FaultyLink.with(to: member.ports.client) { link in
                try await watched(etcdRegistry([link.port]), [web]) { diary in
                    try await diary.reaches { $0[web]?.ids == ["a", "b"] }
                    let breaks = diary.breaks
                    link.set(.silent)
                    try await member.delete("/services/web/a")
                    try await member.register("c")
                    for number in 1...20 { try await member.put("/other", "\(number)") }
                    try await member.compact()
                    // Longer than a stream lives: the next one begins at a revision that is gone.
                    #expect(await throughout(.seconds(2)) { diary.answers[web]?.ids == ["a", "b"] })
                    link.set(.passing)
                    try await diary.reaches { $0[web]?.ids == ["b", "c"] }
                    #expect(diary.breaks == breaks)
                    // A compaction while nothing changes is nobody's news.
                    let count = diary.count
                    for number in 1...20 { try await member.put("/other", "\(number)") }
                    try await member.compact()
                    #expect(await throughout(.seconds(3)) { diary.count == count })
                    #expect(diary.isRecovered)
                }
            }
        }
    }

    @Test func `streams are replaced without a loss, a report or a fault`() async throws {
        try await EtcdMember.with { member in
            try await watched(etcdRegistry([member.ports.client], renewal: .milliseconds(50)), [web]) { diary in
                try await diary.reaches { $0[web]?.ids == [] }
                for number in 1...200 { try await member.register("i\(1_000 + number)") }
                try await diary.reaches { $0[web]?.ids?.count == 200 }
                #expect(diary.faults == 0 && diary.breaks == 1)
            }
        }
    }

    @Test func `more keys than come with one answer are read as of one revision`() async throws {
        try await EtcdMember.with { member in
            try await member.put((0..<20_050).map { (key: "/app/\(100_000 + $0)", value: "\($0)") })
            let all = CatalogQuery.prefix(path: "app/")
            try await watched(etcdRegistry([member.ports.client]), [all]) { diary in
                try await diary.reaches { $0[all] != nil }
                guard case .keys(let keys)? = diary.answers[all] else { return }
                #expect(keys.count == 20_050 && keys.last?.path == "app/120049" && keys.last?.value == "20049")
            }
        }
    }

    @Test func `a half-open stream is noticed, and another endpoint goes on`() async throws {
        try await EtcdCluster.with { cluster in
            for id in ["a", "b"] { try await cluster.members[1].register(id) }
            try await FaultyLink.with(to: cluster.members[0].ports.client) { link in
                let ports = [link.port, cluster.members[1].ports.client]
                try await watched(etcdRegistry(ports), [web]) { diary in
                    try await diary.reaches { $0[web]?.ids == ["a", "b"] }
                    link.set(.silent)
                    try await cluster.members[1].delete("/services/web/b")
                    try await diary.reaches { $0[web]?.ids == ["a"] }
                    #expect(diary.faults == 0 && diary.breaks == 1, "\(diary.messages)")
                }
            }
        }
    }

    @Test func `streams that are cut again and again, and slow ones, lose nothing`() async throws {
        try await EtcdMember.with { member in
            try await FaultyLink.with(to: member.ports.client) { link in
                try await watched(etcdRegistry([link.port]), [web]) { diary in
                    try await diary.reaches { $0[web]?.ids == [] }
                    for round in 1...5 {
                        link.set(round.isMultiple(of: 2) ? .slow(bytes: 7, every: .milliseconds(2)) : .passing)
                        for number in 1...5 { try await member.register("i\(round)\(number)") }
                        link.cut()
                    }
                    link.set(.passing)
                    try await diary.reaches { $0[web]?.ids?.count == 25 }
                    #expect(diary.breaks == 1)
                    try await diary.reaches { _ in diary.isRecovered }
                }
            }
        }
    }

    @Test func `a cluster that lost its quorum keeps its answers, and goes on when it is found`() async throws {
        try await EtcdCluster.with { cluster in
            for id in ["a", "b"] { try await cluster.members[0].register(id) }
            try await watched(etcdRegistry(cluster.members.map(\.ports.client)), [web]) { diary in
                try await diary.reaches { $0[web]?.ids == ["a", "b"] }
                // One alone is no loss.
                cluster.members[0].kill()
                try await cluster.members[1].register("c")
                try await diary.reaches { $0[web]?.ids == ["a", "b", "c"] }
                let count = diary.count
                cluster.members[1].kill()
                try await diary.reaches { _ in !diary.isRecovered }
                #expect(diary.count == count)
                try await cluster.restart([cluster.members[0], cluster.members[1]])
                try await cluster.members[0].register("d")
                try await diary.reaches { $0[web]?.ids == ["a", "b", "c", "d"] }
                try await diary.reaches { _ in diary.isRecovered }
                #expect(diary.breaks == 1)
            }
        }
    }

    @Test func `a cluster that lost its data is a break`() async throws {
        try await EtcdMember.with { member in
            for id in ["a", "b"] { try await member.register(id) }
            try await watched(etcdRegistry([member.ports.client]), [web]) { diary in
                try await diary.reaches { $0[web]?.ids == ["a", "b"] }
                member.kill()
                try await member.wipe()
                try await member.restart()
                try await member.register("a")
                try await diary.reaches { $0[web]?.ids?.contains("b") == false }
                #expect(diary.breaks >= 2)
            }
        }
    }

    @Test func `a member that comes back with its data is no break`() async throws {
        try await EtcdMember.with { member in
            for id in ["a", "b"] { try await member.register(id) }
            try await watched(etcdRegistry([member.ports.client]), [web]) { diary in
                try await diary.reaches { $0[web]?.ids == ["a", "b"] }
                member.kill()
                try await diary.reaches { _ in diary.faults > 0 }
                try await member.restart()
                try await member.register("c")
                try await diary.reaches { $0[web]?.ids == ["a", "b", "c"] }
                #expect(diary.breaks == 1 && diary.faults <= 2, "\(diary.messages)")
            }
        }
    }
}
