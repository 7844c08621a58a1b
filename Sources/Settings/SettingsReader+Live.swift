import Diagnostics
import Documents
import SystemPackage

extension SettingsReader {
    /// `live: {socket: PATH, config: [PATH], cut_after: 10m, drift: report, drift_interval: 30s}`, the socket alone, or
    /// `live: off`.
    mutating func live(
        _ entry: SourceNode.Entry,
        of target: String,
        in surroundings: Surroundings,
    ) -> LiveSettings? {
        if entry.value.isOff { return nil }
        guard case .map = entry.value.content else {
            return text(entry).map { liveSettings(socket: $0, at: entry, of: target, in: surroundings) }
        }
        let keys = KnownKeys(
            names: ["socket", "config", "cut_after", "drift", "drift_interval"],
            later: ["master": "say it below `reload`: `reload: {master: PATH}`"],
            aliases: ["path": "socket", "files": "config"],
        )
        guard let fields = fields(entry.value, of: "`live`", keys) else { return nil }
        guard let field = fields["socket"] else {
            report(
                entry.key.fault(
                    "`live` does not say where HAProxy takes commands",
                    hint: "add `socket:` with the path of a `stats socket` of `level admin`"
                )
            )
            return nil
        }
        guard let socket = text(field) else { return nil }
        var live = liveSettings(socket: socket, at: field, of: target, in: surroundings)
        live.position = entry.key.position
        if let field = fields["config"] { live.configuration = paths(field).map { surroundings.absolute($0).string } }
        if let field = fields["cut_after"], !field.value.isOff { live.cutAfter = duration(field) }
        if let drift = fields["drift"].flatMap({ choice($0, of: LiveSettings.DriftMode.self) }) { live.drift = drift }
        if let interval = fields["drift_interval"].flatMap({ duration($0, positive: true) }) {
            live.driftInterval = interval
        }
        return live
    }

    private mutating func liveSettings(
        socket: String,
        at entry: SourceNode.Entry,
        of target: String,
        in surroundings: Surroundings,
    ) -> LiveSettings {
        var live = LiveSettings(socket: surroundings.absolute(socket).string)
        live.position = entry.key.position
        claimSocket(live.socket, for: target, at: entry.value)
        return live
    }

    /// A path, or a list of them.
    private mutating func paths(_ entry: SourceNode.Entry) -> [String] {
        guard case .list(let nodes) = entry.value.content else { return text(entry).map { [$0] } ?? [] }
        return nodes.compactMap { text($0, of: "a path of `config`") }
    }
}
