package import Diagnostics

/// How HAProxy is changed without a reload; see README.md, "Live".
package struct LiveSettings: Sendable, Hashable {
    /// What becomes of servers that run differently from what is in force.
    package enum DriftMode: String, Sendable, CaseIterable {
        case report
        /// They are put right by commands, or by one reload where commands do not do.
        case repair
        case off
    }

    /// The path of a `stats socket` with `level admin`, absolute.
    package var socket: String
    /// All files and directories of the running configuration in the order of HAProxy's command line, absolute; empty:
    /// the target's own files.
    package var configuration: [String] = []
    /// When the sessions of a server that left are cut; nil: never.
    package var cutAfter: Duration?
    package var drift = DriftMode.report
    /// Between two looks at what runs.
    package var driftInterval: Duration = .seconds(30)
    package var position: SourcePosition?

    package init(socket: String) { self.socket = socket }
}
