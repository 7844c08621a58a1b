package import Diagnostics
import Documents
import SystemPackage

/// Reads the file `path` as a template's dot (`--values`, `values_file`): JSON or YAML, by its name or else its content.
///
/// Numbers without a point and an exponent are integers, others floats; YAML's `yes`, `no`, `on` and `off` are
/// booleans.
package func loadValues(_ path: String) throws(SettingsFaults) -> ConfigurationValue {
    try loadValues(path, at: FilePath(path))
}

/// Reads the file `path`, which lies at `location`, as a template's dot.
func loadValues(_ path: String, at location: FilePath) throws(SettingsFaults) -> ConfigurationValue {
    let file: SourceFile
    do {
        file = try SourceFile(reading: path, at: location)
    } catch {
        throw SettingsFaults([error])
    }
    do {
        return ConfigurationValue(try Document(reading: file).value())
    } catch {
        throw SettingsFaults(error.diagnostics)
    }
}

/// Reads a YAML document, for the template function `parseYAML`. Throws its first fault.
package func decodeYAML(_ text: String) throws(Diagnostic) -> ConfigurationValue {
    do {
        return ConfigurationValue(try Document.yaml(SourceFile(name: "YAML", text: text)).value())
    } catch {
        throw error.diagnostics.first ?? Diagnostic("this is not YAML")
    }
}

extension ConfigurationValue {
    /// The value that a node says, of whatever kind.
    init(_ node: SourceNode) {
        switch node.content {
        case .scalar(let scalar):
            self =
                switch scalar.value {
                case .null: .null
                case .bool(let value): .bool(value)
                case .int(let value): .int(value)
                case .float(let value): .float(value)
                case .string(let value): .string(value)
                }
        case .list(let nodes): self = .list(nodes.map(ConfigurationValue.init))
        case .map(let entries):
            self = .map(Dictionary(entries.map { ($0.name, ConfigurationValue($0.value)) }) { first, _ in first })
        }
    }
}
