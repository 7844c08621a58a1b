import Catalog
package import TemplateEngine

/// The template values of a catalog, kept from render to render, so that one changed instance among ten thousand costs
/// one new record.
///
/// Belongs to whoever renders a target, and to that target alone; it is not for two threads. Records live as long as
/// an answer that was used in the last complete render has the instance.
package final class RecordCache {
    private struct Key: Hashable {
        var instance: ObjectIdentifier
        var scope: Int
    }

    private struct Entry {
        /// Held, so that its object identity stays its own.
        var instance: Instance
        var record: Record
        var source: Origin.Source
        /// How many answers have it.
        var uses: Int
    }

    /// What a source number stands for; the registrant is spelled out only when somebody asks.
    private enum Owner {
        case instance(Instance, scope: Int)
        case node(String, scope: Int)
        case service(String, scope: Int)
    }

    /// The registry that queries go to which name none.
    package let defaultRegistry: String
    private var entries: [Key: Entry] = [:]
    private var owners: [Owner?] = []
    private var unusedSources: [UInt32] = []
    private var scopes: [QueryScope: Int] = [:]
    private var scopesByNumber: [QueryScope] = []
    private var weightRecords: [Weights: Record] = [:]
    private var layouts = InstanceLayouts()
    private var answers: [CachedAnswer.Question: CachedAnswer] = [:]
    /// By the arguments of `service`, joined as it joins them.
    private var serviceAnswers: [String: CachedAnswer] = [:]
    private var pass = 0
    private var session = 0
    /// The answers used in this pass, in the order of their first use, and in the one before.
    private var used: [CachedAnswer] = []
    private var usedBefore: [CachedAnswer] = []
    /// The place in `usedBefore` of the answer that is expected to be asked for next.
    private var next = 0
    /// The queries of `usedBefore`.
    private var queriesBefore: Set<CatalogQuery> = []

    /// The numbers that `stableId` gives, kept with the cache; who owns the cache may put in what an earlier run has left,
    /// and keep what is there after a render.
    package var stableIDs = StableIDs()

    /// How many bytes each of the target's files had when it was last rendered.
    private var outputSizes: [Int: Int] = [:]

    /// How many records of instances have been built since the beginning.
    package private(set) var recordsBuilt = 0

    package init(defaultRegistry: String) {
        self.defaultRegistry = defaultRegistry
    }

    /// How many records of instances are kept.
    package var recordCount: Int { entries.count }

    /// Who a source number stands for; nil for one that is not in use.
    package func describe(_ source: Origin.Source) -> Registrant? {
        guard owners.indices.contains(Int(source.number)), let owner = owners[Int(source.number)] else { return nil }
        switch owner {
        case .instance(let instance, let scope):
            return Registrant(.instance(instance.identity), in: scopesByNumber[scope])
        case .node(let name, let scope): return Registrant(.node(name), in: scopesByNumber[scope])
        case .service(let name, let scope): return Registrant(.service(name), in: scopesByNumber[scope])
        }
    }

    /// The ID or name of who a source number stands for.
    func name(of source: Origin.Source) -> String? {
        switch owners[Int(source.number)] {
        case .instance(let instance, _): instance.id
        case .node(let name, _), .service(let name, _): name
        case nil: nil
        }
    }

    /// About how many bytes the file at `index` of the target will have: as many as the last time.
    func expectedSize(ofFile index: Int) -> Int { outputSizes[index] ?? 0 }

    /// Notes how many bytes the file at `index` of the target has now.
    func note(size: Int, ofFile index: Int) { outputSizes[index] = size }

    /// Begins a pass: answers are compared with the snapshot once in each.
    func beginPass() {
        pass += 1
        swap(&used, &usedBefore)
        next = 0
        used.removeAll(keepingCapacity: true)
    }

    /// Begins a session: the part of a pass that one file is.
    func beginSession() { session += 1 }

    /// Brings `answer` up to date with `snapshot`, once in a pass; false if this session has used it before.
    func use(_ answer: CachedAnswer, in snapshot: CatalogSnapshot) -> Bool {
        if answer.lastPass != pass {
            answer.lastPass = pass
            answer.order = used.count
            used.append(answer)
            if !answer.isCurrent(in: snapshot), let result = answer.look(in: snapshot), !answer.isMade(of: result) {
                update(answer, to: result)
            }
        }
        defer { answer.lastSession = session }
        return answer.lastSession != session
    }

    /// The queries of the answers used in this pass; the very set of the pass before if they are the same.
    func usedQueries() -> Set<CatalogQuery> {
        let isSame = used.count == usedBefore.count && zip(used, usedBefore).allSatisfy { $0 === $1 }
        if !isSame || queriesBefore.isEmpty {
            usedBefore = used
            queriesBefore = Set(used.lazy.map(\.question.query))
        }
        return queriesBefore
    }

    /// Forgets the answers that the pass did not use.
    func forgetUnused() {
        guard used.count < answers.count else { return }
        for (question, answer) in answers where answer.lastPass != pass {
            free(answer.instances, answer.ownSources, scope: number(of: question.query.scope))
            answers[question] = nil
        }
        serviceAnswers = serviceAnswers.filter { $0.value.lastPass == pass }
    }

    /// The kept answer for `question`, not yet compared with any snapshot.
    func answer(to question: CachedAnswer.Question) -> CachedAnswer {
        if let answer = answers[question] { return answer }
        let answer = CachedAnswer(question)
        answers[question] = answer
        return answer
    }

    /// The kept answer to a `service` call; parsed when it is met for the first time.
    func serviceAnswer(_ arguments: String) throws(QueryFault) -> CachedAnswer {
        // Mostly a template asks the same as the last time, in the same order.
        if next < usedBefore.count, let expected = usedBefore[next].arguments, bytesEqual(expected, arguments) {
            next += 1
            return usedBefore[next - 1]
        }
        let answer = try findServiceAnswer(arguments)
        if answer.order < usedBefore.count, usedBefore[answer.order] === answer { next = answer.order + 1 }
        return answer
    }

    private func findServiceAnswer(_ arguments: String) throws(QueryFault) -> CachedAnswer {
        if let answer = serviceAnswers[arguments] { return answer }
        let query = try ServiceQuery(parsing: [arguments])
        let answer = answer(
            to: CachedAnswer.Question(
                query: query.query.qualified(byDefault: defaultRegistry),
                view: .statuses(query.statuses)
            )
        )
        serviceAnswers[arguments] = answer
        answer.note(arguments: arguments)
        return answer
    }

    /// Makes `answer` that of `result`, keeping every record whose instance is still in it.
    private func update(_ answer: CachedAnswer, to result: QueryResult) {
        let old = (instances: answer.instances, sources: answer.ownSources)
        let scope = number(of: answer.question.query.scope)
        answer.reset(to: result)
        switch (result, answer.question.view) {
        case (.instances(let instances), .statuses(let statuses)):
            for instance in instances where statuses.contains(instance.health) {
                let entry = retain(instance, scope: scope)
                answer.append(.record(entry.record), from: entry.source, of: instance)
            }
        case (.services(let summaries), _):
            for summary in summaries {
                let source = allot(.service(summary.name, scope: scope))
                answer.append(.record(Registration(source).snippet(summary)), from: source)
            }
        case (.nodes(let nodes), _):
            for node in nodes {
                let source = allot(.node(node.name, scope: scope))
                answer.append(.record(Registration(source).node(node)), from: source)
            }
        case (.node(.some(let services)), _):
            let source = allot(.node(services.node.name, scope: scope))
            answer.setNode(Registration(source).node(services.node), from: source)
            for instance in services.instances {
                let source = allot(.instance(instance, scope: scope))
                let weights = Value.record(weightRecord(instance.weights))
                answer.append(.record(Registration(source).nodeService(instance, weights: weights)), from: source)
            }
        case (.keys(let pairs), let view):
            for pair in pairs {
                guard let key = view.key(of: pair, under: answer.question.query) else { continue }
                answer.append(.record(Record(pair, key: key)))
            }
        default: break
        }
        free(old.instances, old.sources, scope: scope)
    }

    private func free(_ instances: [Instance], _ sources: [Origin.Source], scope: Int) {
        for instance in instances {
            let key = Key(instance: ObjectIdentifier(instance), scope: scope)
            guard var entry = entries[key] else { continue }
            entry.uses -= 1
            if entry.uses == 0 {
                free(entry.source)
                entries[key] = nil
            } else {
                entries[key] = entry
            }
        }
        for source in sources { free(source) }
    }

    private func retain(_ instance: Instance, scope: Int) -> Entry {
        let key = Key(instance: ObjectIdentifier(instance), scope: scope)
        if var entry = entries[key] {
            entry.uses += 1
            entries[key] = entry
            return entry
        }
        let source = allot(.instance(instance, scope: scope))
        let contents = InstanceRecord(instance: instance, weights: weightRecord(instance.weights), source: source)
        let record = contents.record(layouts.layout(for: instance))
        let entry = Entry(instance: instance, record: record, source: source, uses: 1)
        entries[key] = entry
        recordsBuilt += 1
        return entry
    }

    private func weightRecord(_ weights: Weights) -> Record {
        if let record = weightRecords[weights] { return record }
        let record = Record(weights)
        // A registrant who changes weights all the time must not fill the memory with them.
        if weightRecords.count >= 256 { weightRecords.removeAll() }
        weightRecords[weights] = record
        return record
    }

    private func allot(_ owner: Owner) -> Origin.Source {
        if let number = unusedSources.popLast() {
            owners[Int(number)] = owner
            return Origin.Source(number)
        }
        owners.append(owner)
        return Origin.Source(UInt32(owners.count - 1))
    }

    private func free(_ source: Origin.Source) {
        owners[Int(source.number)] = nil
        unusedSources.append(source.number)
    }

    private func number(of scope: QueryScope) -> Int {
        if let number = scopes[scope] { return number }
        scopes[scope] = scopesByNumber.count
        scopesByNumber.append(scope)
        return scopesByNumber.count - 1
    }
}
