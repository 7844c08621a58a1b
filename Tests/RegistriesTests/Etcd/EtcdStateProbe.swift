import Catalog
import Registries
import Settings

/// A state that expectations may change.
final class EtcdStateProbe {
    private var state: EtcdState

    init(_ format: EtcdServiceFormat = .auto, hostnames: Bool = false) {
        let services = EtcdServices(format: format)
        state = EtcdState(.init(name: "main", address: "etcd://test", hostnames: hostnames, services: services))
    }

    var missing: [KeyRange] { state.missing }
    var starts: [EtcdWatch.Start] { state.starts }
    var standing: EtcdHeader? { state.standing }
    var nextConfirmation: ContinuousClock.Instant? { state.nextConfirmation }

    func want(_ queries: Set<CatalogQuery>) -> [RegistryReport] { state.want(queries) }
    func listed(_ range: KeyRange, _ listing: EtcdListing, after known: EtcdHeader?) -> Bool {
        state.listed(range, listing, after: known)
    }
    func apply(_ events: [EtcdEvent], _ range: KeyRange, revision: Int64) {
        state.apply(events, range, revision: revision)
    }
    func denied(_ range: KeyRange, _ fault: EtcdFault) { state.denied(range, fault) }
    func listAgain() { state.listAgain() }
    func renew(at now: ContinuousClock.Instant) { state.renew(at: now) }
    func watched() { state.watched() }
    func takeReports(at now: ContinuousClock.Instant) -> (
        reports: [RegistryReport], rejected: [RejectedRegistration]
    ) {
        state.takeReports(at: now)
    }

    /// The answers that are due, each with what it continues.
    func answers(at now: ContinuousClock.Instant = .now) -> [(
        result: QueryResult?, continuity: RegistryReport.Continuity
    )] {
        takeReports(at: now).reports.compactMap { report in
            guard case .answers(let answers, let continuity) = report else { return nil }
            return (answers[.service(name: "web")] ?? answers.values.first, continuity)
        }
    }
}

/// A list as etcd answers it.
func etcdListing(
    _ entries: [(String, String)],
    revision: Int64 = 10,
    cluster: UInt64 = 1,
    term: UInt64 = 2,
) -> EtcdListing {
    EtcdListing(
        header: EtcdHeader(clusterID: cluster, revision: revision, term: term),
        entries: entries.map { EtcdKeyValue(key: $0.0, value: Array($0.1.utf8), createRevision: 1, modRevision: 2) }
    )
}

/// The instances of an answer, one after the other.
func instanceText(_ result: QueryResult?) -> String {
    guard case .instances(let instances)? = result else { return "\(result as Any)" }
    return instances.map { one in
        var words = ["\(one.id) \(one.address):\(one.port)"]
        if one.weights != Weights() { words.append("w\(one.weights.passing)") }
        words += one.tags + one.meta.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        if one.health != .passing { words.append("\(one.health)") }
        if !one.zone.isEmpty { words.append("in \(one.zone)") }
        if one.node.name != one.address { words.append("on \(one.node.name)") }
        return words.joined(separator: " ")
    }.joined(separator: "; ")
}
