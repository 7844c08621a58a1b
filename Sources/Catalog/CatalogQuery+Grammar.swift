/// A template's query for instances: what is asked of the registry, and which of the answer is wanted.
package struct ServiceQuery: Hashable, Sendable {
    package var query: CatalogQuery
    package var statuses: HealthFilter

    /// Reads the arguments of consul-template's `service`, which are one text joined by `|`:
    /// `[tag "."] name ["?" parameters] ["@" datacenter] ["~" node] ["|" statuses]`.
    ///
    /// A tag reaches to the last dot, so that names have none. Without statuses only `passing` is wanted.
    package init(parsing arguments: [String]) throws(QueryFault) {
        let parts = try ServiceParts(arguments, function: "service")
        query = .service(name: parts.name, tag: parts.tag, near: parts.near, scope: parts.scope)
        statuses = parts.statuses
    }

    /// Reads the arguments of consul-template's `connect`, which are as those of `service`.
    package init(parsingConnect arguments: [String]) throws(QueryFault) {
        let parts = try ServiceParts(arguments, function: "connect")
        query = .connect(name: parts.name, tag: parts.tag, near: parts.near, scope: parts.scope)
        statuses = parts.statuses
    }

    /// Reads the arguments of `preparedQuery`, joined as those of `service`:
    /// `name ["?" parameters] ["@" datacenter] ["~" node] ["|" statuses]`. The name may be the query's ID.
    package init(parsingPreparedQuery arguments: [String]) throws(QueryFault) {
        var text = QueryText(
            arguments.joined(separator: "|"),
            form: #"preparedQuery "name?ns=team@dc1~node|passing,warning""#
        )
        let name = text.take { $0.isWord || $0 == "-" || $0 == "." }
        guard !name.isEmpty else { throw text.fault("a prepared query's name is expected") }
        let scope = try text.takeScope()
        let near = try text.takePart("~", "a node's name")
        statuses = try text.takeStatuses()
        try text.finish()
        query = .preparedQuery(name: name, near: near, scope: scope)
    }
}

/// The parts of a query for a service's instances.
private struct ServiceParts {
    var name: String
    var tag: String?
    var near: String?
    var scope: QueryScope
    var statuses: HealthFilter

    init(_ arguments: [String], function: String) throws(QueryFault) {
        var text = QueryText(
            arguments.joined(separator: "|"),
            form: #"\#(function) "tag.name?ns=team@dc1~node|passing,warning""#
        )
        let whole = text.take { $0.isWord || $0 == "-" || $0 == "." || $0 == "=" || $0 == ":" }
        let dot = whole.lastIndex(of: ".")
        name = dot.map { String(whole[whole.index(after: $0)...]) } ?? whole
        guard !name.isEmpty, name.unicodeScalars.allSatisfy({ $0.isWord || $0 == "-" }) else {
            throw text.fault(name.isEmpty ? "a service's name is expected" : "a service's name cannot be `\(name)`")
        }
        tag = dot.map { String(whole[..<$0]) }
        if tag == "" { throw text.fault("a tag is expected before the dot") }
        scope = try text.takeScope()
        near = try text.takePart("~", "a node's name")
        statuses = try text.takeStatuses()
        try text.finish()
    }
}

