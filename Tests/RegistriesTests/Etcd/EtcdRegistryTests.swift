import Catalog
import Logging
import Registries
import Settings
import TestSupport
import Testing

/// The registry beside a real etcd, whatever fails.
@Suite(.serialized, .timeLimit(.minutes(5))) struct EtcdRegistryTests {
    private let web = CatalogQuery.service(name: "web")

    private func registry(
        _ ports: [Int],
        tls: Bool = false,
        renewal: Duration = .seconds(2),
        _ change: (inout EtcdSettings) -> Void = { _ in },
    ) -> EtcdRegistry {
        let address = EtcdAddress(ports.map { HostPort(host: "127.0.0.1", port: $0) }, isTLS: tls)
        var settings = RegistrySettings(name: "main", url: .etcd(address))
        change(&settings.etcd)
        return EtcdRegistry(
            settings,
            at: address,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            timing: .init(patience: .seconds(1), renewal: renewal)
        )
    }

    private func ids(_ result: QueryResult?) -> [String]? {
        guard case .instances(let instances)? = result else { return nil }
        return instances.map(\.id)
    }

    private func register(_ id: String, _ member: EtcdMember, lease: String? = nil) async throws {
        try await member.put("/services/web/\(id)", "10.0.0.1:80", lease: lease)
    }

    @Test func `a lease that ends takes its instance out`() async throws {
        try await EtcdMember.with { member in
            try await register("a", member)
            let lease = try await member.grantLease(seconds: 2)
            try await register("b", member, lease: lease)
            try await watched(registry([member.ports.client]), [web]) { diary in
                try await diary.reaches { ids($0[web]) == ["a", "b"] }
                try await member.keepAlive(lease)
                try await diary.reaches { ids($0[web]) == ["a"] }
                #expect(diary.faults == 0 && diary.breaks == 1)
            }
        }
    }

    @Test func `what was compacted away meanwhile is listed again, without a break`() async throws {
        try await EtcdMember.with { member in
            for id in ["a", "b"] { try await register(id, member) }
            try await FaultyLink.with(to: member.ports.client) { link in
                try await watched(registry([link.port]), [web]) { diary in
                    try await diary.reaches { ids($0[web]) == ["a", "b"] }
                    let breaks = diary.breaks
                    link.set(.silent)
                    try await member.delete("/services/web/a")
                    try await register("c", member)
                    for number in 1...20 { try await member.put("/other", "\(number)") }
                    try await member.compact()
                    // Longer than a stream lives: the next one begins at a revision that is gone.
                    try await Task.sleep(for: .seconds(2))
                    #expect(ids(diary.answers[web]) == ["a", "b"])
                    link.set(.passing)
                    try await diary.reaches { ids($0[web]) == ["b", "c"] }
                    #expect(diary.breaks == breaks)
                    // A compaction while nothing changes is nobody's news.
                    let count = diary.count
                    for number in 1...20 { try await member.put("/other", "\(number)") }
                    try await member.compact()
                    try await Task.sleep(for: .seconds(3))
                    #expect(diary.count == count && diary.isRecovered)
                }
            }
        }
    }

    @Test func `streams are replaced without a loss, a report or a fault`() async throws {
        try await EtcdMember.with { member in
            try await watched(registry([member.ports.client], renewal: .milliseconds(50)), [web]) { diary in
                try await diary.reaches { ids($0[web]) == [] }
                for number in 1...200 { try await register("i\(1_000 + number)", member) }
                try await diary.reaches { ids($0[web])?.count == 200 }
                #expect(diary.faults == 0 && diary.breaks == 1)
            }
        }
    }

    @Test func `a half-open stream is noticed, and another endpoint goes on`() async throws {
        try await EtcdCluster.with { cluster in
            for id in ["a", "b"] { try await register(id, cluster.members[1]) }
            try await FaultyLink.with(to: cluster.members[0].ports.client) { link in
                let ports = [link.port, cluster.members[1].ports.client]
                try await watched(registry(ports), [web]) { diary in
                    try await diary.reaches { ids($0[web]) == ["a", "b"] }
                    link.set(.silent)
                    try await cluster.members[1].delete("/services/web/b")
                    try await diary.reaches { ids($0[web]) == ["a"] }
                    #expect(diary.faults == 0 && diary.breaks == 1, "\(diary.messages)")
                }
            }
        }
    }

    @Test func `streams that are cut again and again, and slow ones, lose nothing`() async throws {
        try await EtcdMember.with { member in
            try await FaultyLink.with(to: member.ports.client) { link in
                try await watched(registry([link.port]), [web]) { diary in
                    try await diary.reaches { ids($0[web]) == [] }
                    for round in 1...5 {
                        link.set(round.isMultiple(of: 2) ? .slow(bytes: 7, every: .milliseconds(2)) : .passing)
                        for number in 1...5 { try await register("i\(round)\(number)", member) }
                        link.cut()
                    }
                    link.set(.passing)
                    try await diary.reaches(within: .seconds(30)) { ids($0[web])?.count == 25 }
                    #expect(diary.breaks == 1)
                    try await diary.reaches { _ in diary.isRecovered }
                }
            }
        }
    }

    @Test func `a cluster that lost its quorum keeps its answers, and goes on when it is found`() async throws {
        try await EtcdCluster.with { cluster in
            for id in ["a", "b"] { try await register(id, cluster.members[0]) }
            try await watched(registry(cluster.members.map(\.ports.client)), [web]) { diary in
                try await diary.reaches { ids($0[web]) == ["a", "b"] }
                // One alone is no loss.
                cluster.members[0].kill()
                try await register("c", cluster.members[1])
                try await diary.reaches { ids($0[web]) == ["a", "b", "c"] }
                let count = diary.count
                cluster.members[1].kill()
                try await diary.reaches(within: .seconds(40)) { _ in !diary.isRecovered }
                #expect(diary.count == count)
                try await cluster.restart([cluster.members[0], cluster.members[1]])
                try await register("d", cluster.members[0])
                try await diary.reaches(within: .seconds(60)) { ids($0[web]) == ["a", "b", "c", "d"] }
                try await diary.reaches { _ in diary.isRecovered }
                #expect(diary.breaks == 1)
            }
        }
    }

    @Test func `a cluster that lost its data is a break`() async throws {
        try await EtcdMember.with { member in
            for id in ["a", "b"] { try await register(id, member) }
            try await watched(registry([member.ports.client]), [web]) { diary in
                try await diary.reaches { ids($0[web]) == ["a", "b"] }
                member.kill()
                try await member.wipe()
                try await member.restart()
                try await register("a", member)
                try await diary.reaches(within: .seconds(60)) { ids($0[web])?.contains("b") == false }
                #expect(diary.breaks >= 2)
            }
        }
    }

    @Test func `a member that comes back with its data is no break`() async throws {
        try await EtcdMember.with { member in
            for id in ["a", "b"] { try await register(id, member) }
            try await watched(registry([member.ports.client]), [web]) { diary in
                try await diary.reaches { ids($0[web]) == ["a", "b"] }
                member.kill()
                try await diary.reaches(within: .seconds(30)) { _ in diary.faults > 0 }
                try await member.restart()
                try await register("c", member)
                try await diary.reaches(within: .seconds(60)) { ids($0[web]) == ["a", "b", "c"] }
                #expect(diary.breaks == 1 && diary.faults <= 2, "\(diary.messages)")
            }
        }
    }

    // MARK: - Access

    @Test func `a token that expires is replaced, and nobody notices`() async throws {
        try await Workspace.with { workspace in
            try await makeKeys(in: workspace)
            var options = EtcdOptions()
            options.tokens = (seconds: 2, directory: workspace.path)
            try await EtcdMember.with(options) { member in
                try await register("a", member)
                try await member.enableAuthentication(reading: "/services/")
                try workspace.write("password", "secret\n")
                let registry = registry([member.ports.client], renewal: .seconds(1)) { settings in
                    settings.user = "gate"
                    settings.passwordFile = workspace.file("password")
                }
                try await watched(registry, [web]) { diary in
                    try await diary.reaches { ids($0[web]) == ["a"] }
                    for id in ["b", "c", "d"] {
                        // Each longer than a token is good for.
                        try await Task.sleep(for: .seconds(3))
                        try await register(id, member)
                        try await diary.reaches { ids($0[web])?.last == id }
                    }
                    #expect(diary.faults == 0 && diary.breaks == 1, "\(diary.messages)")
                }
            }
        }
    }

    private func makeKeys(in workspace: Workspace) async throws {
        let (key, open) = (workspace.file("jwt.key"), workspace.file("jwt.pub"))
        for arguments in [["genrsa", "-out", key, "2048"], ["rsa", "-in", key, "-pubout", "-out", open]] {
            let run = try await execute("openssl", arguments)
            try #require(run.status == 0, "\(run.error)")
        }
    }

    @Test func `what may not be read is told, and read as soon as it may; the others are answered`() async throws {
        try await EtcdMember.with { member in
            try await register("a", member)
            try await member.put("/services/api/x", "10.0.0.2:80")
            try await member.enableAuthentication(reading: "/services/web/")
            let registry = registry([member.ports.client]) { settings in
                settings.user = "gate"
                settings.password = Secret("secret")
            }
            let api = CatalogQuery.service(name: "api")
            try await watched(registry, [web, api]) { diary in
                try await diary.reaches { ids($0[web]) == ["a"] && diary.failing == [api] }
                let fault = try #require(diary.lastFault)
                #expect(fault.label == "denied" && fault.message.contains("(service api)"), "\(fault.message)")
                try await member.allow("/services/api/")
                try await diary.reaches { ids($0[api]) == ["x"] && diary.isRecovered && diary.failing.isEmpty }
                // What is seen is kept while it may not be.
                #expect(ids(diary.answers[web]) == ["a"])
            }
        }
    }

    @Test func `a user that is wrong or missing is told at once`() async throws {
        try await EtcdMember.with { member in
            try await member.enableAuthentication(reading: "/services/")
            try await watched(registry([member.ports.client]), [web]) { diary in
                try await diary.reaches { _ in diary.faults == 1 }
                #expect(diary.lastFault?.needsMending == true)
                #expect(diary.messages[0].contains("does not know who asks"), "\(diary.messages)")
            }
            let wrong = registry([member.ports.client]) { settings in
                settings.user = "gate"
                settings.password = Secret("wrong")
            }
            try await watched(wrong, [web]) { diary in
                try await diary.reaches { _ in diary.faults == 1 }
                #expect(diary.messages[0].contains("authentication failed"), "\(diary.messages)")
            }
        }
    }

    @Test func `a user that the cluster does not ask for does no harm, also when it begins to`() async throws {
        try await EtcdMember.with { member in
            try await register("a", member)
            let registry = registry([member.ports.client]) { settings in
                settings.user = "gate"
                settings.password = Secret("secret")
            }
            try await watched(registry, [web]) { diary in
                try await diary.reaches { ids($0[web]) == ["a"] }
                try await member.enableAuthentication(reading: "/services/")
                try await register("b", member)
                try await diary.reaches { ids($0[web]) == ["a", "b"] }
                try await Task.sleep(for: .seconds(3))
                try await register("c", member)
                try await diary.reaches { ids($0[web]) == ["a", "b", "c"] && diary.isRecovered }
            }
        }
    }

    @Test func `TLS with a client's certificate, and a certificate of another name`() async throws {
        try await Workspace.with { workspace in
            var options = EtcdOptions()
            let certificates = try await TestCertificates.make(in: workspace)
            options.certificates = certificates
            try await EtcdMember.with(options) { member in
                try await register("a", member)
                let right: (inout EtcdSettings) -> Void = { settings in
                    settings.tls.authorities = certificates.authority
                    settings.tls.certificate = certificates.client.certificate
                    settings.tls.key = certificates.client.key
                    settings.tls.serverName = "server.dc1.consul"
                }
                try await watched(registry([member.ports.secure], tls: true, right), [web]) { diary in
                    try await diary.reaches { ids($0[web]) == ["a"] }
                    try await register("b", member)
                    try await diary.reaches { ids($0[web]) == ["a", "b"] }
                }
                for wrong in [\TLSSettings.serverName, \.certificate] {
                    let registry = registry([member.ports.secure], tls: true) { settings in
                        right(&settings)
                        settings.tls[keyPath: wrong] = nil
                    }
                    try await watched(registry, [web]) { diary in
                        try await diary.reaches { _ in diary.faults > 0 }
                        #expect(diary.lastFault?.label == "tls", "\(diary.messages)")
                        #expect(diary.count == 0)
                    }
                }
            }
        }
    }
}
