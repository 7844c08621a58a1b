import Controller
import Logging
import ServiceLifecycle
import Settings
import Status
import UnixSignals

/// Reads the configuration anew at each SIGHUP.
struct ConfigurationReloader: Service {
    let source: SourceOptions
    let exec: ExecOptions
    /// What headgate was started with.
    let started: Settings
    let controller: Controller
    let notifier: SystemdNotifier?
    let assembly: GenerationAssembly
    let logger: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            await notifier?.reloading()
            do throws(SettingsFaults) {
                let preparation = try Preparation.compiling(source, exec: exec)
                warn(of: preparation.settings)
                await controller.replace(
                    with: assembly.generation(of: preparation, beginning: "configuration read anew")
                )
                logger.info("configuration read anew", metadata: ["targets": "\(preparation.targets.count)"])
            } catch {
                let faults = error.diagnostics.map { "\($0)" }.joined(separator: "\n")
                logger.error("the new configuration is faulty, the old one goes on\n\(faults)")
                await controller.refuse(error.diagnostics)
            }
            // Where the old one goes on, nothing else would say that the reading is over.
            assembly.onProgress()
        }
    }

    /// Says what of the new settings has to wait for a restart.
    private func warn(of settings: Settings) {
        let kept: [(name: String, isSame: Bool)] = [
            ("state_dir", settings.stateDirectory == started.stateDirectory),
            ("history", settings.history == started.history),
            ("log", settings.log == started.log),
            ("exec", settings.exec == started.exec),
        ]
        let changed = kept.filter { !$0.isSame }.map(\.name)
        guard !changed.isEmpty else { return }
        logger.warning(
            "what has changed here stays as it was until a restart",
            metadata: ["keys": "\(changed.joined(separator: ", "))"]
        )
    }
}
