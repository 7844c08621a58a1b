/// What is particular to a registry that is a program's output.
package struct ProgramSettings: Sendable, Hashable {
    /// From one end of the program to its next start.
    package var interval = Duration.seconds(10)
    /// How long it may run, unless it streams.
    package var timeout = CommandSettings.defaultTimeout
    /// Whether it goes on running and prints a whole document in a line each time something has changed.
    package var streams = false
    /// The label that names the service in Prometheus' target groups; nil: the usual ones are tried.
    package var serviceLabel: String?
    /// Where it runs: the configuration file's directory; nil is headgate's own working directory.
    package var directory: String?

    package init() {}
}
