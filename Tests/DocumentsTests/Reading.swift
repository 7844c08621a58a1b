import Diagnostics
import Documents

/// The faults of a text read as a file of this name, each as `line:column message`.
func faults(_ text: String, as name: String) -> [String] {
    do {
        return try Document(reading: SourceFile(name: name, text: text)).faults.map(\.told)
    } catch {
        return error.diagnostics.map(\.told)
    }
}

/// What a text says, written in one line: lists in brackets, maps in braces, texts in quotes.
func summary(_ text: String, as name: String) throws -> String {
    let document = try Document(reading: SourceFile(name: name, text: text))
    return document.root.map(summary) ?? "nothing"
}

private func summary(_ node: SourceNode) -> String {
    switch node.content {
    case .list(let nodes): "[\(nodes.map(summary).joined(separator: " "))]"
    case .map(let entries): "{\(entries.map { "\($0.name)=\(summary($0.value))" }.joined(separator: " "))}"
    case .scalar(let scalar):
        switch scalar.value {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .int(let value): "\(value)"
        case .float(let value): "\(value)f"
        case .string(let value): "'\(value)'"
        }
    }
}

extension Diagnostic {
    /// The fault as the tests write it.
    var told: String { "\(position.map { "\($0.line):\($0.column)" } ?? "?") \(message)" }
}
