import Catalog
import Logging
import Registries
import TestSupport
import Testing

/// The registry over a transport that answers as the test says: for what a real etcd cannot be made to do.
@Suite(.timeLimit(.minutes(5))) struct EtcdFollowerTests {
    private let web = CatalogQuery.service(name: "web")

    private func registry(
        _ etcd: ScriptedEtcd,
        connect: @escaping @Sendable () throws(EtcdFault) -> Void = {},
    ) -> EtcdRegistry {
        EtcdRegistry(
            .init(name: "main", address: "etcd://test"),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { () throws(EtcdFault) in
            try connect()
            return etcd
        }
    }

    @Test func `a member that fails is left for the next one, at once and without a word`() async throws {
        let etcd = ScriptedEtcd(endpoints: 3)
        etcd.set(2, list: ScriptedEtcd.listing("a"))
        try await watched(registry(etcd), [web]) { diary in
            try await diary.reaches { _ in diary.instances(web)?.map(\.id) == ["a"] }
            #expect(diary.faults == 0 && etcd.listed == [0, 1, 2])
        }
    }

    @Test func `a fault whose lists are good but whose watches fail is one fault, not one after the other`()
        async throws
    {
        let etcd = ScriptedEtcd()
        etcd.set(list: ScriptedEtcd.listing("a"), watch: .status(404, "Not Found"))
        try await watched(registry(etcd), [web]) { diary in
            try await diary.reaches { _ in etcd.watches.count >= 5 }
            #expect(diary.faults == 1 && !diary.isRecovered, "\(diary.messages)")
            #expect(diary.instances(web)?.map(\.id) == ["a"], "what is known is known")
            etcd.set(list: ScriptedEtcd.listing("a"))
            try await diary.reaches { _ in diary.isRecovered }
        }
    }

    @Test(arguments: [EtcdFault.transport(.tls("no")), .credentials("gone"), .unauthenticated("who?")])
    func `what somebody has to mend is told at once`(fault: EtcdFault) async throws {
        let etcd = ScriptedEtcd(endpoints: 3)
        let registry = registry(etcd) { () throws(EtcdFault) in throw fault }
        try await watched(registry, [web]) { diary in
            try await diary.reaches { _ in diary.faults == 1 }
            #expect(diary.lastFault?.needsMending == true && diary.failing == [web])
        }
    }

    @Test func `a question within what is followed is answered without another stream`() async throws {
        let etcd = ScriptedEtcd()
        etcd.set(list: ScriptedEtcd.listing("a", "b"))
        try await watched(registry(etcd), [.services()]) { diary in
            try await diary.reaches { _ in diary.count == 1 && etcd.watches.count == 1 }
            diary.ask([.services(), web])
            try await diary.reaches { _ in diary.instances(web)?.map(\.id) == ["a", "b"] }
            #expect(etcd.watches.count == 1 && etcd.listed.count == 1)
            // Another range needs one; what is known goes on from where it was.
            diary.ask([.services(), web, .key(path: "k")])
            try await diary.reaches { $0[.key(path: "k")] == .key(nil) && etcd.watches.count == 2 }
            #expect(etcd.watches.last == [.init(.key("/k"), from: 11), .init(.prefix("/services/"), from: 11)])
            #expect(etcd.listed.count == 2)
        }
    }

    @Test func `a question that is dropped and comes back is answered again`() async throws {
        let etcd = ScriptedEtcd()
        etcd.set(list: ScriptedEtcd.listing("a"))
        try await watched(registry(etcd), [web]) { diary in
            try await diary.reaches { _ in diary.count == 1 }
            diary.ask([])
            diary.ask([web])
            try await diary.reaches { _ in diary.count == 2 }
        }
    }
}
