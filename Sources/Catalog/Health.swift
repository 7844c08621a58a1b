/// How well an instance is, worst of its checks, in the words of registry files; Consul knows the first three and
/// maintenance.
package enum Health: String, Hashable, Sendable, CaseIterable {
    /// Takes new work.
    case passing
    /// Works, but a check warns. Consul weighs such an instance by `Weights.warning`.
    case warning
    /// Does not work.
    case critical
    /// Finishes the work it has and takes no new one (Kubernetes: serving and terminating).
    case draining
    /// Taken out by an operator.
    case maintenance
    /// The registry knows no health of it.
    case unknown

    /// The health of an instance whose checks have these states: the worst, in Consul's order
    /// maintenance > critical > warning > passing (Consul API, Health, "aggregated status"); no check is passing.
    package static func aggregated(from checks: [Check]) -> Health {
        var worst = Health.passing
        // By place: a check is large, and ten thousand are looked at.
        for index in checks.indices {
            if Check.isMaintenance(checks[index].id) { return .maintenance }
            if checks[index].status.severity > worst.severity { worst = checks[index].status }
        }
        return worst
    }

    /// The place in the order from well to unwell, for comparing.
    package var severity: Int {
        switch self {
        case .passing: 0
        case .unknown: 1
        case .warning: 2
        case .draining: 3
        case .critical: 4
        case .maintenance: 5
        }
    }
}
