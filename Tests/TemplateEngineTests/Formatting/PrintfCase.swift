import TemplateEngine
import Testing

/// A `printf` call and what Go prints for it.
struct PrintfCase: Sendable, CustomTestStringConvertible {
    var format: String
    var arguments: [Value]
    var expected: String

    init(_ format: String, _ arguments: Value..., prints expected: String) {
        self.format = format
        self.arguments = arguments
        self.expected = expected
    }

    var testDescription: String { "\(format) -> \(expected)" }

    var printed: String { formatPrintf(Text(format), arguments).string }
}

extension Value {
    static func strings(_ strings: String...) -> Value { .list(List(strings.map { .string($0) }, kind: .string)) }

    static func values(_ values: Value...) -> Value { .list(List(values)) }

    static func mapping(_ pairs: KeyValuePairs<String, Value>, kind: ElementKind = .any) -> Value {
        .map(Map(pairs.map { (.string($0.key), $0.value) }, kind: kind))
    }

    static func record(_ name: String, _ fields: KeyValuePairs<String, Value>) -> Value {
        .record(Record(Shape(name, fields.map(\.key)), fields.map(\.value)))
    }
}
