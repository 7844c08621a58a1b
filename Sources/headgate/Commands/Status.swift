import ArgumentParser
import Controller
import Diagnostics
import Settings
import State
import Status

/// `headgate status`: what a running headgate says of itself.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what a running headgate says of itself.",
        discussion: """
            Asks over the control socket in the state directory, so give the configuration that headgate runs with, or \
            the socket.

            Examples:
              headgate status --config /etc/headgate/headgate.yaml
              headgate status --socket /var/lib/headgate/1f3a…/control.sock --json
            """,
    )

    @Option(name: .shortAndLong, help: ArgumentHelp("Configuration that headgate runs with.", valueName: "path"))
    var config: String?

    @Option(help: ArgumentHelp("Directory for state, instead of the configured one.", valueName: "path"))
    var stateDir: String?

    @Option(help: ArgumentHelp("Control socket, instead of the state directory's.", valueName: "path"))
    var socket: String?

    @Flag(help: "Print JSON.")
    var json = false

    mutating func validate() throws {
        if config == nil && socket == nil {
            throw ValidationError("Which headgate? Give --config PATH as it was started with, or --socket PATH.")
        }
    }

    func run() async throws {
        do {
            let report = try await ControlClient(path: socketPath()).status()
            if json { StandardStream.output.write(json: report) } else { print(report) }
        } catch let fault as ControlClient.Fault {
            switch fault {
            case .notRunning(let path):
                StandardStream.error.write(line: "error: no headgate answers at \(path)")
                StandardStream.error.write(
                    line: "hint: start it with `headgate run`, and give the same --config and --state-dir here"
                )
            case .unexpected(let what):
                StandardStream.error.write(line: "error: \(what)")
                StandardStream.error.write(line: "hint: is the running headgate of another version than this one?")
            }
            throw ExitStatus.registryUnavailable.code
        }
    }

    private func socketPath() throws -> String {
        if let socket { return socket }
        var source = SourceOptions()
        source.config = config
        source.stateDir = stateDir
        do {
            if let path = try Assembly.controlSocket(source.settings()) { return path }
        } catch {
            StandardStream.error.write(error.diagnostics)
            throw ExitStatus.badConfiguration.code
        }
        StandardStream.error.write(line: "error: there is no state directory, and so no control socket")
        throw ExitStatus.failed.code
    }

    private func print(_ report: StatusReport) {
        for registry in report.registries {
            let state = "\(registry.state.rawValue) for \(Duration.seconds(registry.seconds).readable)"
            StandardStream.output.write(
                line:
                    "registry \(registry.name): \(state), \(registry.answered) of \(registry.queries) queries answered"
            )
            if let fault = registry.fault { StandardStream.output.write(line: "    \(fault)") }
            if let hint = registry.hint, !hint.isEmpty { StandardStream.output.write(line: "    hint: \(hint)") }
        }
        for target in report.targets {
            let revision = target.revision.map { ", revision \($0.prefix(12))" } ?? ""
            StandardStream.output.write(
                line: "target \(target.name): \(target.state.rawValue) for "
                    + "\(Duration.seconds(target.seconds).readable)\(revision), \(target.reloads) reloads, "
                    + "\(target.failures) failures"
            )
            for waiting in target.waiting {
                StandardStream.output.write(
                    line: "    waiting for \(waiting.what) since \(Duration.seconds(waiting.seconds).readable)"
                )
            }
            if let fault = target.fault {
                for line in fault.split(separator: "\n", omittingEmptySubsequences: false) {
                    StandardStream.output.write(line: "    \(line)")
                }
            }
            if let retry = target.retrySeconds {
                StandardStream.output.write(line: "    tried again in \(Duration.seconds(retry).readable)")
            }
            for instance in target.setAside {
                StandardStream.output.write(
                    line: "    set aside: \(instance.registrant): \(instance.reason)"
                )
            }
        }
    }
}
