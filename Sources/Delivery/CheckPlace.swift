import Balancers
package import Settings

/// Where a check with `isolation: mount` sees the staged files on this machine.
package enum CheckPlace: Hashable, Sendable {
    /// At their destinations, in a mount namespace.
    case namespace
    /// In a copy of NGINX's configuration.
    case copy(reason: String)
    /// Nowhere: it cannot be run.
    case nowhere(reason: String)

    /// Finds out without a staged file.
    package init(of line: CommandSettings.Line, runner: any ProcessRunner = SubprocessRunner()) async {
        let isNGINX = NGINXCommand(line) != nil
        self =
            switch await MountIsolation.refusal(runner, forNGINX: isNGINX) {
            case nil: .namespace
            case let reason?: isNGINX ? .copy(reason: reason) : .nowhere(reason: reason)
            }
    }

    /// What to know of a check on a copy, in one sentence without a full stop.
    ///
    /// - Parameter reason: Why no mount namespace can be made.
    package static func note(ofCopy reason: String) -> String {
        "no mount namespace can be made here (\(reason)), so NGINX checks a copy of its configuration with the staged "
            + "files in it"
    }
}
