package import TemplateEngine
import Wire

/// The functions that read and write JSON.
package enum JSONFunctions {
    package static let all: [TemplateFunction] = [
        parse,
        writer("toJSON", .compact), writer("toJSONPretty", .pretty),
        writer("toUnescapedJSON", JSONWriter.Style(escapeHTML: false)),
        writer("toUnescapedJSONPretty", JSONWriter.Style(indent: "  ", escapeHTML: false)),
    ]

    /// `parseJSON`: an empty text is an empty map, and all numbers are floating point, as Go has them.
    private static let parse = TemplateFunction("parseJSON", 1) { call throws(FunctionFault) in
        let text = try call.textArgument(0)
        return text.string.isEmpty ? .map(Map([])) : try parsed(text)
    }

    /// What `text` says, which must be JSON.
    static func parsed(_ text: Text) throws(FunctionFault) -> Value {
        do throws(JSONFault) {
            return Value(try JSON(parsing: text.string), from: text.firstSource)
        } catch {
            throw FunctionFault("the text is not JSON: \(error.message), at byte \(error.offset)")
        }
    }

    private static func writer(_ name: String, _ style: JSONWriter.Style) -> TemplateFunction {
        TemplateFunction(name, 1) { call throws(FunctionFault) in
            .text(try ValueEncoder.encode(call.arguments[0], style))
        }
    }
}

extension Value {
    /// What Go's `encoding/json` makes of a document, with its texts from `source`.
    init(_ json: JSON, from source: Origin.Source?) {
        let origin = source.map { Origin.untrusted($0) } ?? .trusted
        switch json {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .float(Double(value))
        case .number(let value): self = .float(value)
        case .string(let value): self = .text(Text(value, origin: origin))
        case .array(let elements): self = .list(List(elements.map { Value($0, from: source) }))
        case .object(let members):
            self = .map(Map(members.lazy.map { (.string($0.key), Value($0.value, from: source)) }, keyOrigin: origin))
        }
    }

    /// The value with all of its texts from `source`: what a decoder made of an untrusted text.
    func tainted(by source: Origin.Source?) -> Value {
        guard let source else { return self }
        switch self {
        case .text(let text): return .text(Text(text.string, origin: .untrusted(source)))
        case .list(let list): return .list(List(list.elements.map { $0.tainted(by: source) }, kind: list.kind))
        case .map(let map):
            let pairs = map.entries.lazy.map { ($0.key, $0.value.tainted(by: source)) }
            return .map(Map(pairs, kind: map.kind, keyOrigin: .untrusted(source)))
        default: return self
        }
    }
}
