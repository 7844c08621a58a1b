import Registries
import Synchronization

/// Answers in place of a cluster's members, as the test says.
final class ScriptedEtcd: EtcdTransport {
    private struct State {
        /// What a list of each endpoint comes to.
        var lists: [Int: Result<EtcdListing, EtcdFault>] = [:]
        /// By what a watch of each endpoint ends at once; none: it stays.
        var watchFaults: [Int: EtcdFault] = [:]
        var listed: [Int] = []
        var watches: [[EtcdWatch.Start]] = []
    }

    let endpointCount: Int
    private let state = Mutex(State())

    init(endpoints: Int = 1) { endpointCount = endpoints }

    /// The endpoints whose lists were asked for, in order.
    var listed: [Int] { state.withLock(\.listed) }
    /// All watches that were asked for.
    var watches: [[EtcdWatch.Start]] { state.withLock(\.watches) }

    func set(_ endpoint: Int = 0, list: Result<EtcdListing, EtcdFault>, watch: EtcdFault? = nil) {
        state.withLock { state in
            state.lists[endpoint] = list
            state.watchFaults[endpoint] = watch
        }
    }

    func list(_ range: KeyRange, from endpoint: Int) async throws(EtcdFault) -> EtcdListing {
        let result = state.withLock { state in
            state.listed.append(endpoint)
            return state.lists[endpoint]
        }
        return try (result ?? .failure(.transport(.closed))).get()
    }

    func watch(
        _ starts: [EtcdWatch.Start],
        from endpoint: Int,
        receive: @escaping @Sendable (Result<EtcdWatchMessage, EtcdFault>) -> Void,
    ) async throws(EtcdFault) {
        let fault = state.withLock { state in
            state.watches.append(starts)
            return state.watchFaults[endpoint]
        }
        if let fault { throw fault }
        for _ in starts {
            var message = EtcdWatchMessage()
            message.header = EtcdHeader(clusterID: 1, revision: 10, term: 1)
            message.isCreated = true
            receive(.success(message))
        }
        try? await Task.sleep(for: .seconds(600))
        throw .transport(.cancelled)
    }

    func close() async {}

    /// A list of a cluster at revision 10.
    static func listing(_ ids: String...) -> Result<EtcdListing, EtcdFault> {
        .success(
            EtcdListing(
                header: EtcdHeader(clusterID: 1, revision: 10, term: 1),
                entries: ids.map { EtcdKeyValue(key: "/services/web/\($0)", value: Array("10.0.0.1:80".utf8)) }
            )
        )
    }
}
