import ArgumentParser
import FoundationEssentials
import Settings
import State
import Status

/// Which running headgate a command speaks to.
struct ControlOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("Configuration that headgate runs with.", valueName: "path"))
    var config: String?

    @Option(help: ArgumentHelp("Directory for state, instead of the configured one.", valueName: "path"))
    var stateDir: String?

    @Option(help: ArgumentHelp("Control socket, instead of the state directory's.", valueName: "path"))
    var socket: String?

    mutating func validate() throws {
        if config == nil && socket == nil {
            throw ValidationError(
                "Which headgate? Give --config PATH as it was started with, or, of one without a configuration, "
                    + "--socket STATE/control.sock, where STATE is what its log calls `state` when it starts."
            )
        }
    }

    /// Asks it something; ends the command with a word of explanation if it does not answer.
    func ask<Answer: Sendable>(
        _ question: (ControlClient) async throws(ControlClient.Fault) -> Answer,
    ) async throws -> Answer {
        let client = ControlClient(path: try socketPath())
        do throws(ControlClient.Fault) {
            return try await question(client)
        } catch {
            throw told(error)
        }
    }

    /// Who to ask; nil if no headgate runs there and what is asked can be done without one. Waits long enough for a reload.
    func runningHeadgate() async throws -> ControlClient? {
        let client = ControlClient(path: try socketPath(), timeout: .seconds(300))
        do throws(ControlClient.Fault) {
            _ = try await client.status()
            return client
        } catch {
            if case .notRunning = error, config != nil { return nil }
            throw told(error)
        }
    }

    /// Tells why there is no answer; to be thrown.
    func told(_ fault: ControlClient.Fault) -> any Error {
        switch fault {
        case .notRunning(let path):
            StandardStream.error.write(
                error: "no headgate answers at \(path)",
                hint: "start it with `headgate run`, and give the same --config and --state-dir here"
            )
        case .unexpected(let what):
            StandardStream.error.write(error: what, hint: "is the running headgate of another version than this one?")
        }
        return ExitStatus.registryUnavailable.code
    }

    /// Where the configuration is read from.
    var source: SourceOptions {
        var source = SourceOptions()
        source.config = config
        source.stateDir = stateDir
        return source
    }

    /// The names of the targets in the configuration, as far as it can be read; nil without one.
    var configuredTargets: Set<String>? {
        guard let settings = try? source.settings() else { return nil }
        return Set(settings.targets.map(\.name))
    }

    /// The configuration's own directory in the state directory: the socket lies in it.
    func stateDirectory() throws -> String { directoryName(of: try socketPath()) }

    private func socketPath() throws -> String {
        if let socket { return socket }
        do {
            // The headgate that runs may have been started with a configuration that has faults by now.
            var settings = try loadFaultySettings(
                path: config ?? "",
                environment: ProcessInfo.processInfo.environment,
                workingDirectory: Assembly.workingDirectory
            )
            if let stateDir { settings.stateDirectory = stateDir }
            if let path = Assembly.controlSocket(settings) { return path }
        } catch {
            StandardStream.error.write(error.diagnostics)
            StandardStream.error.write(line: "hint: --socket PATH names the control socket without a configuration")
            throw ExitStatus.badConfiguration.code
        }
        StandardStream.error.write(error: "there is no state directory, and so no control socket")
        throw ExitStatus.failed.code
    }
}
