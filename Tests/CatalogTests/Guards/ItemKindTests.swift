import Catalog
import Testing

/// A kind of result, whose items stand in timelines as instances do.
private enum Kind: String, CaseIterable, CustomTestStringConvertible {
    case services, nodes, datacenters, keys, authorities

    var testDescription: String { rawValue }

    var query: CatalogQuery {
        switch self {
        case .services: .services()
        case .nodes: .nodes()
        case .datacenters: .datacenters()
        case .keys: .prefix(path: "")
        case .authorities: .caRoots()
        }
    }

    func timeline(_ text: String) -> Timeline {
        var timeline = Timeline(text)
        timeline.encode = { list in
            switch self {
            case .services: .services(list.map { ServiceSummary(name: $0.id, tags: ["\($0.port)"]) })
            case .nodes: .nodes(list.map { Node(name: $0.id, address: "10.0.0.\($0.port)") })
            case .datacenters: .datacenters(list.map(\.id))
            case .keys: .keys(list.map { KeyValue(path: $0.id, value: "\($0.port)") })
            case .authorities: .caRoots(list.map { CertificateAuthority(id: $0.id, certificate: "\($0.port)") })
            }
        }
        timeline.decode = { result in
            switch result {
            case .services(let list): list.map { Self.item($0.name, $0.tags == ["81"]) }
            case .nodes(let list): list.map { Self.item($0.name, $0.address == "10.0.0.81") }
            case .datacenters(let list): list.map { Self.item($0, false) }
            case .keys(let list): list.map { Self.item($0.path, $0.value == "81") }
            case .caRoots(let list): list.map { Self.item($0.id, $0.certificate == "81") }
            default: nil
            }
        }
        return timeline
    }

    static func item(_ id: String, _ isOther: Bool) -> Instance {
        Timeline.instance(id, "n1", port: isOther ? 81 : 80, .passing)
    }
}

@Suite struct ItemKindTests {
    @Test(
        arguments: Kind.allCases,
        [
            "0 abc > abc; 5 !a > abc after-break bc; 35 a > a confirmed",
            "0 abc > abc; 5 !ad > abcd after-break bc; 6 abd > abcd after-break c; 36 abd > abd confirmed",
            "0 bdf > bdf; 5 !ace > abcdef after-break bdf; 6 release > ace released",
            "0 ab > ab; 5 . > ab empty ab; 65 tick > . expired",
            "0 ab > ab; 5 . > ab empty ab; 6 c > c refilled",
            "0 ab > ab; 5 !. > ab after-break ab; 35 . > ab empty ab; 65 . > . expired",
            "0 abcdef > abcdef; 5 a > a; 6 . > .",
        ]
    )
    fileprivate func `lists are guarded by their items`(kind: Kind, text: String) throws {
        var guarded = ResultGuard(GuardSettings(), for: kind.query)
        try kind.timeline(text).play(on: &guarded)
    }

    @Test(arguments: Kind.allCases.filter { $0 != .datacenters })
    fileprivate func `an item that changed is no loss`(kind: Kind) throws {
        var guarded = ResultGuard(GuardSettings(), for: kind.query)
        try kind.timeline("0 ab > ab; 5 !A > Ab after-break b; 35 A > A confirmed").play(on: &guarded)
    }

    @Test(
        arguments: [
            "0 a > a; 5 . > .; 6 a > a; 7 A > A",
            "0 a > a; 5 !. > a after-break a; 20 . > a after-break a; 35 . > . confirmed",
            "0 a > a; 5 !. > a after-break a; 20 A > A returned",
            "0 a > a; 5 !A > A",
            "0 . > .; 5 !. > .; 6 !a > a",
            "0 a > a; 5 !. > a after-break a; 6 release > . released",
        ]
    )
    func `a key and a certificate are lost only by a break`(text: String) throws {
        var key = Timeline(text)
        key.encode = { .key($0.first.map { KeyValue(path: $0.id, value: "\($0.port)") }) }
        key.decode = {
            if case .key(let key) = $0 { key.map { [Kind.item($0.path, $0.value == "81")] } ?? [] } else { nil }
        }
        var guarded = ResultGuard(GuardSettings(), for: .key(path: "a"))
        try key.play(on: &guarded)

        var leaf = Timeline(text)
        leaf.encode = {
            .caLeaf($0.first.map { LeafCertificate(certificate: "\($0.port)", privateKey: "", service: $0.id) })
        }
        leaf.decode = {
            guard case .caLeaf(let leaf) = $0 else { return nil }
            return leaf.map { [Kind.item($0.service, $0.certificate == "81")] } ?? []
        }
        guarded = ResultGuard(GuardSettings(), for: .caLeaf(service: "a"))
        try leaf.play(on: &guarded)
    }

    // The letter n is the node itself.
    @Test(
        arguments: [
            "0 nab > nab; 5 na > na; 6 n > n; 7 . > .",
            "0 nab > nab; 5 !na > nab after-break b; 35 na > na confirmed",
            "0 nab > nab; 5 !. > nab after-break nab; 35 . > nab empty nab; 65 tick > . expired",
            "0 nab > nab; 5 !. > nab after-break nab; 6 nB > naB after-break a",
            "0 nab > nab; 5 !na > nab after-break b; 6 . > nab after-break nab; 35 . > nab empty nab; 66 tick > . expired",
            "0 na > na; 5 !n > na after-break a; 10 . > na after-break na; 70 tick > na after-break a; 71 . > . confirmed",
            "0 nabcd > nabcd; 5 na-b-c-d > nabcd mass-loss abc; 65 tick > na-b-c-d expired",
            "0 n > n; 5 !. > n after-break n; 35 . > . confirmed",
        ]
    )
    func `a node is guarded with its instances`(text: String) throws {
        var timeline = Timeline(text)
        timeline.encode = { list in
            .node(list.isEmpty ? nil : NodeServices(node: Node(name: "n"), instances: list.filter { $0.id != "n" }))
        }
        timeline.decode = { result in
            guard case .node(let found) = result else { return nil }
            return found.map { [Kind.item($0.node.name, false)] + $0.instances } ?? []
        }
        var guarded = ResultGuard(GuardSettings(), for: .node(name: "n"))
        try timeline.play(on: &guarded)
    }

    @Test func `an answer of another kind is taken as it is`() {
        var guarded = ResultGuard(GuardSettings(), for: .services(), restored: .nodes([Node(name: "a")]))
        let sighting = Sighting(result: .services([]), readAt: Timeline.start)
        #expect(guarded.see(sighting, at: Timeline.start) == .init(isEffective: true, hold: .none))
        #expect(guarded.effective == .services([]))
    }
}
