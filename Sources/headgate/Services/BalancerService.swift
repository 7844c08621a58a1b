import Delivery
import Logging
import ServiceLifecycle
import UnixSignals

/// Runs the balancer that is headgate's child, and passes on the signals that are not headgate's own.
struct BalancerService: Service {
    let child: BalancerChild
    let logger: Logger

    /// SIGTERM and SIGINT end headgate, SIGHUP is for its configuration.
    private static let passedOn: [UnixSignal] = [.sigusr1, .sigusr2, .sigquit, .sigwinch]

    /// Returns when the balancer has ended.
    func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { [child] in
                    for await signal in await UnixSignalsSequence(trapping: Self.passedOn) {
                        child.pass(signal.rawValue)
                    }
                }
                let ending = await child.run { process in
                    logger.info("balancer started", metadata: ["process": "\(process)"])
                }
                if let ending {
                    logger.log(
                        level: ending.status == 0 ? .notice : .error,
                        "balancer ended",
                        metadata: ["ending": "\(ending)"]
                    )
                }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            child.stop()
        }
    }
}
