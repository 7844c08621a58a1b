import Diagnostics
import Documents

extension SettingsReader {
    static let kubernetesKeys = ["namespace", "all_namespaces", "labels", "port"]

    mutating func kubernetes(_ fields: Fields) -> KubernetesSettings {
        var kubernetes = KubernetesSettings()
        if let field = fields["namespace"], let name = text(field) {
            if Self.isLabel(name) {
                kubernetes.namespace = name
            } else {
                report(
                    field.fault(
                        "`\(name)` cannot be a namespace",
                        hint: name == "*"
                            ? "write `all_namespaces: true`; `namespace` is the one that queries without `?ns=` mean"
                            : "a namespace has at most 63 small letters, digits and `-`"
                    )
                )
            }
        }
        if let all = fields["all_namespaces"].flatMap({ flag($0) }) { kubernetes.allNamespaces = all }
        kubernetes.labels = fields["labels"].flatMap { text($0) }
        if let field = fields["port"], let port = text(field) {
            if !Self.isLabel(port) {
                report(field.fault("`\(port)` cannot be a port's name", hint: "write the name that Services give it"))
            }
            kubernetes.port = port
        }
        return kubernetes
    }

    /// Whether it is a label of DNS in Kubernetes' sense (RFC 1123, small letters).
    private static func isLabel(_ text: String) -> Bool {
        let hyphen = UInt8(ascii: "-")
        return (1...63).contains(text.utf8.count) && text.utf8.first != hyphen && text.utf8.last != hyphen
            && text.utf8.allSatisfy { byte in
                byte == hyphen || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
    }
}
