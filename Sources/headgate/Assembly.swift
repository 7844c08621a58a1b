import ArgumentParser
import Controller
import Delivery
import Diagnostics
import Logging
import Registries
import Rendering
import Settings
import State
import SystemPackage
import TemplateEngine

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Puts the parts together: which function, registry and state the settings mean.
enum Assembly {
    /// All functions that templates can call, beside those of the catalog.
    static var templateFunctions: [TemplateFunction] {
        StandardFunctions.pure + environmentFunctions { environment($0) }
            + socketAddressFunctions { () throws(FunctionFault) in try HostInterfaces.ofSystem() }
            + [CodecFunctions.parseYAML { text throws(FunctionFault) in try parsedYAML(text) }]
    }

    static func registries(_ settings: Settings, logger: Logger) -> [any Registry] {
        settings.registries.map { registry in
            switch registry.url {
            case .file(let path):
                FileRegistry(name: registry.name, path: path, hostnames: registry.hostnames, logger: logger)
            case .consul(let address):
                // The settings have asked the environment for the address if there was none.
                ConsulRegistry(registry, at: address ?? .local, logger: logger)
            case .http(let address):
                PublishedRegistry(
                    name: registry.name,
                    from: HTTPSource(address, registry.http),
                    hostnames: registry.hostnames,
                    serviceLabel: registry.http.serviceLabel,
                    logger: logger
                )
            case .program(let line):
                PublishedRegistry(
                    name: registry.name,
                    from: ProgramSource(line, registry.program),
                    hostnames: registry.hostnames,
                    serviceLabel: registry.program.serviceLabel,
                    logger: logger
                )
            case .dns(let servers, _): DNSRegistry(registry, servers: servers, logger: logger)
            case .combination(let combination): CombinedRegistry(name: registry.name, combination)
            case .kubernetes(let address):
                KubernetesRegistry(registry, at: address, environment: { environment($0) }, logger: logger)
            case .etcd(let address):
                EtcdRegistry(registry, at: address ?? .local, logger: logger)
            }
        }
    }

    /// The state directory, locked; where it cannot be used, headgate goes on without and says what that costs.
    static func openState(_ preparation: Preparation, _ logger: Logger) throws -> any StateStore {
        guard let path = statePath(preparation.settings) else {
            logger.warning("no state directory", metadata: ["lost": "\(StateFault.lostPromises)"])
            return VolatileState()
        }
        do {
            return try StateDirectory.open(path: path, configuration: identity(preparation.settings))
        } catch {
            guard case .locked = error else {
                logger.warning(
                    "no state directory",
                    metadata: ["fault": "\(error)", "hint": "\(error.hint ?? "")"]
                )
                return VolatileState()
            }
            StandardStream.error.write(error: "\(error)", hint: error.hint)
            throw ExitStatus.failed.code
        }
    }

    /// What is known to be in force, without disturbing a headgate that runs.
    static func ledgerForReading(_ preparation: Preparation) -> Ledger {
        guard let path = statePath(preparation.settings) else { return Ledger(VolatileState()) }
        return Ledger(StateDirectory.reading(path: path, configuration: identity(preparation.settings)))
    }

    static func deliverer(_ state: any StateStore, _ settings: Settings, _ logger: Logger) -> Deliverer {
        let ledger = Ledger(state, depth: settings.history) { fault in
            logger.warning("state", metadata: ["fault": "\(fault)", "hint": "\(fault.hint ?? "")"])
        }
        return Deliverer(ledger: ledger, workDirectory: workDirectory(state))
    }

    /// Where a headgate with these settings has its control socket.
    static func controlSocket(_ settings: Settings) -> String? {
        statePath(settings).map { "\(StateDirectory.path(of: identity(settings), below: $0))/control.sock" }
    }

    /// What names this configuration among others that share a state directory: its file, or where it writes to.
    static func identity(_ settings: Settings) -> String {
        guard let source = settings.sources.first else {
            return settings.targets.flatMap { $0.files.compactMap(\.destination) }.sorted().joined(separator: "\n")
        }
        let path = FilePath(workingDirectory).pushing(FilePath(source)).lexicallyNormalized().string
        // The C library allocates what it answers.
        guard let resolved = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    static var workingDirectory: String {
        // The C library allocates what it answers.
        guard let path = unsafe getcwd(nil, 0) else { return "/" }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }

    static func environment(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    private static func statePath(_ settings: Settings) -> String? {
        settings.stateDirectory
            ?? StateDirectory.defaultPath(
                environment: ["XDG_STATE_HOME", "HOME"].reduce(into: [:]) { $0[$1] = environment($1) }
            )
    }

    /// Where checks have their private directories; without a state directory one that nobody else can have made before,
    /// since what lies there is read by the balancer's check.
    static func workDirectory(_ state: any StateStore) -> String {
        (state as? StateDirectory)?.workPath
            ?? "\(environment("TMPDIR") ?? "/tmp")/headgate-\(String(UInt64.random(in: .min ... .max), radix: 16))"
    }

    /// `parseYAML`'s decoder.
    private static func parsedYAML(_ text: String) throws(FunctionFault) -> Value {
        do throws(Diagnostic) {
            return Value(try decodeYAML(text))
        } catch {
            throw FunctionFault(error.message, hint: error.hint)
        }
    }
}
