package import Diagnostics
package import Logging
import Registries
import ServiceLifecycle
import Settings

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The loop of `headgate run`: runs a generation, and the next one when the configuration was read anew.
package actor Controller: Service {
    private let logger: Logger
    private let version: String
    private let stateDirectory: String?
    private let started = ContinuousClock.now
    private var current: Generation
    private var next: Generation?
    /// The faults of the configuration that was read last, if it has any.
    private var refused: (at: ContinuousClock.Instant, faults: [String])?
    private var stopping = false

    /// `stateDirectory` and `version` are for the status alone.
    package init(_ first: Generation, version: String, stateDirectory: String?, logger: Logger) {
        current = first
        self.version = version
        self.stateDirectory = stateDirectory
        self.logger = logger
    }

    /// Runs until the service group shuts down; a delivery that is under way is ended first.
    package func run() async throws {
        let (requests, stopper) = AsyncStream<Void>.makeStream()
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { for await _ in requests { await self.stop() } }
                await runGenerations()
                stopper.finish()
            }
        } onGracefulShutdown: {
            stopper.yield()
        }
        logger.info("stopped")
    }

    /// Goes over to another generation as soon as the present one has ended what it is doing.
    package func replace(with generation: Generation) async {
        next = generation
        refused = nil
        current.stop()
    }

    /// Notes that the configuration could not be read anew, for the status: what runs goes on.
    package func refuse(_ faults: [Diagnostic]) {
        refused = (.now, faults.map { fault in "\(fault.position.map { "\($0): " } ?? "")\(printable(fault.message))" })
    }

    /// What `headgate status` shows.
    package func report() async -> StatusReport {
        let now = ContinuousClock.now
        return StatusReport(
            version: version,
            pid: getpid(),
            uptimeSeconds: (now - started).seconds,
            stateDirectory: stateDirectory,
            refusedConfiguration: refused.map { .init(seconds: (now - $0.at).seconds, faults: $0.faults) },
            registries: await current.hub.registryStates.map { StatusReport.Registry($0, at: now) },
            targets: current.workers.map { $0.report(at: now) },
        )
    }

    /// How the targets are, in short; nil while a generation is about to follow another.
    package func standing() -> Standing? {
        guard next == nil else { return nil }
        let now = ContinuousClock.now
        return Standing(targets: current.workers.map { $0.report(at: now) })
    }

    /// Whether every target does its work, and asks them for a sign of life.
    package func isAlive() -> Bool {
        defer { for worker in current.workers { worker.ping() } }
        return current.workers.allSatisfy(\.isAlive)
    }

    /// Lets go of what guards hold, of one target or all, of one question or all. Returns the targets that were told.
    package func release(target: String?, query: String?) -> [String] {
        let workers = current.workers.filter { target == nil || $0.target.settings.name == target }
        for worker in workers { worker.release(query: query) }
        return workers.map(\.target.settings.name)
    }

    /// Puts an old revision of a target in force; nil if there is no such target.
    package func rollBack(target: String, to number: Int) async -> RollbackReport? {
        await current.workers.first { $0.target.settings.name == target }?.rollBack(to: number)
    }

    private func runGenerations() async {
        while !stopping {
            await current.run()
            guard let generation = next else { return }
            next = nil
            current = generation
        }
    }

    private func stop() async {
        stopping = true
        current.stop()
    }
}

extension Controller: CustomStringConvertible {
    // Else a service group describes it by reflection, which takes tens of milliseconds.
    nonisolated package var description: String { "controller" }
}

extension StatusReport.Registry {
    fileprivate init(_ state: CatalogHub.RegistryState, at now: ContinuousClock.Instant) {
        let fault: (message: String, hint: String?)?
        let word: State
        switch state.health {
        case .connecting: (word, fault) = (.connecting, nil)
        case .good: (word, fault) = (.good, nil)
        case .faulty(let reason): (word, fault) = (.fault, (reason.message, reason.hint))
        }
        self.init(
            name: state.name,
            state: word,
            seconds: (now - state.since).seconds,
            lastAnswerSeconds: state.lastAnswer.map { (now - $0).seconds },
            queries: state.asked,
            answered: state.answered,
            fault: fault?.message,
            hint: fault?.hint
        )
    }
}
