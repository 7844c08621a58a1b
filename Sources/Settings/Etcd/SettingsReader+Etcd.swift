import Diagnostics
import Documents
import SystemPackage

extension SettingsReader {
    static let etcdKeys = ["auth", "tls", "services", "keys", "drain"]

    /// What a registry's fields say of an etcd cluster.
    mutating func etcd(_ fields: Fields, in directory: FilePath) -> EtcdSettings {
        var etcd = EtcdSettings()
        etcd.access = access(fields, in: directory)
        etcd.drains = fields["drain"].flatMap { flag($0) } ?? false
        if let field = fields["services"],
            let services = self.fields(field.value, of: "`services`", KnownKeys(names: ["prefix", "format"]))
        {
            if let prefix = services["prefix"].flatMap({ prefix($0) }) {
                etcd.services.prefix = prefix.isEmpty || prefix.hasSuffix("/") ? prefix : "\(prefix)/"
            }
            if let format = services["format"].flatMap({ choice($0, of: EtcdServiceFormat.self) }) {
                etcd.services.format = format
            }
        }
        if let field = fields["keys"],
            let keys = self.fields(field.value, of: "`keys`", KnownKeys(names: ["prefix"])),
            let prefix = keys["prefix"].flatMap({ prefix($0) })
        {
            etcd.keyPrefix = prefix
        }
        return etcd
    }

    /// A text, which may be empty.
    private mutating func prefix(_ entry: SourceNode.Entry) -> String? {
        if case .scalar(let scalar) = entry.value.content, case .string("") = scalar.value { return "" }
        return text(entry)
    }
}
