import Controller
import Delivery
import ServiceLifecycle
import Status

/// What begins when the targets are delivered: the balancer that headgate runs, and being ready in the eyes of the service
/// manager. Gives the service manager's watchdog its signs of life.
struct ReadinessService: Service {
    /// Signals that there may be something new.
    let progress: AsyncStream<Void>
    let controller: Controller
    let child: BalancerChild?
    let notifier: SystemdNotifier?

    func run() async throws {
        await withDiscardingTaskGroup { group in
            if let notifier, let interval = notifier.watchdogInterval {
                group.addTask { [controller] in
                    while (try? await Task.sleep(for: interval)) != nil {
                        if await controller.isAlive() { await notifier.alive() }
                    }
                }
            }
            var isStarting = true
            for await _ in progress.cancelOnGracefulShutdown() {
                guard let standing = await controller.standing() else { continue }
                if standing.isStartable { child?.start() }
                if isStarting, standing.isReady {
                    isStarting = false
                    StartPages.release()
                }
                await notifier?.note(standing)
            }
            group.cancelAll()
        }
        await notifier?.stopping()
    }
}
