package import TemplateEngine

/// Functions over formats whose libraries are injected.
package enum CodecFunctions {
    /// Reads a document of some format.
    package typealias Decoder = @Sendable (String) throws(FunctionFault) -> Value

    /// `parseYAML`: an empty text is an empty map.
    package static func parseYAML(_ decode: @escaping Decoder) -> TemplateFunction {
        TemplateFunction("parseYAML", 1) { call throws(FunctionFault) in
            let text = try call.textArgument(0)
            if text.string.isEmpty { return .map(Map([])) }
            return try decode(text.string).tainted(by: text.firstSource)
        }
    }
}
