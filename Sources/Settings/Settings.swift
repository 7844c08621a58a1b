package import Diagnostics

/// What headgate is told to do: a configuration file or the command line's flags, checked and completed.
package struct Settings: Sendable, Hashable {
    /// By name; a target's `registry` and a query's `?registry=` name one of these.
    package var registries: [RegistrySettings]
    package var targets: [TargetSettings]
    /// Where state is kept; nil is the default (`/var/lib/headgate` for root, `$XDG_STATE_HOME/headgate` otherwise).
    package var stateDirectory: String?
    /// How many entries of history are kept of each target, 0 or more.
    package var history = 20
    package var log: LogSettings
    /// The balancer that headgate runs as its child; nil: it runs by itself.
    package var exec: ExecSettings?
    /// The files that the settings were read from, the templates not among them; empty for flags alone.
    package var sources: [String]

    package init(
        registries: [RegistrySettings] = [],
        targets: [TargetSettings] = [],
        stateDirectory: String? = nil,
        log: LogSettings = LogSettings(),
        sources: [String] = [],
    ) {
        self.registries = registries
        self.targets = targets
        self.stateDirectory = stateDirectory
        self.log = log
        self.sources = sources
    }

    /// Whether a target's `drain` counts for any instance of a registry.
    package func drains(_ registry: RegistrySettings) -> Bool {
        switch registry.url {
        case .etcd: registry.etcd.drains
        case .combination(let combination):
            registries.contains { combination.members.contains($0.name) && drains($0) }
        default: true
        }
    }
}

/// How headgate logs.
package struct LogSettings: Sendable, Hashable {
    package enum Level: String, Sendable, CaseIterable { case trace, debug, info, notice, warning, error }
    package enum Format: String, Sendable, CaseIterable { case text, json }

    package var level: Level = .info
    package var format: Format = .text

    package init() {}
}

/// The files that belong to one balancer, and how they are put in force.
package struct TargetSettings: Sendable, Hashable {
    package var name: String
    /// The profile's name, for messages; nil if there is none.
    package var profile: String?
    package var files: [FileSettings]
    /// The templates' dot.
    package var values: ConfigurationValue?
    /// The registry that queries without `?registry=` go to; nil if none is configured.
    package var registry: String?
    /// Run on the staged files before they are renamed into place.
    package var check: CheckSettings?
    /// What puts the files in force when they have changed.
    package var reload: ReloadSettings?
    /// Whether nobody said `reload` for the target: it is the profile's, or in exec mode the signal.
    package var reloadIsDefault = false
    /// How HAProxy is changed without a reload, where a change allows it; nil: it is not.
    package var live: LiveSettings?
    package var untrusted: UntrustedMode
    /// The balancer's quoting, from the profile; nil judges control characters alone.
    package var quoting: QuotingSettings?
    /// No contents in diffs, logs and recordings.
    package var sensitive: Bool
    package var wait: WaitSettings
    /// The least time between the beginnings of two reloads; one that comes too early is deferred.
    package var reloadInterval: Duration
    package var missingKey: MissingKey
    /// What suspicious changes are held.
    package var guards = HoldSettings()
    /// What becomes of a destination that somebody else has changed.
    package var drift = DriftMode.overwrite
    /// How long an instance that is deregistered stays, as draining; zero: not at all.
    package var drain: Duration = .zero
    /// When an instance that comes and goes is kept out; nil: never.
    package var damping: DampSettings?
    /// An instance that makes the check fail is found and set aside, and tried again this often and when it changes; nil
    /// leaves the check's failure as it is.
    package var culpritRetry: Duration? = .seconds(60)
    package var position: SourcePosition?

    package enum UntrustedMode: String, Sendable, CaseIterable {
        case setAside = "set-aside"
        case report
        case off
    }

    package enum DriftMode: String, Sendable, CaseIterable {
        /// It is told, and what is rendered takes its place.
        case overwrite
        /// It is told, and stays until it is released or is again what headgate wrote.
        case hold
    }

    package enum MissingKey: String, Sendable, CaseIterable { case `default`, zero, error }

    package init(
        name: String,
        profile: String? = nil,
        files: [FileSettings] = [],
        values: ConfigurationValue? = nil,
        registry: String? = nil,
        check: CheckSettings? = nil,
        reload: ReloadSettings? = nil,
        untrusted: UntrustedMode = .setAside,
        quoting: QuotingSettings? = nil,
        sensitive: Bool = false,
        wait: WaitSettings = WaitSettings(),
        reloadInterval: Duration = .zero,
        missingKey: MissingKey = .zero,
        position: SourcePosition? = nil,
    ) {
        self.name = name
        self.profile = profile
        self.files = files
        self.values = values
        self.registry = registry
        self.check = check
        self.reload = reload
        self.untrusted = untrusted
        self.quoting = quoting
        self.sensitive = sensitive
        self.wait = wait
        self.reloadInterval = reloadInterval
        self.missingKey = missingKey
        self.position = position
    }
}

