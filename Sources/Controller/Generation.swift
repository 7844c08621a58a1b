package import Delivery
package import Logging
package import Registries

/// Everything that runs from one reading of the configuration. SIGHUP replaces it as a whole.
package struct Generation: Sendable {
    let hub: CatalogHub
    let workers: [TargetWorker]

    /// Puts targets and registries together; nothing runs yet. `beginning` is why it begins, in the log and the history;
    /// `onProgress` is called when there may be something new to tell.
    package init(
        targets: [CompiledTarget],
        registries: [any Registry],
        deliverer: Deliverer,
        logger: Logger,
        beginning: String = "start",
        onProgress: @escaping @Sendable () -> Void = {},
    ) {
        let hub = CatalogHub(registries: registries, logger: logger)
        self.hub = hub
        workers = targets.map {
            TargetWorker(
                $0,
                hub: hub,
                deliverer: deliverer,
                logger: logger,
                beginning: beginning,
                onProgress: onProgress
            )
        }
    }

    /// Runs until `stop`, then until the deliveries that are under way have ended.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await hub.run() }
            await withDiscardingTaskGroup { targets in
                for worker in workers { targets.addTask { await worker.run() } }
            }
            group.cancelAll()
        }
    }

    package func stop() {
        for worker in workers { worker.stop() }
    }
}
