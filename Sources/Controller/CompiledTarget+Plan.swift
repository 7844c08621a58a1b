package import Catalog
package import Planning
package import Rendering
import Settings
package import State

extension CompiledTarget {
    /// Compares what was rendered at `time` from `snapshot` with what is on disk and in force. Reads files and changes
    /// nothing.
    ///
    /// A template that prints the time would differ from what is in force at every look, and reload for nothing. So it is
    /// rendered with the clock of what is in force first: if that gives the same bytes, nothing has changed.
    package func plan(
        _ rendered: RenderedTarget,
        at time: RenderTime,
        from snapshot: CatalogSnapshot,
        using cache: RecordCache,
        record: TargetRecord,
        retryingFailed: Bool = false,
        overwritingDrift: Bool = false,
    ) throws(ObservationFault) -> Plan {
        let planner = Planner(
            target: settings.name,
            sensitive: settings.sensitive,
            reloads: settings.reload != nil,
            holdsDrift: settings.drift == .hold && !overwritingDrift
        )
        if rendered.dependencies.readsClock, let clock = record.inForce?.clock,
            case .complete(let before) = renderer.render(
                snapshot,
                using: cache,
                at: RenderTime(clock),
                leavingOut: rendered.leftOut
            )
        {
            let files = desiredFiles(before)
            let plan = planner.plan(
                try observe(files),
                obsolete: obsolete(besides: files, record),
                record: record,
                retryingFailed: retryingFailed,
                clock: clock
            )
            if plan.action == .nothing { return plan }
        }
        let files = desiredFiles(rendered)
        return planner.plan(
            try observe(files),
            obsolete: obsolete(besides: files, record),
            record: record,
            retryingFailed: retryingFailed,
            clock: rendered.dependencies.readsClock ? ClockReading(time) : nil
        )
    }

    /// What the target once wrote and no longer does.
    func obsolete(besides files: [DesiredFile], _ record: TargetRecord) -> [ObsoleteFile] {
        let others = otherFiles.filter { $0.forEach == nil }.compactMap(\.destination)
        return observeObsolete(record.manifest, besides: files, others: others, isClaimed: isClaimed)
    }

    /// Whether another target writes there.
    func isClaimed(_ destination: String) -> Bool { otherFiles.contains { $0.writes(destination) } }
}

extension RenderTime {
    fileprivate init(_ clock: ClockReading) {
        self.init(seconds: Int(clock.seconds), nanoseconds: Int(clock.nanoseconds))
    }
}

extension ClockReading {
    fileprivate init(_ time: RenderTime) {
        self.init(seconds: Int64(time.seconds), nanoseconds: Int32(clamping: time.nanoseconds))
    }
}
