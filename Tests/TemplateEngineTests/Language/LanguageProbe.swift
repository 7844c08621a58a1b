import Diagnostics
import TemplateEngine
import Testing

/// Renders templates over one set of sample data, for the tables of the language tests.
enum LanguageProbe {
    /// A template and what it gives.
    struct Case: CustomTestStringConvertible, Sendable {
        var template: String
        var expected: String

        init(_ template: String, _ expected: String) {
            self.template = template
            self.expected = expected
        }

        var testDescription: String { template }
    }

    static let source = Origin.Source(7)
    static let otherSource = Origin.Source(8)

    static let weights = Shape("*dependency.ServiceWeights", ["Passing", "Warning"])
    static let service = Shape(
        "*dependency.HealthService",
        ["ID", "Name", "Address", "Port", "Status", "Tags", "Meta", "Weights", "Node"],
    )

    static func instance(_ id: String, port: Int, status: String, tags: [String]) -> Value {
        .record(
            Record(
                service,
                [
                    .text(Text(id, origin: .untrusted(source))), .string("web"), .string("10.0.0.1"), .int(port),
                    .string(status), .list(List(tags.map { .string($0) }, kind: .string)),
                    .map(Map([(.string("zone"), .string("eu"))], kind: .string)),
                    .record(Record(weights, [.int(10), .int(0)])), .null,
                ],
            )
        )
    }

    static let data: Value = map([
        "zero": .int(0), "one": .int(1), "minus": .int(-3), "big": .uint(.max), "pi": .float(3.5),
        "yes": .bool(true), "no": .bool(false), "name": .string("web"), "empty": .string(""), "null": .null,
        "html": .string("<a href=\"x\">Tom & 'Jerry'</a>"),
        "list": .list(List([.string("a"), .string("b"), .string("c")], kind: .string)),
        "numbers": .list(List([.int(3), .int(1), .int(2)])), "none": .list(List([])),
        "map": map(["b": .int(2), "a": .int(1), "c": map(["d": .string("deep")])]),
        "strings": .map(Map([(.string("k"), .string("v"))], kind: .string)),
        "ports": .map(Map([(.int(443), .string("tls")), (.int(80), .string("http"))])),
        "emptyMap": map([:]),
        "service": instance("web-1", port: 8080, status: "passing", tags: ["v1", "v2"]),
        "services": .list(
            List(
                [
                    instance("web-1", port: 8080, status: "passing", tags: ["v1"]),
                    instance("web-2", port: 8081, status: "warning", tags: []),
                ],
                kind: .record,
            )
        ),
        "object": .object(Notebook()),
        "evil": .text(Text("a;b", origin: .untrusted(source))),
        "clean": .text(Text("web-9", origin: .untrusted(source))),
        "newline": .text(Text("x\ny", origin: .untrusted(otherSource))),
        "quote": .text(Text("say \"hi\"", origin: .untrusted(source))),
    ])

    static func map(_ pairs: [String: Value]) -> Value {
        .map(Map(pairs.map { (.string($0), $1) }))
    }

    /// What HAProxy's profile would call unsafe.
    static let unsafe = UnsafeBytes(
        unquoted: Set(" \t\"';{}#\\$".utf8),
        quoted: [UInt8(ascii: "\""): Set("\"\\$".utf8), UInt8(ascii: "'"): Set("'".utf8)],
    )

    static let functions = [
        TemplateFunction("upper", 1) { call throws(FunctionFault) in
            guard case .text(let text) = call.arguments[0] else { throw FunctionFault("want a string") }
            return .text(text.transformed { $0.uppercased() })
        },
        TemplateFunction("list", 0...Int.max) { call throws(FunctionFault) in .list(List(call.arguments)) },
        TemplateFunction("join", 2) { call throws(FunctionFault) in
            guard case .text(let separator) = call.arguments[0], case .list(let list) = call.arguments[1] else {
                throw FunctionFault("want a separator and a list", hint: "join \" \" .Tags")
            }
            return .text(.joined(list.elements.map(formatValue), separator: separator))
        },
        TemplateFunction("fail", 1) { call throws(FunctionFault) in
            throw FunctionFault(formatValue(call.arguments[0]).string)
        },
        TemplateFunction("notebook", 0) { call throws(FunctionFault) in .object(Notebook()) },
        TemplateFunction("raw", 1) { call throws(FunctionFault) in .text(formatValue(call.arguments[0]).trusted()) },
        TemplateFunction("quote", 1) { call throws(FunctionFault) in
            .text(Text("\"" + formatValue(call.arguments[0]).string + "\""))
        },
    ]

    /// A template object that says what it was asked.
    final class Notebook: TemplateObject {
        let typeName = "*notebook"

        func call(_ method: String, _ arguments: [Value]) throws(FunctionFault) -> Value? {
            switch method {
            case "Say":
                .text(.concatenated([Text("said:"), .joined(arguments.map(formatValue), separator: Text(","))]))
            case "Self": .object(self)
            case "Nothing": .null
            case "Fail": throw FunctionFault("cannot")
            default: nil
            }
        }
    }

    static func compile(_ template: String, name: String = "t", left: String = "{{", right: String = "}}")
        throws(TemplateFaults) -> Template
    {
        try Template(
            TemplateSource(name: name, text: template.utf8, leftDelimiter: left, rightDelimiter: right),
            functions: functions,
        )
    }

    /// The output, or `fault: …` with the first fault's message.
    static func outcome(
        _ template: String,
        _ dot: Value = data,
        left: String = "{{",
        right: String = "}}",
        options: RenderOptions = RenderOptions(),
    ) -> String {
        do throws(TemplateFaults) {
            let template = try compile(template, left: left, right: right)
            do throws(Diagnostic) {
                return String(decoding: try template.render(dot, host: nil, options: options).bytes, as: UTF8.self)
            } catch {
                return "run fault: \(error.message)"
            }
        } catch {
            return "fault: " + error.diagnostics.map(\.message).joined(separator: " | ")
        }
    }

    /// The first fault as a person sees it.
    static func report(_ template: String, _ dot: Value = data, options: RenderOptions = RenderOptions()) -> String {
        do throws(TemplateFaults) {
            let template = try compile(template)
            do throws(Diagnostic) {
                _ = try template.render(dot, host: nil, options: options)
                return "no fault"
            } catch {
                return error.description
            }
        } catch {
            return error.diagnostics.map(\.description).joined(separator: "\n")
        }
    }
}
