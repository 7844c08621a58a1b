import TemplateEngine
import Testing

/// A call of a function, and its result or (a part of) the fault it ends in.
struct FunctionCase: Sendable, CustomTestStringConvertible {
    var name: String
    var arguments: [Value]
    var expected: Value?
    var fault: String?

    init(_ name: String, _ arguments: Value..., gives expected: Value) {
        self.name = name
        self.arguments = arguments
        self.expected = expected
    }

    init(_ name: String, _ arguments: Value..., faults fault: String) {
        self.name = name
        self.arguments = arguments
        self.fault = fault
    }

    var testDescription: String {
        "\(name) \(arguments.map(shown).joined(separator: " ")) -> \(expected.map(shown) ?? "fault: \(fault ?? "")")"
    }

    /// Calls the function and records an issue if it does something else.
    func check(in functions: [TemplateFunction] = StandardFunctions.pure, location: SourceLocation = #_sourceLocation) {
        do {
            let result = try call(name, arguments, in: functions)
            if let expected {
                #expect(shown(result) == shown(expected), sourceLocation: location)
            } else {
                Issue.record("gave \(shown(result)) instead of a fault", sourceLocation: location)
            }
        } catch let error as FunctionFault {
            if let fault {
                #expect(error.message.contains(fault), sourceLocation: location)
            } else {
                Issue.record("fault: \(error.message)", sourceLocation: location)
            }
        } catch {
            Issue.record(error, sourceLocation: location)
        }
    }
}

/// There is no function of that name, or it takes another number of arguments.
struct CallRefused: Error {
    var name: String
}

/// Calls a function as the renderer does.
func call(
    _ name: String,
    _ arguments: [Value],
    in functions: [TemplateFunction] = StandardFunctions.pure,
) throws -> Value {
    guard let function = functions.first(where: { $0.name == name }), function.arity.contains(arguments.count) else {
        throw CallRefused(name: name)
    }
    var call = FunctionCall(arguments: arguments)
    return try function.body(&call)
}

/// Calls a function that gives a text.
func callText(_ name: String, _ arguments: Value...) throws -> Text {
    guard case .text(let text) = try call(name, arguments) else { throw CallRefused(name: name) }
    return text
}

/// The value in Go's syntax, with its type.
func shown(_ value: Value) -> String { formatPrintf(Text("%T %#v"), [value, value]).string }

extension Value {
    /// A string that registration `number` wrote.
    static func untrusted(_ string: String, _ number: UInt32 = 1) -> Value {
        .text(Text(string, origin: .untrusted(Origin.Source(number))))
    }

    static func ints(_ ints: Int...) -> Value { .list(List(ints.map { .int($0) }, kind: .int)) }

    static func records(_ records: Value...) -> Value { .list(List(records, kind: .record)) }
}

/// A span from `lower` up to, but not including, `upper` that registration `number` wrote.
func span(_ lower: Int, _ upper: Int, _ number: UInt32 = 1) -> SpanList.Span {
    SpanList.Span(lower..<upper, Origin.Source(number))
}
