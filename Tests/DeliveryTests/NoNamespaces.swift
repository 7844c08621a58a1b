import Delivery

/// A machine that allows no mount namespace, as an unprivileged container does; all else is run.
struct NoNamespaces: ProcessRunner {
    /// Whether a user namespace is allowed all the same.
    var allowsUsers = false

    func run(_ arguments: [String], in directory: String?, timeout: Duration) async -> CommandReport {
        guard arguments.first == "unshare", !allowsUsers || arguments[1] == "--mount" else {
            return await SubprocessRunner().run(arguments, in: directory, timeout: timeout)
        }
        return CommandReport(
            arguments: arguments,
            ending: .exited(1),
            output: BoundedOutput("unshare: unshare failed: Operation not permitted\n")
        )
    }
}
