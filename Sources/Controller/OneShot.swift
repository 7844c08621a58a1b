import Catalog
package import Delivery
package import Logging
package import Planning
package import Registries
package import Rendering
import Settings
package import State

/// Renders all targets once, waiting for their data as long as it may come: what `render`, `plan` and `run --once` begin with.
package struct OneShot: Sendable {
    /// What came of one target.
    package struct Outcome: Sendable {
        package var target: CompiledTarget
        package var result: RenderResult
        /// What it was rendered from, and when.
        package var catalog: GuardedCatalog
        package var time: RenderTime
        /// The numbers of its instances (`stableId`).
        package var numbers: StableIDs

        /// Keeps the numbers of its instances, before what they are written in is delivered.
        package mutating func keepNumbers(in ledger: Ledger) { ledger.keep(&numbers, of: target.settings.name) }

        /// Compares what was rendered, or the revision that is pinned, with what is on disk and in force; nil if nothing
        /// could be rendered.
        package func plan(in ledger: Ledger, retryingFailed: Bool = false) throws(RollbackFault) -> Plan? {
            guard case .complete(let rendered) = result else { return nil }
            let record = ledger.record(of: target.settings.name)
            if let pin = record.pin {
                return try target.plan(stayingOn: pin, in: ledger, retryingFailed: retryingFailed)
            }
            let cache = target.renderer.makeCache()
            cache.stableIDs = numbers
            do throws(ObservationFault) {
                return try target.plan(
                    rendered,
                    at: time,
                    from: catalog.snapshot,
                    using: cache,
                    record: record,
                    retryingFailed: retryingFailed
                )
            } catch {
                throw .observation(error)
            }
        }

        /// Finds the instances for which alone the check failed, as `delivery` says; nil if there are none.
        ///
        /// - Parameter conclude: Delivers the rest, or only checks it.
        package func findCulprits(
            after delivery: DeliveryOutcome,
            _ deliverer: Deliverer,
            conclude: (Plan) async -> DeliveryOutcome,
        ) async -> CulpritSearch.Finding? {
            guard case .complete(let rendered) = result else { return nil }
            return await CulpritSearch(
                target,
                deliverer: deliverer,
                snapshot: catalog.snapshot,
                time: time,
                numbers: numbers
            ).run(after: delivery, of: rendered, lastGood: nil, retryingFailed: true, conclude: conclude)
        }
    }

    package struct Gathered: Sendable {
        /// In the order of the settings.
        package var outcomes: [Outcome]
        /// Why registries could not be read, by their names.
        package var faults: [String: RegistryFault]
    }

    private let targets: [CompiledTarget]
    private let registries: [any Registry]
    private let ledger: Ledger
    private let logger: Logger

    /// - Parameter ledger: Is only read.
    package init(targets: [CompiledTarget], registries: [any Registry], ledger: Ledger, logger: Logger) {
        self.targets = targets
        self.registries = registries
        self.ledger = ledger
        self.logger = logger
    }

    /// Ends when all targets are rendered or have failed, but for those that ask a registry that needs mending; or when
    /// `timeout` has passed.
    package func gather(timeout: Duration) async -> Gathered {
        let hub = CatalogHub(registries: registries, logger: logger)
        let outcomes = await withTaskGroup(of: Void.self) { group in
            let board = Board(targets.map { ($0, catalog(of: $0)) })
            group.addTask { await hub.run() }
            await withTaskGroup(of: Void.self) { race in
                race.addTask { await render(hub, board) }
                race.addTask { try? await Task.sleep(for: timeout) }
                await race.next()
                race.cancelAll()
            }
            group.cancelAll()
            return await board.outcomes
        }
        var faults: [String: RegistryFault] = [:]
        for state in await hub.registryStates {
            if case .faulty(let fault) = state.health { faults[state.name] = fault }
        }
        return Gathered(outcomes: outcomes, faults: faults)
    }

    private func catalog(of target: CompiledTarget) -> GuardedCatalog {
        GuardedCatalog(
            target.settings,
            archive: ledger.catalog(of: target.settings.name),
            wallNow: secondsSince1970(),
            now: .now
        )
    }

    /// Renders every target again and again until none is waiting.
    private func render(_ hub: CatalogHub, _ board: Board) async {
        await withDiscardingTaskGroup { group in
            for (index, target) in targets.enumerated() {
                group.addTask {
                    let cache = target.renderer.makeCache()
                    cache.stableIDs = ledger.numbers(of: target.settings.name)
                    let name = "\(index) \(target.settings.name)"
                    let changes = await hub.subscribe(name)
                    var signals = changes.makeAsyncIterator()
                    var catalog = catalog(of: target)
                    repeat {
                        var result: RenderResult
                        repeat {
                            _ = catalog.takeChanges()
                            let time = RenderTime.now
                            result = target.renderer.render(catalog.snapshot, using: cache, at: time)
                            await board.note(result, of: index, catalog, time, cache.stableIDs)
                            guard case .waiting(let missing, _) = result else { return }
                            await hub.depend(name, on: result.dependencies.queries)
                            if await hub.needsMending(for: missing) { return }
                            _ = catalog.take(await hub.news(for: name), at: .now)
                        } while catalog.hasChanges
                    } while await signals.next() != nil
                }
            }
        }
    }

    /// The latest result of each target.
    private actor Board {
        private(set) var outcomes: [Outcome]

        init(_ targets: [(CompiledTarget, GuardedCatalog)]) {
            outcomes = targets.map { target, catalog in
                Outcome(
                    target: target,
                    result: .waiting(missing: [], dependencies: Dependencies()),
                    catalog: catalog,
                    time: .now,
                    numbers: StableIDs()
                )
            }
        }

        func note(
            _ result: RenderResult,
            of index: Int,
            _ catalog: GuardedCatalog,
            _ time: RenderTime,
            _ numbers: StableIDs,
        ) {
            outcomes[index].result = result
            outcomes[index].catalog = catalog
            outcomes[index].time = time
            outcomes[index].numbers = numbers
        }
    }
}
