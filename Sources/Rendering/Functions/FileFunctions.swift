package import TemplateEngine

/// The function that reads a file beside the catalog.
package enum FileFunctions {
    /// Reads a file; nil if there is none of that path.
    package typealias Reader = @Sendable (String) throws(FunctionFault) -> String?

    package static let all: [TemplateFunction] = [file]

    /// `file "path"`: the file's text; the template waits while there is no such file.
    private static let file = TemplateFunction("file", 1) { call throws(FunctionFault) in
        let path = try call.textArgument(0)
        if path.string.isEmpty { return .string("") }
        guard path.isTrusted else {
            throw FunctionFault("the path comes from a registration", hint: "name the file in the template itself")
        }
        return .string(try call.session.file(path.string) ?? "")
    }
}
