import State

/// Settles what an earlier run of headgate left: each file of the target becomes wholly old or wholly new.
struct Recovery {
    let target: String
    let tools: Tools

    func run() -> RecoveryOutcome {
        var record = tools.ledger.record(of: target)
        guard var intent = record.intent else {
            removeLeftovers(record)
            return RecoveryOutcome(target: target, revision: nil, result: .nothingLeft, reloadIsOwed: false)
        }
        let result: RecoveryOutcome.Result
        switch intent.stage {
        case .live:
            result = .halfLive
        case .written:
            result = .finished
        case .committing where intent.files.allSatisfy { tools.present(at: $0.path) == $0.after }:
            intent.stage = .written
            result = .finished
        case .committing, .undoing:
            let unrestored = WayBack(record: record, tools: tools, preferInForce: intent.stage == .undoing).putBack()
            result = unrestored.isEmpty ? .undone : .unrestored(unrestored)
            let reloadWasRun = intent.stage == .undoing
            intent.stage = unrestored.isEmpty ? .undone : .undoing
            if unrestored.isEmpty, !reloadWasRun, !intent.reloadWasOwed {
                // The balancer never heard of the new files.
                record.intent = nil
                tools.ledger.save(record)
                removeLeftovers(record, besides: intent.files.map(\.path))
                return RecoveryOutcome(
                    target: target,
                    revision: intent.revision,
                    result: result,
                    reloadIsOwed: false
                )
            }
        case .undone:
            result = .owed
        }
        record.intent = intent
        tools.ledger.save(record)
        removeLeftovers(record)
        return RecoveryOutcome(target: target, revision: intent.revision, result: result, reloadIsOwed: true)
    }

    private func removeLeftovers(_ record: TargetRecord, besides more: [String] = []) {
        var paths = (record.intent?.files ?? []).map(\.path) + more
        paths += record.touched.compactMap { try? tools.staging.resolve($0) }
        tools.staging.removeLeftovers(beside: paths, except: Set(record.backups))
    }
}
