import Diagnostics

/// How all targets are, in short: whether headgate is ready, and a line that says so.
package struct Standing: Sendable {
    private let targets: [StatusReport.Target]

    package init(targets: [StatusReport.Target]) { self.targets = targets }

    /// Whether each target has been delivered, or is known to wait for its data or to fail.
    package var isReady: Bool { targets.allSatisfy { $0.state != .waiting || $0.isOverdue } }

    /// Whether a balancer can start: for each target there are files that are, or were, in force.
    package var isStartable: Bool {
        targets.allSatisfy { $0.state == .inForce || $0.revision != nil && ($0.state != .waiting || $0.isOverdue) }
    }

    /// One line: `2 targets in force; edge: waiting for service web`.
    package var line: String {
        let inForce = targets.count { $0.state == .inForce }
        let others = targets.filter { $0.state != .inForce }
        var parts = ["\(inForce) \(inForce == 1 ? "target" : "targets") in force"]
        parts += others.prefix(Self.named).map { "\($0.name): \($0.words)" }
        if others.count > Self.named { parts.append("and \(others.count - Self.named) more") }
        return printable(parts.joined(separator: "; "))
    }

    /// How many targets that are not in force are named.
    private static let named = 5
}

extension StatusReport.Target {
    /// How long a target may wait for its data before that is its state and not its beginning.
    private static let grace = Duration.seconds(3)

    fileprivate var isOverdue: Bool { state == .waiting && !waiting.isEmpty && seconds >= Self.grace.seconds }

    fileprivate var words: String {
        switch state {
        case .waiting where waiting.isEmpty: "being delivered"
        case .waiting:
            "waiting for \(waiting[0].what)" + (waiting.count > 1 ? " and \(waiting.count - 1) more" : "")
        case .inForce: "in force"
        case .templateFault: "template fault"
        case .failed: "failed"
        case .degraded: "degraded"
        case .postponed: "waits for old processes to end"
        case .drifted: "held, somebody else has changed its files"
        case .pinned: "stays on revision \(pinnedRevision ?? 0)"
        }
    }
}
