package import TemplateEngine
import Wire

/// The functions that write values as YAML and TOML, and Sprig's that read and write JSON.
package enum EncodingFunctions {
    package static let all: [TemplateFunction] = [
        TemplateFunction("toYAML", 1) { call throws(FunctionFault) in
            .text(try YAMLEncoder.encode(call.arguments[0]))
        },
        TemplateFunction("toTOML", 1) { call throws(FunctionFault) in
            .text(try TOMLEncoder.encode(call.arguments[0]))
        },
        json("sprig_toJson", .compact), json("sprig_toPrettyJson", .pretty),
        json("sprig_toRawJson", JSONWriter.Style(escapeHTML: false)),
        strictJSON("sprig_mustToJson", .compact), strictJSON("sprig_mustToPrettyJson", .pretty),
        strictJSON("sprig_mustToRawJson", JSONWriter.Style(escapeHTML: false)),
        // What is not JSON gives nil, as in Sprig.
        TemplateFunction("sprig_fromJson", 1) { call throws(FunctionFault) in
            let text = try call.textArgument(0)
            guard let json = try? JSON(parsing: text.string) else { return .null }
            return Value(json, from: text.firstSource)
        },
        TemplateFunction("sprig_mustFromJson", 1) { call throws(FunctionFault) in
            try JSONFunctions.parsed(try call.textArgument(0))
        },
    ]

    /// What JSON has no form for gives an empty text, as in Sprig.
    private static func json(_ name: String, _ style: JSONWriter.Style) -> TemplateFunction {
        TemplateFunction(name, 1) { call throws(FunctionFault) in
            .text((try? ValueEncoder.encode(call.arguments[0], style)) ?? Text(""))
        }
    }

    private static func strictJSON(_ name: String, _ style: JSONWriter.Style) -> TemplateFunction {
        TemplateFunction(name, 1) { call throws(FunctionFault) in
            .text(try ValueEncoder.encode(call.arguments[0], style))
        }
    }
}
