import TestSupport

extension RunningProcess {
    /// Whether it runs: one that was killed and not yet waited for does not.
    var isAlive: Bool {
        let status = Workspace(path: "/proc/\(pid)").read("stat") ?? ""
        return !status.isEmpty && !status.contains(") Z ")
    }
}