extension CatalogQuery {
    /// Reads the argument of `services`: `["?" parameters] ["@" datacenter]`.
    package static func services(parsing text: String) throws(QueryFault) -> CatalogQuery {
        var text = QueryText(text, form: #"services "?ns=team@dc1""#)
        let scope = try text.takeScope()
        try text.finish()
        return .services(scope: scope)
    }

    /// Reads the argument of `nodes`: `["?" parameters] ["@" datacenter] ["~" node]`.
    package static func nodes(parsing text: String) throws(QueryFault) -> CatalogQuery {
        var text = QueryText(text, form: #"nodes "?partition=edge@dc1~node""#)
        let scope = try text.takeScope()
        let near = try text.takePart("~", "a node's name")
        try text.finish()
        return .nodes(near: near, scope: scope)
    }

    /// Reads the argument of `node`: `[name] ["?" parameters] ["@" datacenter]`.
    package static func node(parsing text: String) throws(QueryFault) -> CatalogQuery {
        var text = QueryText(text, form: #"node "name?partition=edge@dc1""#)
        let name = text.take { $0.isWord || $0 == "-" || $0 == "." }
        let scope = try text.takeScope()
        try text.finish()
        return .node(name: name.isEmpty ? nil : name, scope: scope)
    }

    /// Reads the argument of `key`: `["/"] path ["?" parameters] ["@" datacenter]`.
    package static func key(parsing text: String) throws(QueryFault) -> CatalogQuery {
        let (path, scope) = try pathAndScope(text, form: #"key "path?ns=team@dc1""#)
        return .key(path: path, scope: scope)
    }

    /// Reads the argument of `ls` and `tree`, as `key` has it.
    package static func prefix(parsing text: String) throws(QueryFault) -> CatalogQuery {
        let (path, scope) = try pathAndScope(text, form: #"ls "path?ns=team@dc1""#)
        return .prefix(path: path, scope: scope)
    }

    /// Reads the argument of `caRoots`: `["?" parameters] ["@" datacenter]`.
    package static func caRoots(parsing text: String) throws(QueryFault) -> CatalogQuery {
        var text = QueryText(text, form: #"caRoots "@dc1""#)
        let scope = try text.takeScope()
        try text.finish()
        return .caRoots(scope: scope)
    }

    /// Reads the argument of `caLeaf`: `service ["?" parameters] ["@" datacenter]`.
    package static func caLeaf(parsing text: String) throws(QueryFault) -> CatalogQuery {
        var text = QueryText(text, form: #"caLeaf "service?ns=team""#)
        let service = text.take { $0.isWord || $0 == "-" || $0 == "." }
        guard !service.isEmpty else { throw text.fault("a service's name is expected") }
        let scope = try text.takeScope()
        try text.finish()
        return .caLeaf(service: service, scope: scope)
    }

    private static func pathAndScope(_ text: String, form: String) throws(QueryFault) -> (String, QueryScope) {
        var text = QueryText(text, form: form)
        var path = text.take { $0 != "?" && $0 != "@" }
        guard !path.isEmpty else { throw text.fault("a path is expected") }
        if path.utf8.first == UInt8(ascii: "/"), path.utf8.count > 1 { path.unicodeScalars.removeFirst() }
        let scope = try text.takeScope()
        try text.finish()
        return (path, scope)
    }
}

/// Which health states a template wants of a service's instances.
package struct HealthFilter: Hashable, Sendable {
    /// A bit for each state, by its place in `Health.allCases`.
    private var bits: UInt8

    package init(_ statuses: some Sequence<Health>) {
        bits = 0
        for status in statuses { bits |= Self.bit(of: status) }
    }

    /// Every state.
    package static let any = HealthFilter(Health.allCases)
    /// What `service` gives unless told otherwise.
    package static let passing = HealthFilter([.passing])

    package func contains(_ status: Health) -> Bool { bits & Self.bit(of: status) != 0 }

    private static func bit(of status: Health) -> UInt8 {
        switch status {
        case .passing: 1
        case .warning: 2
        case .critical: 4
        case .draining: 8
        case .maintenance: 16
        case .unknown: 32
        }
    }
}

/// A query that does not follow the grammar.
package struct QueryFault: Error, Hashable, Sendable {
    /// What is wrong, with the query, without a full stop.
    package var message: String
    /// What a right query looks like.
    package var hint: String
    /// The word that is not known, if that is the fault, and those that are, for "did you mean".
    package var unknown: String?
    package var known: [String]
}

/// A query's text, taken from its beginning part by part.
private struct QueryText {
    private let whole: String
    private let form: String
    private var rest: Substring.UnicodeScalarView

    init(_ text: String, form: String) {
        whole = text
        self.form = form
        rest = text[...].unicodeScalars
    }

    /// The longest beginning of characters that are `accepted`.
    mutating func take(_ accepted: (Unicode.Scalar) -> Bool) -> String {
        let part = rest.prefix(while: accepted)
        rest = rest.dropFirst(part.count)
        return String(Substring(part))
    }

    /// What follows `sign`, if that is next.
    mutating func takePart(
        _ sign: Unicode.Scalar,
        _ name: String,
        accepting accepted: (Unicode.Scalar) -> Bool = { $0.isWord || $0 == "-" || $0 == "." },
    ) throws(QueryFault) -> String? {
        guard rest.first == sign else { return nil }
        rest = rest.dropFirst()
        let part = take(accepted)
        guard !part.isEmpty else {
            throw fault("\(name) is expected after `\(sign)`")
        }
        return part
    }

    /// `?ns=team&registry=other@dc1`, both parts optional.
    mutating func takeScope() throws(QueryFault) -> QueryScope {
        var scope = QueryScope()
        let known = ["ns", "partition", "peer", "sameness-group", "registry"]
        let text = try takePart("?", "a parameter") { $0.isWord || $0 == "-" || $0 == "=" || $0 == "&" }
        for pair in (text ?? "").split(separator: "&") {
            let equals = pair.firstIndex(of: "=") ?? pair.endIndex
            let name = String(pair[..<equals])
            let value = String(pair[equals...].dropFirst())
            guard known.contains(name) else {
                throw fault("a query has no parameter `\(name)`", unknown: name, known: known)
            }
            // The first of two counts and an empty one does not, as with consul-template.
            if value.isEmpty { continue }
            if name == "registry" {
                scope.registry = scope.registry ?? value
            } else {
                scope.parameters[name] = scope.parameters[name] ?? value
            }
        }
        if scope.parameters["peer"] != nil, scope.parameters["sameness-group"] != nil {
            throw fault("`peer` and `sameness-group` exclude each other")
        }
        scope.datacenter = try takePart("@", "a datacenter")
        return scope
    }

    /// `|passing,warning`; only `passing` if there is none.
    mutating func takeStatuses() throws(QueryFault) -> HealthFilter {
        let list = try takePart("|", "a health status") { $0.isWord || $0 == "," }
        guard let list else { return .passing }
        var statuses: [Health] = []
        for word in list.split(separator: ",") {
            if word == "any" {
                statuses = Health.allCases
            } else if let status = Health(rawValue: String(word)) {
                statuses.append(status)
            } else {
                let known = Health.allCases.map(\.rawValue) + ["any"]
                throw fault("there is no health status `\(word)`", unknown: String(word), known: known)
            }
        }
        return HealthFilter(statuses)
    }

    /// Makes sure that nothing is left.
    func finish() throws(QueryFault) {
        guard let first = Substring(rest).first else { return }
        if "?@~|".contains(first) {
            throw fault("`\(Substring(rest))` stands in the wrong place or once too often")
        }
        throw fault("`\(first)` cannot stand there")
    }

    func fault(_ message: String, unknown: String? = nil, known: [String] = []) -> QueryFault {
        QueryFault(
            message: "\(message) in the query \"\(whole)\"",
            hint: "a query's form is \(form)",
            unknown: unknown,
            known: known
        )
    }
}

extension Unicode.Scalar {
    /// What RE2 calls `[[:word:]]`.
    fileprivate var isWord: Bool {
        ("a"..."z").contains(self) || ("A"..."Z").contains(self) || ("0"..."9").contains(self) || self == "_"
    }
}
