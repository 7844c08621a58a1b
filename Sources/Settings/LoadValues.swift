package import Diagnostics
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
    do {
        let file = try SourceFile(reading: path, at: location)
        return ConfigurationValue(try SourceNode.reading(file))
    } catch {
        throw SettingsFaults([error])
    }
}

/// Reads a YAML document, for the template function `parseYAML`. Throws its first fault.
package func decodeYAML(_ text: String) throws(Diagnostic) -> ConfigurationValue {
    ConfigurationValue(try SourceNode.yaml(SourceFile(name: "YAML", text: text)))
}

extension SourceNode {
    /// The value of a file: JSON if it is named so, or has another name than YAML's and is JSON; otherwise YAML.
    static func reading(_ file: SourceFile) throws(Diagnostic) -> SourceNode {
        switch FilePath(file.name).extension?.lowercased() {
        case "json": return try json(file)
        case "yaml", "yml": return try yaml(file)
        default:
            let start = file.bytes.first { $0 > 0x20 }
            if start == UInt8(ascii: "{") || start == UInt8(ascii: "[") {
                // YAML's flow style looks the same at its beginning.
                do { return try json(file) } catch { return try yaml(file) }
            }
            return try yaml(file)
        }
    }
}
