import Catalog
package import TemplateEngine

/// Judges the questions that stand in a template word for word, so that a misspelt one shows before any render.
package enum ConstantQueries {
    /// `functions`, where those that ask a registry judge their constant arguments; `registries` are all that are
    /// configured, or none if that is not to be checked.
    package static func judged(_ functions: [TemplateFunction], registries: Set<String>) -> [TemplateFunction] {
        functions.map { function in
            guard let parse = parsers[function.name] else { return function }
            var function = function
            function.judgesConstants = { texts in
                do throws(QueryFault) {
                    guard let query = try parse(texts) else { return nil }
                    guard let registry = query.scope.registry, !registries.isEmpty, !registries.contains(registry)
                    else { return nil }
                    return FunctionFault(unknownRegistry: registry, among: registries)
                } catch {
                    return FunctionFault(error)
                }
            }
            return function
        }
    }

    private typealias Parser = @Sendable ([String]) throws(QueryFault) -> CatalogQuery?

    private static let parsers: [String: Parser] = {
        func whole(_ parse: @escaping @Sendable (String) throws(QueryFault) -> CatalogQuery) -> Parser {
            { texts throws(QueryFault) in try parse(texts.joined()) }
        }
        // These give nothing for an empty text, and ask nobody.
        func first(_ parse: @escaping @Sendable (String) throws(QueryFault) -> CatalogQuery) -> Parser {
            { texts throws(QueryFault) in
                guard let text = texts.first, !text.isEmpty else { return nil }
                return try parse(text)
            }
        }
        func instances(_ parse: @escaping @Sendable ([String]) throws(QueryFault) -> ServiceQuery) -> Parser {
            { texts throws(QueryFault) in
                guard let text = texts.first, !text.isEmpty else { return nil }
                return try parse(texts).query
            }
        }
        var parsers: [String: Parser] = [
            "services": whole(CatalogQuery.services), "nodes": whole(CatalogQuery.nodes),
            "node": whole(CatalogQuery.node),
            "connect": instances(ServiceQuery.init(parsingConnect:)),
            "preparedQuery": instances(ServiceQuery.init(parsingPreparedQuery:)),
        ]
        for name in ["service", "safeService"] { parsers[name] = instances(ServiceQuery.init(parsing:)) }
        for name in ["key", "keyExists", "keyOrDefault", "key_or_default"] { parsers[name] = first(CatalogQuery.key) }
        for name in ["ls", "tree", "safeLs", "safeTree"] { parsers[name] = first(CatalogQuery.prefix) }
        return parsers
    }()
}

extension FunctionFault {
    /// A question to a registry that nobody configured.
    init(unknownRegistry registry: String, among registries: Set<String>) {
        self.init(
            "there is no registry `\(registry)` in the configuration",
            hint: suggestion(registry, among: registries) ?? "registries are configured under `registries`"
        )
    }
}
