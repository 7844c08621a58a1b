package import Delivery
package import Planning
import Settings
package import State

/// Why an old revision cannot be put in force.
package enum RollbackFault: Error, Hashable, Sendable {
    case noSuchRevision(Int, known: [Int])
    /// What a sensitive target held is kept nowhere.
    case sensitive
    /// The contents of a file are not in the state directory any more.
    case contentsLost(destination: String)
    /// The configuration lets another target write a file of the revision.
    case claimed(destination: String)
    case observation(ObservationFault)
    /// Headgate is ending, or reading its configuration anew.
    case stopping

    /// What to do next, in one sentence without a full stop.
    package var hint: String? {
        switch self {
        case .noSuchRevision(_, let known):
            known.isEmpty
                ? "nothing has been delivered yet"
                : "`headgate history` lists them: \(known.map { "\($0)" }.joined(separator: ", "))"
        case .sensitive: "roll back what the template reads"
        case .contentsLost: "choose another revision of `headgate history`"
        case .claimed: "choose another revision, or `headgate release` if one is pinned"
        case .observation(let fault): fault.hint
        case .stopping: "where headgate goes on, ask it again"
        }
    }
}

extension RollbackFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noSuchRevision(let number, _): "there is no revision \(number) in the history"
        case .sensitive: "the target is sensitive: what it held before is not kept"
        case .contentsLost(let destination): "the contents of \(destination) are not kept any more"
        case .claimed(let destination): "\(destination) is written by another target now"
        case .observation(let fault): "\(fault)"
        case .stopping: "headgate is ending, or reading its configuration anew"
        }
    }
}

extension CompiledTarget {
    /// The plan that puts an old revision in force and pins it there.
    ///
    /// - Parameter now: Seconds since 1970.
    package func plan(
        rollingBackTo number: Int,
        in ledger: Ledger,
        at now: Int64,
    ) throws(RollbackFault) -> Plan {
        let history = ledger.history(of: settings.name)
        guard let entry = history.first(where: { $0.number == number }) else {
            throw .noSuchRevision(number, known: history.map(\.number))
        }
        guard !settings.sensitive else { throw .sensitive }
        guard !entry.files.isEmpty else { throw .contentsLost(destination: "revision \(number)") }
        let planner = Planner(target: settings.name, reloads: settings.reload != nil)
        var plan = try plan(of: entry.files, in: ledger, planner, retryingFailed: true)
        plan.reason = "rollback to revision \(number)"
        plan.pin = Pin(number: number, revision: plan.revision, since: now)
        return plan
    }

    /// The plan that keeps a pinned revision in force: there is nothing to do, unless somebody has changed its files or a
    /// reload is owed.
    package func plan(
        stayingOn pin: Pin,
        in ledger: Ledger,
        retryingFailed: Bool,
        overwritingDrift: Bool = false,
    ) throws(RollbackFault) -> Plan {
        let planner = Planner(
            target: settings.name,
            sensitive: settings.sensitive,
            reloads: settings.reload != nil,
            holdsDrift: settings.drift == .hold && !overwritingDrift
        )
        // Not from the history: that may have forgotten it.
        let files = ledger.record(of: settings.name).inForce?.files ?? []
        var plan = try plan(of: files, in: ledger, planner, retryingFailed: retryingFailed)
        plan.reason = plan.drifted.isEmpty ? "pinned to revision \(pin.number)" : "changed by somebody else"
        plan.pin = pin
        return plan
    }

    /// The plan that puts kept files in force.
    private func plan(
        of kept: [FileRecord],
        in ledger: Ledger,
        _ planner: Planner,
        retryingFailed: Bool,
    ) throws(RollbackFault) -> Plan {
        var files: [DesiredFile] = []
        for file in kept {
            // A file of this target's own may look like one of another's `for_each`.
            let isOwn = settings.files.contains { $0.writes(file.destination) }
            guard isOwn || !isClaimed(file.destination) else { throw .claimed(destination: file.destination) }
            guard let bytes = ledger.contents(file.contents, for: settings.name) else {
                throw .contentsLost(destination: file.destination)
            }
            files.append(desiredFile(at: file.destination, holding: bytes))
        }
        let record = ledger.record(of: settings.name)
        do throws(ObservationFault) {
            return planner.plan(
                try observe(files),
                obsolete: obsolete(besides: files, record),
                record: record,
                retryingFailed: retryingFailed
            )
        } catch {
            throw .observation(error)
        }
    }

    /// A file of an old revision, with the owner and mode that it has now.
    private func desiredFile(at destination: String, holding bytes: [UInt8]) -> DesiredFile {
        let file = settings.files.first { $0.writes(destination) }
        return DesiredFile(
            destination: destination,
            bytes: bytes,
            // Which mode one had that is no longer configured is not known: nobody shall read it who could not.
            mode: file == nil ? 0o600 : file?.mode,
            user: file?.user,
            group: file?.group,
            createDirectories: file?.createDirectories ?? false
        )
    }
}

/// What became of a rollback: the answer of `POST /v1/rollback`.
package struct RollbackReport: Codable, Sendable, Hashable {
    package var target: String
    /// The entry of the history.
    package var number: Int
    /// The outcome in one line.
    package var outcome: String
    package var isInForce: Bool
    /// What to do next, if it is not.
    package var hint: String?

    package init(target: String, number: Int, outcome: String, isInForce: Bool, hint: String? = nil) {
        self.target = target
        self.number = number
        self.outcome = outcome
        self.isInForce = isInForce
        self.hint = hint
    }

    package init(target: String, number: Int, _ fault: RollbackFault) {
        self.init(target: target, number: number, outcome: "\(fault)", isInForce: false, hint: fault.hint)
    }

    package init(number: Int, _ outcome: DeliveryOutcome) {
        self.init(
            target: outcome.target,
            number: number,
            outcome: outcome.description,
            isInForce: outcome.isInForce,
            hint: outcome.isInForce
                ? nil : "what was in force before is in force still, unless the outcome says otherwise"
        )
    }
}
