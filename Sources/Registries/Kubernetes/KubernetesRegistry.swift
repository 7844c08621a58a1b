package import Catalog
package import Logging
package import Settings

/// A Kubernetes cluster as a registry: its Services and EndpointSlices, listed and then watched.
///
/// Each namespace that is asked for is followed by itself, or all at once if so configured. The rights needed are get, list
/// and watch on both resources there.
package struct KubernetesRegistry: Registry {
    package var name: String { settings.name }
    private let settings: RegistrySettings
    private let timing: WatchCycle.Timing
    private let access: @Sendable () throws(KubernetesFault) -> KubernetesAccess
    private let logger: Logger

    /// - Parameters:
    ///   - environment: The process's variables.
    ///   - serviceAccount: The directory of the pod's service account; nil is Kubernetes' own.
    package init(
        _ registry: RegistrySettings,
        at address: KubernetesAddress,
        environment: @escaping @Sendable (String) -> String?,
        serviceAccount: String? = nil,
        timing: WatchCycle.Timing = WatchCycle.Timing(),
        logger: Logger,
    ) {
        settings = registry
        self.timing = timing
        self.logger = logger
        let directory = serviceAccount ?? KubernetesAccess.serviceAccount
        access = { () throws(KubernetesFault) in
            try KubernetesAccess(address, environment: environment, serviceAccount: directory)
        }
    }

    package func watch(
        _ wanted: AsyncStream<Set<CatalogQuery>>,
        report: @escaping @Sendable (RegistryReport) async -> Void,
    ) async {
        guard let access = await access(report) else { return }
        var state = KubernetesState(
            registry: name,
            address: access.server,
            namespace: settings.kubernetes.namespace ?? access.namespace,
            watchesAll: settings.kubernetes.allNamespaces,
            confirmation: timing.confirmation,
            ServiceInstances(hostnames: settings.hostnames, port: settings.kubernetes.port)
        )
        let (events, occur) = AsyncStream.makeStream(of: KubernetesState.Event.self)
        await withDiscardingTaskGroup { group in
            group.addTask { for await questions in wanted { occur.yield(.wanted(questions)) } }
            var followers: [KubernetesFeed: StopSignal] = [:]
            var alarm: ContinuousClock.Instant?
            var told: Set<RejectedRegistration> = []
            for await event in events {
                if case .alarm = event { alarm = nil }
                let reports = state.on(event, at: .now)
                for (feed, signal) in followers where state.feeds[feed] == nil {
                    signal.stop()
                    followers[feed] = nil
                }
                for feed in state.feeds.keys where followers[feed] == nil {
                    let signal = StopSignal()
                    followers[feed] = signal
                    let follower = follower(feed) { occur.yield($0) }
                    group.addTask { await signal.unlessStopped { await follower.run() } }
                }
                if let next = state.nextLook, alarm.map({ next < $0 }) ?? true {
                    alarm = next
                    group.addTask { if (try? await Task.sleep(until: next)) != nil { occur.yield(.alarm) } }
                }
                log(state.takeRejected(), &told)
                for one in reports { await report(one) }
            }
            group.cancelAll()
        }
    }

    private func follower(
        _ feed: KubernetesFeed,
        tell: @escaping @Sendable (KubernetesState.Event) -> Void,
    ) -> ResourceFollower {
        ResourceFollower(
            feed: feed,
            labels: settings.kubernetes.labels,
            timing: timing,
            connect: { [access, timing] () throws(KubernetesFault) in try KubernetesClient(access(), timing) },
            tell: tell
        )
    }

    /// The access at the beginning; tried again until there is one, nil when cancelled.
    private func access(_ report: @Sendable (RegistryReport) async -> Void) async -> KubernetesAccess? {
        var retries = RetrySchedule(base: .seconds(1), limit: .seconds(30))
        var told: KubernetesFault?
        while !Task.isCancelled {
            do throws(KubernetesFault) {
                let access = try access()
                _ = try access.tlsConfiguration()
                if told != nil { await report(.recovered) }
                return access
            } catch {
                if told != error {
                    var fault = RegistryFault(error, address: settings.name, reading: "before the first request")
                    fault.isWhole = true
                    await report(.fault(fault))
                }
                told = error
                try? await Task.sleep(for: retries.failed())
            }
        }
        return nil
    }

    /// Says once of each registration what is wrong with it.
    private func log(_ rejected: [RejectedRegistration], _ told: inout Set<RejectedRegistration>) {
        for registration in rejected {
            // Who changes it all the time must not fill the memory.
            if told.count > 1_000 { told.removeAll() }
            guard told.insert(registration).inserted else { continue }
            logger.warning(
                "registration at fault",
                metadata: [
                    "registry": "\(name)", "instance": "\(registration.instance.id)",
                    "service": "\(registration.instance.service)", "node": "\(registration.instance.node)",
                    "reason": "\(registration.reason)",
                ]
            )
        }
    }
}
