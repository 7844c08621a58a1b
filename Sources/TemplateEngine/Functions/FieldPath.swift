import Diagnostics

/// A path to a value inside of list elements: `Port`, `Meta.version`, `Weights.Passing`.
struct FieldPath {
    private let path: String

    init(_ path: String) throws(FunctionFault) {
        guard !path.isEmpty else { throw FunctionFault("the name of the field is empty") }
        self.path = path
    }

    /// What is at the path in `value`: for the missing entry of a map of strings the empty string, for that of another
    /// map nil.
    ///
    /// - Throws: a fault if a record has no such field.
    func value(in value: Value) throws(FunctionFault) -> Value {
        var value = value
        var rest = path[...]
        while !rest.isEmpty {
            let point = rest.firstIndex(of: ".") ?? rest.endIndex
            let name = String(rest[..<point])
            let after = point == rest.endIndex ? rest[point...] : rest[rest.index(after: point)...]
            switch value {
            case .null: return .null
            case .record(let record):
                value = try Self.field(name, of: record)
                rest = after
            case .map(let map):
                // Keys of meta may have points in them.
                if let whole = map[String(rest)] { return whole }
                guard let entry = map[name] else { return map.kind == .string ? .string("") : .null }
                value = entry
                rest = after
            default:
                throw FunctionFault("there is no field \(GoQuoting.quoted(String(rest))) in \(value.brief)")
            }
        }
        return value
    }

    /// The field of a record; `Meta` stands for the service's, whose field consul-template calls `ServiceMeta`.
    private static func field(_ name: String, of record: Record) throws(FunctionFault) -> Value {
        if let slot = record.shape.slots[name] { return record.fields[slot] }
        if name == "Meta", let slot = record.shape.slots["ServiceMeta"] { return record.fields[slot] }
        throw FunctionFault(
            "\(record.shape.name) has no field \(GoQuoting.quoted(name))",
            hint: nearest(to: name, among: record.shape.fieldNames).map { "did you mean \($0)?" }
                ?? "it has \(record.shape.fieldNames.joined(separator: ", "))"
        )
    }
}
