import Diagnostics

/// A value in a YAML or JSON file, with its place: what the configuration is read from.
struct SourceNode: Sendable {
    enum Content: Sendable {
        case scalar(Scalar)
        case list([SourceNode])
        /// In the order of the file, each key once.
        case map([Entry])
    }

    /// A single value: what it is, and how it was written (`0640` is the number 416 in YAML).
    struct Scalar: Sendable {
        var value: ConfigurationValue
        var text: String
    }

    /// A key of a map and its value.
    struct Entry: Sendable {
        var key: SourceNode
        var name: String
        var value: SourceNode

        /// A fault of the value, or of the key where there is nothing else to point to.
        func fault(_ message: String, hint: String? = nil, notes: [Diagnostic.Note] = []) -> Diagnostic {
            value.isNull ? key.fault(message, hint: hint, notes: notes) : value.fault(message, hint: hint, notes: notes)
        }
    }

    let content: Content
    let file: SourceFile
    /// The bytes of it in the file; for a list or a map the first byte.
    let range: Range<Int>

    /// Where it begins.
    var position: SourcePosition { SourcePosition(file: file.name, offset: range.lowerBound, in: file.bytes) }

    var isNull: Bool {
        if case .scalar(let scalar) = content, scalar.value == .null { true } else { false }
    }

    /// What it is, for "… has to be text, not a list".
    var kind: String {
        switch content {
        case .list: "a list"
        case .map: "a map"
        case .scalar(let scalar):
            switch scalar.value {
            case .null: "empty"
            case .bool: "`\(scalar.text)`, which is true or false"
            case .int, .float: "the number \(scalar.text)"
            default: "`\(scalar.text)`"
            }
        }
    }

    /// A fault at this place.
    func fault(_ message: String, hint: String? = nil, notes: [Diagnostic.Note] = []) -> Diagnostic {
        file.fault(message, range, hint: hint, notes: notes)
    }

    /// A fault at the first place where `part` is written in this value, or at the value if it is not found so.
    func fault(_ message: String, at part: String, hint: String? = nil) -> Diagnostic {
        let wanted = Array(part.utf8)
        let end = min(range.upperBound, file.bytes.count)
        let start = (range.lowerBound..<max(range.lowerBound, end - wanted.count + 1))
            .first { file.bytes[$0..<$0 + wanted.count].elementsEqual(wanted) }
        return file.fault(message, start.map { $0..<$0 + wanted.count } ?? range, hint: hint)
    }
}

extension ConfigurationValue {
    /// The value that a node says, of whatever kind.
    init(_ node: SourceNode) {
        self =
            switch node.content {
            case .scalar(let scalar): scalar.value
            case .list(let nodes): .list(nodes.map(ConfigurationValue.init))
            case .map(let entries):
                .map(Dictionary(entries.map { ($0.name, ConfigurationValue($0.value)) }) { _, last in last })
            }
    }
}

/// How deep lists and maps may lie in each other.
let nestingLimit = 200
