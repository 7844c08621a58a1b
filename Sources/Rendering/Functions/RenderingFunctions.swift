package import TemplateEngine

/// All functions of this module: those that ask a registry, read files and know formats.
package enum RenderingFunctions {
    package static let all = [
        CatalogFunctions.all, FileFunctions.all, JSONFunctions.all, EncodingFunctions.all, HashFunctions.all,
        TimestampFunction.all, StableIDFunction.all,
    ].flatMap(\.self)
}
