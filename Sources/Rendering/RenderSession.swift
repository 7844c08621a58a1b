import Catalog
import TemplateEngine

/// One pass over a template: the data that its functions see, and what they asked for.
final class RenderSession: TemplateHost {
    /// The time that `timestamp` gives: one for a whole render, so that a template cannot differ from itself.
    private let time: RenderTime
    /// What templates keep by `scratch`.
    let scratch = Scratch()
    private let snapshot: CatalogSnapshot
    private let cache: RecordCache
    private let registries: Set<String>
    private let readFile: FileFunctions.Reader
    /// Registrations that answers are given without.
    private let excluded: Set<Registrant>
    /// The IDs and names of those, for a quick look before the exact one.
    private let excludedNames: Set<String>
    private(set) var files: Set<String> = []
    private(set) var readsClock = false
    private(set) var missing: [Missing] = []
    /// What is in `missing`.
    private var known: Set<Missing> = []

    init(
        snapshot: CatalogSnapshot,
        cache: RecordCache,
        registries: Set<String>,
        time: RenderTime,
        excluded: Set<Registrant>,
        readFile: @escaping FileFunctions.Reader,
    ) {
        self.snapshot = snapshot
        self.cache = cache
        self.registries = registries
        self.time = time
        self.excluded = excluded
        self.readFile = readFile
        cache.beginSession()
        excludedNames = Set(
            excluded.map { registrant in
                switch registrant.subject {
                case .instance(let identity): identity.id
                case .node(let name), .service(let name): name
                }
            }
        )
    }

    /// The answer to a call of `service`, as records.
    func service(_ arguments: String) throws(FunctionFault) -> List {
        list(of: try serviceAnswer(arguments))
    }

    /// The answer to a call of `safeService`: the template waits while there is none.
    func safeService(_ arguments: String) throws(FunctionFault) -> List {
        let answer = try serviceAnswer(arguments)
        let list = list(of: answer)
        if list.elements.isEmpty { miss(answer.question.query, .empty) }
        return list
    }

    private func serviceAnswer(_ arguments: String) throws(FunctionFault) -> CachedAnswer {
        let answer: CachedAnswer
        do {
            answer = try cache.serviceAnswer(arguments)
        } catch {
            throw FunctionFault(error)
        }
        try use(answer)
        return answer
    }

    /// The answer to `query`, as records.
    func list(_ query: CatalogQuery, _ view: CachedAnswer.View = .whole) throws(FunctionFault) -> List {
        let query = query.qualified(byDefault: cache.defaultRegistry)
        let answer = cache.answer(to: CachedAnswer.Question(query: query, view: view))
        try use(answer)
        return list(of: answer)
    }

    /// The answer to `node`: the node's record, nil if there is none, and its services.
    func node(_ query: CatalogQuery) throws(FunctionFault) -> (node: Record?, services: List) {
        let query = query.qualified(byDefault: cache.defaultRegistry)
        let answer = cache.answer(to: CachedAnswer.Question(query: query, view: .whole))
        try use(answer)
        guard answer.hasArrived, let node = answer.node, !isExcluded(node.source) else {
            return (nil, List([], kind: .record))
        }
        return (node.record, list(of: answer))
    }

    /// The bare answer to `query`; nil, and the query missing, if there is none yet.
    func result(_ query: CatalogQuery) throws(FunctionFault) -> QueryResult? {
        let query = query.qualified(byDefault: cache.defaultRegistry)
        let answer = cache.answer(to: CachedAnswer.Question(query: query, view: .whole))
        try use(answer)
        return answer.hasArrived ? answer.result : nil
    }

    /// The number of the instance that `source` stands for; nil if it stands for none, or all numbers are taken.
    func stableID(of source: Origin.Source) -> Int? {
        guard let registrant = cache.describe(source), let identity = registrant.instance else { return nil }
        // Each configuration names registries as it likes: without these names, balancers agree more often.
        let name = "\(identity.node)\0\(identity.service)\0\(identity.id)"
        let parameters = registrant.scope.parameters.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
        let scope = [registrant.scope.registry ?? "", registrant.scope.datacenter ?? ""] + parameters
        return cache.stableIDs.allot("\(name)\0\(scope.joined(separator: "\0"))", by: name)
    }

    /// The number of a text that stands for an instance.
    func stableID(of text: String) -> Int? { cache.stableIDs.allot("\0\(text)", by: text) }

    /// The time of the render.
    func readClock() -> RenderTime {
        readsClock = true
        return time
    }

    /// The content of a file; nil, and the file missing, if there is none.
    func file(_ path: String) throws(FunctionFault) -> String? {
        files.insert(path)
        guard let content = try readFile(path) else {
            miss(Missing(.file(path), .fileAbsent))
            return nil
        }
        return content
    }

    /// Notes that the output is no good without `query`.
    func miss(_ query: CatalogQuery, _ reason: Missing.Reason) {
        miss(Missing(.query(query.qualified(byDefault: cache.defaultRegistry)), reason))
    }

    private func miss(_ thing: Missing) {
        if known.insert(thing).inserted { missing.append(thing) }
    }

    private func use(_ answer: CachedAnswer) throws(FunctionFault) {
        if !answer.isMade { try checkRegistry(of: answer.question.query) }
        guard cache.use(answer, in: snapshot) else { return }
        if !answer.hasArrived { miss(Missing(.query(answer.question.query), .notArrived)) }
    }

    private func checkRegistry(of query: CatalogQuery) throws(FunctionFault) {
        let registry = query.scope.registry ?? ""
        if registry.isEmpty {
            throw FunctionFault(
                registries.isEmpty ? "there is no registry to ask" : "it is not said which registry is asked",
                hint: registries.isEmpty
                    ? "name one: `--registry file:services.yaml`, or `registries` in the configuration"
                    : "name one as the target's `registry`, or in the query: `?registry=…`"
            )
        }
        guard !registries.isEmpty, !registries.contains(registry) else { return }
        throw FunctionFault(unknownRegistry: registry, among: registries)
    }

    private func list(of answer: CachedAnswer) -> List {
        guard answer.hasArrived else { return List([], kind: .record) }
        guard !excluded.isEmpty, answer.sources.contains(where: isExcluded) else { return answer.list }
        let kept = zip(answer.list.elements, answer.sources).filter { !isExcluded($0.1) }
        return List(kept.map(\.0), kind: .record)
    }

    private func isExcluded(_ source: Origin.Source) -> Bool {
        guard !excluded.isEmpty, let name = cache.name(of: source), excludedNames.contains(name),
            let registrant = cache.describe(source)
        else { return false }
        return excluded.contains(registrant)
    }
}
