import Registries
import Testing

@Suite("EtcdWatch") struct EtcdWatchTests {
    private let known = EtcdHeader(clusterID: 1, revision: 10, term: 2)
    private let web = KeyRange.prefix("/services/web/")
    private let api = KeyRange.prefix("/services/api/")

    /// A watch that expectations may change.
    private final class Probe {
        private var watch: EtcdWatch

        init(_ watch: EtcdWatch) { self.watch = watch }

        var isEstablished: Bool { watch.isEstablished }

        func on(_ line: Result<EtcdWatchMessage, EtcdFault>) -> EtcdWatch.Step { watch.on(line) }
    }

    private func watch() -> Probe { Probe(EtcdWatch([.init(web, from: 11), .init(api, from: 11)], after: known)) }

    private func message(_ revision: Int64 = 10, cluster: UInt64 = 1, _ change: (inout EtcdWatchMessage) -> Void)
        -> Result<EtcdWatchMessage, EtcdFault>
    {
        var message = EtcdWatchMessage()
        message.header = EtcdHeader(clusterID: cluster, revision: revision, term: 2)
        change(&message)
        return .success(message)
    }

    private func put(_ revision: Int64) -> EtcdEvent {
        .put(EtcdKeyValue(key: "/services/web/a", value: [], modRevision: revision))
    }

    @Test func `it is there when all its watches are`() {
        let watch = watch()
        #expect(watch.on(message { $0.isCreated = true }) == .nothing && !watch.isEstablished)
        #expect(watch.on(message { $0.isCreated = true }) == .nothing && watch.isEstablished)
    }

    @Test func `changes are of their watch's range, which is known up to the last of them and no further`() {
        let watch = watch()
        let step = watch.on(
            message(99) {
                $0.watchID = 1
                $0.events = [put(11), put(12)]
            }
        )
        #expect(step == .changes([put(11), put(12)], web, revision: 12))
        #expect(watch.on(message(99) { $0.watchID = 2 }) == .changes([], api, revision: 99), "progress")
        #expect(watch.on(message(99) { $0.watchID = -1 }) == .nothing, "progress of nobody in particular")
    }

    @Test func `fragments are put together`() {
        let watch = watch()
        let first = watch.on(
            message {
                $0.watchID = 1
                $0.isFragment = true
                $0.events = [put(11)]
            }
        )
        #expect(first == .nothing)
        let second = watch.on(
            message {
                $0.watchID = 1
                $0.events = [put(11)]
            }
        )
        #expect(second == .changes([put(11), put(11)], web, revision: 11))
    }

    @Test func `what cannot be followed on is listed again`() {
        func isListedAgain(_ line: Result<EtcdWatchMessage, EtcdFault>) -> Bool {
            let watch = watch()
            if case .listAgain = watch.on(line) { return true }
            return false
        }
        #expect(isListedAgain(message { ($0.isCanceled, $0.compactRevision) = (true, 20) }), "compacted")
        #expect(isListedAgain(message { ($0.isCreated, $0.isCanceled, $0.watchID) = (true, true, -1) }), "denied")
        #expect(isListedAgain(message(12, cluster: 2) { $0.isCreated = true }), "another cluster")
        #expect(isListedAgain(message(9) { $0.isCreated = true }), "an earlier revision")
        #expect(!isListedAgain(message(10) { $0.isCreated = true }))
    }

    @Test func `an error ends it`() {
        let watch = watch()
        #expect(watch.on(.failure(.unavailable("no leader"))) == .fault(.unavailable("no leader")))
    }
}
