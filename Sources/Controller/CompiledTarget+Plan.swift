package import Planning
package import Rendering
import Settings
package import State

extension CompiledTarget {
    /// Compares what was rendered with what is on disk and in force. Reads files and changes nothing.
    package func plan(
        _ rendered: RenderedTarget,
        record: TargetRecord,
        retryingFailed: Bool = false,
    ) throws(ObservationFault) -> Plan {
        Planner(target: settings.name, sensitive: settings.sensitive, reloads: settings.reload != nil)
            .plan(try observe(desiredFiles(rendered)), record: record, retryingFailed: retryingFailed)
    }
}