/// A template and where its output goes.
package struct FileSettings: Sendable, Hashable {
    /// The template's file, or `<contents>` if the text was given in place.
    package var template: String
    /// The template's text, where it was given in place or comes from a profile; nil: read the file.
    package var contents: String?
    /// Absolute; nil only for `render` without an output. With `forEach` it has `{each}` in it.
    package var destination: String?
    /// Set if it is made once for each of a number of things.
    package var forEach: ForEach?
    /// Permission bits (0 to 0o7777); nil keeps those of the file there is, or 0644 for a new one.
    package var mode: UInt16?
    /// By name or number; nil keeps the owner there is.
    package var user: String?
    package var group: String?
    package var leftDelimiter: String
    package var rightDelimiter: String
    /// Whether missing directories of the destination are made.
    package var createDirectories: Bool
    package var position: SourcePosition?

    /// What a file is made for each of.
    package enum ForEach: Sendable, Hashable {
        /// Each service that the target's registry lists; only those with the tag, if one is given.
        case services(tag: String?)
    }

    package init(
        template: String,
        contents: String? = nil,
        destination: String? = nil,
        mode: UInt16? = nil,
        user: String? = nil,
        group: String? = nil,
        leftDelimiter: String = "{{",
        rightDelimiter: String = "}}",
        createDirectories: Bool = false,
        position: SourcePosition? = nil,
    ) {
        self.template = template
        self.contents = contents
        self.destination = destination
        self.mode = mode
        self.user = user
        self.group = group
        self.leftDelimiter = leftDelimiter
        self.rightDelimiter = rightDelimiter
        self.createDirectories = createDirectories
        self.position = position
    }
}

/// A command to run, with its time limit.
package struct CommandSettings: Sendable, Hashable {
    package enum Line: Sendable, Hashable {
        /// Program and arguments, executed as they are (a YAML list).
        case arguments([String])
        /// Text for `sh -c` (a YAML string).
        case shell(String)
    }

    package var line: Line
    package var timeout: Duration
    /// Where it runs: the configuration file's directory; nil is headgate's own working directory.
    package var directory: String?

    package static let defaultTimeout = Duration.seconds(30)

    package init(_ line: Line, timeout: Duration = defaultTimeout, directory: String? = nil) {
        self.line = line
        self.timeout = timeout
        self.directory = directory
    }
}

/// How the staged files are checked. In the command `{staged}` is the staged file (of a target with one), `{staged_dir}` a
/// directory that looks as the destination's would with the staged files in it.
package struct CheckSettings: Sendable, Hashable {
    package enum Isolation: String, Sendable, CaseIterable {
        /// The command finds the staged files by its placeholders.
        case none
        /// The command runs in a private mount namespace in which the staged files lie at their destinations: for
        /// balancers whose main configuration includes the file by an absolute path (NGINX).
        case mount
    }

    package var command: CommandSettings
    package var isolation: Isolation

    package init(_ command: CommandSettings, isolation: Isolation = .none) {
        self.command = command
        self.isolation = isolation
    }
}

/// What is unsafe in a balancer's configuration language.
package struct QuotingSettings: Sendable, Hashable {
    /// Characters that are unsafe outside quotes, beside control characters.
    package var unquoted: String
    /// Each quote character with the characters unsafe inside it.
    package var quotes: [String: String]

    package init(unquoted: String, quotes: [String: String]) {
        self.unquoted = unquoted
        self.quotes = quotes
    }
}

/// Quiescence: how long changes are gathered before they are delivered.
package struct WaitSettings: Sendable, Hashable {
    /// Deliver when nothing has changed for this long …
    package var min: Duration
    /// … but no later than this after the first change.
    package var max: Duration

    package init(min: Duration = .milliseconds(100), max: Duration = .seconds(1)) {
        self.min = min
        self.max = max
    }
}

/// A value that a person wrote in YAML or JSON: a target's `values`, `--values`.
package indirect enum ConfigurationValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int)
    case float(Double)
    case string(String)
    case list([ConfigurationValue])
    case map([String: ConfigurationValue])
}
