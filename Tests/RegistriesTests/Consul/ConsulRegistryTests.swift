import Catalog
import Logging
import Registries
import Synchronization
import Testing

/// The registry over a transport that answers as the test says: for what a real agent cannot be made to do. The rest is
/// tested with a real one.
@Suite(.timeLimit(.minutes(1))) struct ConsulRegistryTests {
    /// The reports one after the other.
    private struct Reports: ~Copyable {
        fileprivate var iterator: AsyncStream<RegistryReport>.AsyncIterator

        /// The next one that is more than which questions fail.
        mutating func next() async -> RegistryReport? {
            while let report = await iterator.next(isolation: #isolation) {
                if case .failing = report { continue }
                return report
            }
            return nil
        }
    }

    private let web = CatalogQuery.service(name: "web")
    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs `body` beside a registry over `consul` that is asked for `wanted`.
    private func watching(
        _ consul: ScriptedConsul,
        _ wanted: Set<CatalogQuery>,
        connections: Int = 100,
        _ body: (inout Reports) async -> Void,
    ) async {
        await watching(consul, wanted, connections: connections) { reports, _ in await body(&reports) }
    }

    /// The same, with a function by which it is asked for something else.
    private func watching(
        _ consul: ScriptedConsul,
        _ wanted: Set<CatalogQuery>,
        connections: Int = 100,
        _ body: (inout Reports, (Set<CatalogQuery>) -> Void) async -> Void,
    ) async {
        var configuration = ConsulRegistry.Configuration(name: "main", address: "consul://test")
        configuration.connections = connections
        let registry = ConsulRegistry(configuration, logger: quiet) { () throws(ConsulFault) in consul }
        let (questions, ask) = AsyncStream.makeStream(of: Set<CatalogQuery>.self)
        let (reports, sink) = AsyncStream.makeStream(of: RegistryReport.self)
        ask.yield(wanted)
        await withTaskGroup { group in
            group.addTask { await registry.watch(questions) { sink.yield($0) } }
            var received = Reports(iterator: reports.makeAsyncIterator())
            await body(&received) { ask.yield($0) }
            group.cancelAll()
        }
        #expect(consul.isClosed)
    }

    private func ids(_ report: RegistryReport?) -> [String]? {
        guard case .answers(let answers, _) = report, case .instances(let instances)? = answers[web] else { return nil }
        return instances.map(\.id)
    }

    @Test func `it answers, and follows by blocking queries`() async {
        let consul = ScriptedConsul { target throws(ConsulFault) in
            if !target.contains("index=") { return .ok(ScriptedConsul.instances("a"), index: 5) }
            if target.contains("index=5&") { return .ok(ScriptedConsul.instances("a", "b"), index: 6) }
            return try await ScriptedConsul.block()
        }
        await watching(consul, [web]) { reports in
            #expect(ids(await reports.next()) == ["a"])
            #expect(ids(await reports.next()) == ["a", "b"])
        }
        #expect(consul.targets.first == "/v1/health/service/web?stale")
        #expect(consul.targets.dropFirst().first?.hasPrefix("/v1/health/service/web?index=5&wait=") == true)
    }

    @Test(arguments: [
        ConsulFault.transport(.unreachable("refused")), .transport(.timedOut), .transport(.closed),
        .transport(.broken("cut")), .transport(.tooLarge), .transport(.tls("no")), .limited(""),
    ])
    func `a fault is told once, keeps what is known, and is over with the next answer`(fault: ConsulFault) async {
        let consul = ScriptedConsul { _ throws(ConsulFault) in throw fault }
        await watching(consul, [web]) { reports in
            guard case .fault(let told)? = await reports.next() else {
                Issue.record("the fault is not told")
                return
            }
            #expect(told.label == fault.label)
            #expect(told.message.contains("consul://test"))
            consul.answer { target throws(ConsulFault) in
                if target.contains("index=") { return try await ScriptedConsul.block() }
                return .ok(ScriptedConsul.instances("a"), index: 5)
            }
            guard case .answers(_, .afterBreak)? = await reports.next() else {
                Issue.record("the answer after a fault is not one after a break")
                return
            }
            guard case .recovered? = await reports.next() else {
                Issue.record("the end of the fault is not told")
                return
            }
        }
    }

    @Test func `half an answer is none`() async {
        let whole = ScriptedConsul.instances("a", "b")
        let consul = ScriptedConsul { _ throws(ConsulFault) in .ok(Array(whole.dropLast(9)), index: 5) }
        await watching(consul, [web]) { reports in
            guard case .fault(let fault)? = await reports.next() else {
                Issue.record("half an answer is believed")
                return
            }
            #expect(fault.label == "malformed")
        }
    }

    @Test func `an answer that shrinks though its index stays is one with less to be seen`() async {
        let consul = ScriptedConsul { target throws(ConsulFault) in
            target.contains("index=") ? .ok(Array("[]".utf8), index: 5) : .ok(ScriptedConsul.instances("a"), index: 5)
        }
        await watching(consul, [web]) { reports in
            #expect(ids(await reports.next()) == ["a"])
            guard case .fault(let fault)? = await reports.next() else {
                Issue.record("the loss is believed")
                return
            }
            #expect(fault.label == "denied")
        }
    }

    @Test func `a loss is believed only if the token may still read what is gone`() async {
        let denies = Mutex(true)
        let consul = ScriptedConsul { target throws(ConsulFault) in
            if target.contains("authorize") {
                let isAllowed = denies.withLock { !$0 }
                return .ok(
                    Array(#"[{"Resource":"service","Segment":"web","Access":"read","Allow":\#(isAllowed)}]"#.utf8),
                    index: 1
                )
            }
            return target.contains("index=")
                ? .ok(Array("[]".utf8), index: 6)
                : .ok(ScriptedConsul.instances("a"), index: 5)
        }
        await watching(consul, [web]) { reports in
            #expect(ids(await reports.next()) == ["a"])
            guard case .fault(let fault)? = await reports.next() else {
                Issue.record("the loss is believed")
                return
            }
            #expect(fault.label == "denied" && fault.message.contains("service:web"))
            denies.withLock { $0 = false }
            // After the fault it is asked from the beginning, and then the loss is one.
            while let report = await reports.next() {
                if let ids = ids(report), ids.isEmpty { break }
            }
        }
    }

    @Test func `questions above the budget are swept when something changes`() async {
        let names = (0..<40).map { "s\($0)" }
        let wanted = Set(names.map { CatalogQuery.service(name: $0) })
        let consul = ScriptedConsul { target throws(ConsulFault) in
            if target.contains("index=") { return try await ScriptedConsul.block() }
            return .ok(ScriptedConsul.instances("a"), index: 5)
        }
        await watching(consul, wanted, connections: 20) { reports in
            var answered: Set<CatalogQuery> = []
            while answered.count < 40, let report = await reports.next() {
                if case .answers(let answers, _) = report { answered.formUnion(answers.keys) }
            }
            #expect(answered == wanted)
        }
        // Twelve blocking queries beside six that sweep and two that wait for changes.
        let blocking = Set(consul.targets.filter { $0.contains("/health/service/") && $0.contains("index=") })
        #expect(blocking.count <= 12)
    }

    @Test func `a change in another datacenter sets off a sweep too`() async {
        let scope = QueryScope(datacenter: "dc2", parameters: ["ns": "team"])
        let services = Set((0..<40).map { CatalogQuery.service(name: "s\($0)", scope: scope) })
        let hasChanged = Mutex(false)
        let consul = ScriptedConsul { target throws(ConsulFault) in
            if target.hasPrefix("/v1/catalog/services?dc=dc2&ns=team&index=5&") {
                hasChanged.withLock { $0 = true }
                return .ok(Array("{}".utf8), index: 6)
            }
            if target.contains("index=") { return try await ScriptedConsul.block() }
            guard Self.service(target) != nil else { return .ok(Array("{}".utf8), index: 5) }
            return hasChanged.withLock(\.self)
                ? .ok(ScriptedConsul.instances("a", "b"), index: 6) : .ok(ScriptedConsul.instances("a"), index: 5)
        }
        await watching(consul, services, connections: 20) { reports in
            var counts: Set<Int> = []
            while !counts.contains(2), let report = await reports.next() {
                guard case .answers(let answers, _) = report else { continue }
                for case .instances(let list) in answers.values { counts.insert(list.count) }
            }
            #expect(counts == [1, 2])
        }
        #expect(consul.targets.contains { $0.hasPrefix("/v1/health/state/any?dc=dc2&ns=team&filter=") })
    }

    /// The name of the service that is asked for.
    private static func service(_ target: String) -> String? {
        target.firstRange(of: "/health/service/").map { String(target[$0.upperBound...].prefix(2)) }
    }

    @Test func `a question that gets its connection while a sweep asks it is asked on without a break`() async {
        let asked = Mutex<[String: Int]>([:])
        let consul = ScriptedConsul { target throws(ConsulFault) in
            guard let name = Self.service(target) else {
                // What sets off sweeps, and what a token may read.
                if target.contains("index=") { return try await ScriptedConsul.block() }
                return .ok(Array("[]".utf8), index: 5)
            }
            if target.contains("index=5&") { return .ok(ScriptedConsul.instances("a", service: name), index: 6) }
            if target.contains("index=") { return try await ScriptedConsul.block() }
            let count = asked.withLock { asked in
                asked[name, default: 0] += 1
                return asked[name]
            }
            switch count {
            case 1: return .ok(ScriptedConsul.instances("a", "b", service: name), index: 5)
            // The second sweep is still under way when there are more connections.
            case 2: return try await ScriptedConsul.block()
            // A question that is begun anew.
            default: return .ok(ScriptedConsul.instances("a", service: name), index: 6)
            }
        }
        // A young process has eight blocking queries: the last one by name is swept.
        let services = Set((0..<9).map { CatalogQuery.service(name: "s\($0)") })
        await watching(consul, services, connections: 40) { reports in
            var continuity: RegistryReport.Continuity?
            while continuity == nil, let report = await reports.next() {
                guard case .answers(let answers, let kind) = report,
                    case .instances(let list)? = answers[.service(name: "s8")]
                else { continue }
                if list.count == 1 { continuity = kind }
            }
            #expect(continuity == .unbroken)
        }
        // On a slow machine there are more connections before there is a second sweep.
        #expect(asked.withLock { $0["s8"] ?? 0 } <= 2)
    }

    @Test func `a question that loses its connection is swept on without a break`() async {
        let answered = Mutex<Set<String>>([])
        let consul = ScriptedConsul { target throws(ConsulFault) in
            if target.contains("index=") { return try await ScriptedConsul.block() }
            guard let name = Self.service(target) else { return .ok(Array("[]".utf8), index: 5) }
            let isFirst = answered.withLock { $0.insert(name).inserted }
            return isFirst
                ? .ok(ScriptedConsul.instances("a", "b", service: name), index: 5)
                : .ok(ScriptedConsul.instances("a", service: name), index: 6)
        }
        let services = Set((0..<8).map { CatalogQuery.service(name: "s\($0)") })
        await watching(consul, services, connections: 16) { reports, ask in
            var known: Set<CatalogQuery> = []
            while known.count < 8, let report = await reports.next() {
                if case .answers(let answers, _) = report { known.formUnion(answers.keys) }
            }
            // Nodes are not swept as long as a service can be.
            ask(services.union([.nodes()]))
            var continuity: RegistryReport.Continuity?
            while continuity == nil, let report = await reports.next() {
                guard case .answers(let answers, let kind) = report else { continue }
                if answers.keys.contains(where: { services.contains($0) }) { continuity = kind }
            }
            #expect(continuity == .unbroken)
        }
    }

    @Test func `the agent's own node is asked for by name`() async {
        let node = CatalogQuery.node(name: nil)
        let consul = ScriptedConsul { target throws(ConsulFault) in
            if target == "/v1/agent/self" { return .ok(Array(#"{"Config":{"NodeName":"n7"}}"#.utf8), index: 0) }
            if target.contains("index=") { return try await ScriptedConsul.block() }
            return .ok(Array(#"{"Node":{"Node":"n7","Address":"10.0.0.7"},"Services":{}}"#.utf8), index: 5)
        }
        await watching(consul, [node]) { reports in
            guard case .answers(let answers, _)? = await reports.next(), case .node(let found?)? = answers[node] else {
                Issue.record("there is no answer")
                return
            }
            #expect(found.node.name == "n7")
        }
        #expect(consul.targets.contains { $0.hasPrefix("/v1/catalog/node/n7") })
    }

    @Test func `a registration that breaks the rules is left out, the others stay`() async {
        let consul = ScriptedConsul { target throws(ConsulFault) in
            if target.contains("index=") { return try await ScriptedConsul.block() }
            let good = ScriptedConsul.instances("a").dropFirst().dropLast()
            let bad = #"{"Node":{"Node":"n","Address":"x"},"Service":{"ID":"b","Service":"web","Address":"evil; x"}}"#
            return .ok(Array("[".utf8) + good + Array(",\(bad)]".utf8), index: 5)
        }
        await watching(consul, [web]) { reports in
            #expect(ids(await reports.next()) == ["a"])
        }
    }
}
