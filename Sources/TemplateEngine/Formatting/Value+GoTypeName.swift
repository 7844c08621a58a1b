extension Value {
    /// The name of the value's type in Go: what `%T` prints and messages say.
    package var goTypeName: String {
        switch self {
        case .null: "<nil>"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint64"
        case .float: "float64"
        case .text: "string"
        case .list(let list): "[]" + Self.elementTypeName(list.kind, list.elements.first)
        case .map(let map): "map[\(map.keyTypeName)]" + Self.elementTypeName(map.kind, map.entries.first?.value)
        case .record(let record): record.shape.name
        case .object(let object): object.typeName
        }
    }

    private static func elementTypeName(_ kind: ElementKind, _ first: Value?) -> String {
        switch kind {
        case .any: "interface {}"
        case .string: "string"
        case .int: "int64"
        case .record: if case .record(let record)? = first { record.shape.name } else { "interface {}" }
        }
    }
}

extension Map {
    fileprivate var keyTypeName: String {
        switch entries.first?.key {
        case .int: "int"
        case .bool: "bool"
        case .string, nil: "string"
        }
    }
}
