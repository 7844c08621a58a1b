import Balancers
import Synchronization

/// What is known of running HAProxies beyond their files, by their sockets: who runs, and which servers wait to be deleted.
///
/// It ends with this process; what is left behind then runs in maintenance and is in no file, and is found by that.
final class LiveMemory: Sendable {
    /// A server that left and is to be deleted.
    struct Leaving: Sendable {
        var removal: PendingRemoval
        var since: ContinuousClock.Instant
    }

    private struct Balancer {
        var running: HAProxyInfo?
        /// How it is reloaded (`ReloadSettings.balancer`).
        var reload = ""
        /// Who ran before a reload: for a moment it may still answer in place of its successor.
        var predecessor: HAProxyInfo?
        var leaving: [Leaving] = []
    }

    private let balancers = Mutex<[String: Balancer]>([:])

    /// Whether `running` is who was met before at `socket`.
    func knows(_ running: HAProxyInfo, at socket: String) -> Bool {
        balancers.withLock { $0[socket]?.running == running }
    }

    /// The balancer of `reload` was told to reload: who answers next has to be looked at.
    func doubt(_ reload: String) {
        balancers.withLock { balancers in
            for (socket, balancer) in balancers where balancer.running != nil && balancer.reload == reload {
                balancers[socket]?.predecessor = balancer.running
                balancers[socket]?.running = nil
            }
        }
    }

    /// Whether `running` ran before the last reload.
    func doubts(_ running: HAProxyInfo, at socket: String) -> Bool {
        balancers.withLock { $0[socket]?.predecessor == running }
    }

    /// Takes down who runs. Of another process than before nothing is known: false.
    func meet(_ running: HAProxyInfo, at socket: String, reload: String) -> Bool {
        balancers.withLock { balancers in
            let isKnown = balancers[socket]?.predecessor == running
            let leaving = isKnown ? balancers[socket]?.leaving ?? [] : []
            balancers[socket] = Balancer(running: running, reload: reload, leaving: leaving)
            return isKnown
        }
    }

    /// The servers that wait to be deleted, the one that was looked at longest ago first.
    func leaving(at socket: String) -> [Leaving] { balancers.withLock { $0[socket]?.leaving ?? [] } }

    /// Adds those that are not known yet.
    func add(_ removals: [PendingRemoval], at socket: String, now: ContinuousClock.Instant) {
        balancers.withLock { balancers in
            let known = Set((balancers[socket]?.leaving ?? []).map(\.removal.path))
            balancers[socket, default: Balancer()].leaving += removals.filter { !known.contains($0.path) }
                .map { Leaving(removal: $0, since: now) }
        }
    }

    /// An update was carried out.
    func note(_ update: LiveUpdate, at socket: String, now: ContinuousClock.Instant) {
        forget(Set(update.revived.map(\.path) + update.removals.map(\.path)), at: socket)
        add(update.removals, at: socket, now: now)
    }

    /// These are gone, or are to stay.
    func forget(_ paths: Set<String>, at socket: String) {
        balancers.withLock { $0[socket]?.leaving.removeAll { paths.contains($0.removal.path) } }
    }

    /// The first `count` were looked at, and come last from now on.
    func rotate(_ count: Int, at socket: String) {
        balancers.withLock { balancers in
            guard var balancer = balancers[socket], count < balancer.leaving.count else { return }
            balancer.leaving = Array(balancer.leaving[count...] + balancer.leaving[..<count])
            balancers[socket] = balancer
        }
    }
}
