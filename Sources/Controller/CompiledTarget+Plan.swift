package import Planning
package import Rendering
package import State

extension CompiledTarget {
    /// Compares what was rendered with what is on disk and in force. Reads files and changes nothing.
    package func plan(
        _ rendered: RenderedTarget, state: any StateStore, retryingFailed: Bool = false,
    ) throws(PlanningFault) -> Plan {
        let record: TargetRecord?
        do throws(StateFault) {
            record = try state.record(of: settings.name)
        } catch {
            throw .state(error)
        }
        do throws(ObservationFault) {
            let observed = try observe(desiredFiles(rendered))
            return Planner(target: settings.name, sensitive: settings.sensitive, reloads: settings.reload != nil)
                .plan(observed, record: record ?? TargetRecord(target: settings.name), retryingFailed: retryingFailed)
        } catch {
            throw .observation(error)
        }
    }
}

/// Why a target cannot be compared with what is in force.
package enum PlanningFault: Error, Sendable, Hashable, CustomStringConvertible {
    case state(StateFault)
    case observation(ObservationFault)

    package var description: String {
        switch self {
        case .state(let fault): fault.description
        case .observation(let fault): fault.description
        }
    }

    /// What to do next.
    package var hint: String? {
        switch self {
        case .state(let fault): fault.hint
        case .observation(let fault): fault.hint
        }
    }
}
