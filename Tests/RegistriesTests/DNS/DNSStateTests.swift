import Catalog
import Settings
import Testing

@testable import Registries

@Suite struct DNSStateTests {
    private let web = CatalogQuery.service(name: "web")
    private let start = ContinuousClock.now
    private let server = HostPort(host: "10.0.0.53", port: 53)

    private var settings: DNSSettings {
        var settings = DNSSettings()
        settings.records = ["web": .init(srv: "web.example"), "api": .init(a: "api.example", port: 80)]
        settings.minimumTTL = .seconds(2)
        settings.maximumTTL = .seconds(60)
        return settings
    }

    private func finding(_ addresses: String..., service: String = "web", ttl: UInt32? = 10) -> DNSFinding {
        var finding = DNSFinding()
        finding.instances = addresses.map {
            Instance(service: service, id: "\(service)-\($0)", node: Node(name: $0, address: $0), address: $0, port: 80)
        }
        finding.isSuspect = addresses.isEmpty
        finding.ttl = ttl
        return finding
    }

    private func words(_ reports: [RegistryReport]) -> [String] {
        reports.map { report in
            switch report {
            case .answers(let answers, let continuity):
                "\(continuity) "
                    + answers.map { query, result in
                        switch result {
                        case .instances(let instances): "\(query): \(instances.map(\.address).joined(separator: ","))"
                        case .services(let services): "\(query): \(services.map(\.name).joined(separator: ","))"
                        default: "\(query)"
                        }
                    }.sorted().joined(separator: "; ")
            case .fault(let fault): "fault \(fault.label)\(fault.isWhole ? " whole" : "")"
            case .failing(let questions): "failing \(questions.map(\.description).sorted().joined(separator: ","))"
            case .recovered: "recovered"
            }
        }
    }

    @Test func `what is asked for is looked up, and again when its TTL is over, within bounds`() {
        var state = DNSState(settings)
        #expect(words(state.ask([web], at: start)) == [])
        #expect(state.start(at: start).map(\.service) == ["web"])
        #expect(state.start(at: start).isEmpty)
        for (ttl, seconds) in [(10, 10), (0, 2), (1, 2), (3_600, 60), (nil, 5)] as [(UInt32?, Int)] {
            _ = state.found("web", .success(finding("10.0.0.1", ttl: ttl)), at: start)
            #expect(state.nextDue == start + .seconds(seconds))
            _ = state.start(at: start + .seconds(seconds))
        }
    }

    @Test func `a first answer comes after a break, an absence is suspect once, a failure keeps`() {
        var state = DNSState(settings)
        _ = state.ask([web], at: start)
        func found(_ result: Result<DNSFinding, DNSFault>) -> [String] {
            _ = state.start(at: start + .seconds(1_000))
            return words(state.found("web", result, at: start))
        }
        #expect(found(.success(finding("10.0.0.1", "10.0.0.2"))) == ["afterBreak service web: 10.0.0.1,10.0.0.2"])
        #expect(found(.success(finding("10.0.0.1"))) == ["unbroken service web: 10.0.0.1"])
        #expect(found(.success(finding())) == ["afterBreak service web: "])
        #expect(found(.success(finding())) == ["unbroken service web: "])
        #expect(found(.success(finding("10.0.0.1"))) == ["unbroken service web: 10.0.0.1"])
        #expect(found(.failure(.timedOut(server))) == ["failing service web", "fault timeout whole"])
        #expect(found(.failure(.timedOut(server))) == [])
        #expect(found(.success(finding("10.0.0.1"))) == ["afterBreak service web: 10.0.0.1", "failing ", "recovered"])
        var stated = finding()
        stated.isStated = true
        stated.isSuspect = false
        #expect(found(.success(stated)) == ["stated service web: "])
    }

    @Test func `the list of services is answered when all records are known`() {
        var state = DNSState(settings)
        _ = state.ask([.services()], at: start)
        #expect(Set(state.start(at: start).map(\.service)) == ["web", "api"])
        #expect(words(state.found("web", .success(finding("10.0.0.1")), at: start)) == [])
        #expect(
            words(state.found("api", .success(finding("10.0.0.2", service: "api")), at: start))
                == ["afterBreak services: api,web"]
        )
        #expect(words(state.ask([.services(), web], at: start)) == ["afterBreak service web: 10.0.0.1"])
    }

    @Test func `a pattern is for services that have no record, and who has neither is empty`() {
        var settings = settings
        settings.pattern = .init(srv: "_{service}._tcp.example")
        var state = DNSState(settings)
        _ = state.ask([web, .service(name: "Shop")], at: start)
        let started = Dictionary(uniqueKeysWithValues: state.start(at: start).map { ($0.service, $0.record.srv) })
        #expect(started == ["web": "web.example", "shop": "_shop._tcp.example"])

        settings.pattern = nil
        state = DNSState(settings)
        #expect(words(state.ask([.service(name: "shop")], at: start)) == ["afterBreak service shop: "])
        #expect(state.start(at: start).isEmpty)
    }

    @Test func `what is not asked any more is not looked up`() {
        var state = DNSState(settings)
        _ = state.ask([web], at: start)
        _ = state.start(at: start)
        _ = state.ask([], at: start)
        #expect(words(state.found("web", .success(finding("10.0.0.1")), at: start)) == [])
        #expect(state.nextDue == nil)
    }

    @Test func `an instance that has not changed is the same object, and a failure of one question is told as such`()
        throws
    {
        var state = DNSState(settings)
        _ = state.ask([web, .service(name: "api")], at: start)
        _ = state.start(at: start)
        func instance(_ reports: [RegistryReport]) -> Instance? {
            guard case .answers(let answers, _)? = reports.first, case .instances(let list)? = answers[web] else {
                return nil
            }
            return list.first
        }
        let first = try #require(instance(state.found("web", .success(finding("10.0.0.1")), at: start)))
        #expect(instance(state.found("web", .success(finding("10.0.0.1", "10.0.0.2")), at: start)) === first)
        #expect(
            words(state.found("api", .failure(.refused(server, code: 2)), at: start))
                == ["failing service api", "fault refused"]
        )
    }
}
