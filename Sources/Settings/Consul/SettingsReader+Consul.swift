import Diagnostics
import Documents
import SystemPackage

extension SettingsReader {
    static let consulKeys =
        accessKeys + ["datacenter", "namespace", "partition", "max_stale", "wait", "connections"]

    /// What a registry's fields say of an agent of Consul's.
    mutating func consul(_ fields: Fields, in directory: FilePath) -> ConsulSettings {
        var consul = ConsulSettings()
        consul.access = access(fields, in: directory)
        consul.datacenter = fields["datacenter"].flatMap { text($0) }
        consul.namespace = fields["namespace"].flatMap { text($0) }
        consul.partition = fields["partition"].flatMap { text($0) }
        if let stale = fields["max_stale"].flatMap({ duration($0) }) { consul.maximumStaleness = stale }
        if let field = fields["wait"], let wait = duration(field) {
            if (Duration.seconds(1)...Duration.seconds(600)).contains(wait) {
                consul.wait = wait
            } else {
                report(field.fault("`wait` has to be 1s to 10m", hint: "Consul waits no longer than ten minutes"))
            }
        }
        if let connections = fields["connections"].flatMap({ number($0, in: 10...10_000) }) {
            consul.connections = connections
        }
        return consul
    }
}
