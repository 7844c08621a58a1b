import Delivery
import Diagnostics
import Logging
import Planning
import Registries
import Settings
import State

extension TargetWorker {
    /// Takes down how the files of `plan` are now: what is different later, somebody else did.
    func stamp(_ plan: Plan, _ outcome: DeliveryOutcome) {
        destinationStamps = FileStamp.of(plan.changes.map(\.file.destination))
        guard outcome.isInForce else { return }
        overwritesDrift = false
        if !plan.drifted.isEmpty { driftLook = clock.now + driftPauses.failed() }
        // A reload takes its time, and somebody may have changed a file meanwhile.
        for change in plan.written where !change.isOnDisk { destinationStamps[change.file.destination] = .unlike }
    }

    /// So long nobody else has to change the files for the next time to count as the first one.
    static let driftQuiet = Duration.seconds(300)

    /// Whether somebody else has changed the target's files.
    func hasDrifted() -> Bool {
        if let driftLook, clock.now < driftLook { return false }
        let hasDrifted = FileStamp.of(destinationStamps.keys) != destinationStamps
        if !hasDrifted, let driftLook, clock.now > driftLook + Self.driftQuiet {
            driftPauses.succeeded()
            self.driftLook = nil
        }
        return hasDrifted
    }

    /// Says what somebody else has done to the target's files.
    func tellDrift(_ plan: Plan) {
        guard !plan.drifted.isEmpty, plan.action != .drifted || condition.state != .drifted else { return }
        var details: Logger.Metadata = [
            "files": "\(plan.drifted.map(\.file.destination).joined(separator: ", "))",
            "then": plan.action == .drifted ? "they stay until `headgate release`" : "overwritten",
        ]
        if !plan.sensitive { details["diff"] = "\(diff(of: plan.drifted))" }
        logger.warning("changed by somebody else", metadata: details)
    }

    /// What was done to `files` since they were written.
    private func diff(of files: [FileChange]) -> String {
        let record = deliverer.ledger.record(of: target.settings.name)
        var lines: [UInt8] = []
        for file in files {
            let destination = file.file.destination
            guard let hash = record.inForce?.contents(at: destination),
                let written = deliverer.ledger.contents(hash, for: target.settings.name)
            else { continue }
            lines += FileDiff(old: written, new: file.before?.contents ?? []).unified(
                oldName: destination,
                newName: file.before == nil ? "/dev/null" : destination
            )
        }
        return BoundedText.beginning(of: lines)
    }
}

extension FileChange {
    /// Whether the file holds what it shall.
    fileprivate var isOnDisk: Bool { (try? LocalFileSystem().contents(of: file.destination)) == file.bytes }
}

/// A text that may be too long for a line of the log.
private enum BoundedText {
    /// So many bytes are shown.
    private static let limit = 4096

    static func beginning(of bytes: [UInt8]) -> String {
        let text = String(decoding: bytes.prefix(limit), as: UTF8.self)
        return bytes.count > limit ? text + "\n[\(bytes.count - limit) bytes left out]" : text
    }
}
