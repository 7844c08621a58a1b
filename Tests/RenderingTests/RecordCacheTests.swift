import Catalog
import Rendering
import TemplateEngine
import Testing

@Suite("RecordCache")
struct RecordCacheTests {
    private let template = #"{{range service "a"}}{{.ID}} {{end}}{{range service "b|any"}}{{.ID}} {{end}}"#
    private let queryA = CatalogQuery.service(name: "a", scope: QueryScope(registry: "main"))
    private let queryB = CatalogQuery.service(name: "b", scope: QueryScope(registry: "main"))

    private func instances(_ service: String, _ count: Int) -> [Instance] {
        (0..<count).map { instance("\(service)\($0)", of: service) }
    }

    @Test("One changed instance costs one record, and none that is gone is kept")
    func change() throws {
        let renderer = try Fixture().renderer(template)
        let cache = renderer.makeCache()
        var a = instances("a", 100)
        var snapshot = CatalogSnapshot(answers: [queryA: .instances(a), queryB: .instances(instances("b", 50))])
        func render() -> String {
            Fixture.text(of: renderer.render(snapshot, using: cache, at: RenderTime(seconds: 0)))
        }
        _ = render()
        #expect(cache.recordsBuilt == 150)
        _ = render()
        #expect(cache.recordsBuilt == 150)
        a[7] = instance("new", of: "a")
        _ = snapshot.merge([queryA: .instances(a)])
        #expect(render().contains("a6 new a8"))
        #expect(cache.recordsBuilt == 151)
        #expect(cache.recordCount == 150)
        _ = snapshot.merge([queryB: .instances([])])
        _ = render()
        #expect(cache.recordCount == 100)
        #expect(cache.recordsBuilt == 151)
    }

    @Test("An instance in several answers has one record, for as long as one of them has it")
    func shared() throws {
        let renderer = try Fixture().renderer(
            #"{{len (service "a")}}{{len (service "a" "any")}}{{len (service "v1.a")}}"#
        )
        let cache = renderer.makeCache()
        let tagged = CatalogQuery.service(name: "a", tag: "v1", scope: QueryScope(registry: "main"))
        let a = instances("a", 3)
        var snapshot = CatalogSnapshot(answers: [queryA: .instances(a), tagged: .instances([a[0]])])
        func render() -> String {
            Fixture.text(of: renderer.render(snapshot, using: cache, at: RenderTime(seconds: 0)))
        }
        #expect(render() == "331")
        #expect(cache.recordsBuilt == 3)
        _ = snapshot.merge([queryA: .instances([])])
        #expect(render() == "001")
        #expect(cache.recordCount == 1)
        _ = snapshot.merge([tagged: .instances([])])
        #expect(render() == "000")
        #expect(cache.recordCount == 0)
    }

    @Test("Answers that a complete render did not use are forgotten, and come back when they are asked for again")
    func forgetting() throws {
        let renderer = try Fixture().renderer(
            #"{{if keyExists "on"}}{{range service "a"}}{{.ID}}{{end}}{{range service "a" "passing"}}{{.ID}}{{end}}{{end}}"#
        )
        let cache = renderer.makeCache()
        let key = CatalogQuery.key(path: "on", scope: QueryScope(registry: "main"))
        var snapshot = CatalogSnapshot(
            answers: [queryA: .instances(instances("a", 2)), key: .key(KeyValue(path: "on", value: ""))])
        for _ in 0..<3 {
            for isOn in [true, false] {
                _ = snapshot.merge([key: .key(isOn ? KeyValue(path: "on", value: "") : nil)])
                let text = Fixture.text(of: renderer.render(snapshot, using: cache, at: RenderTime(seconds: 0)))
                #expect(text == (isOn ? "a0a1a0a1" : ""))
                #expect(cache.recordCount == (isOn ? 2 : 0))
            }
        }
    }

    @Test("Answers are found in whatever order they are asked for, and however that order changes")
    func order() throws {
        let renderer = try Fixture().renderer(
            #"{{range ls "names"}}{{range service .Value}}{{.ID}} {{end}}{{end}}{{range ls "names"}}{{len (service .Value)}}{{end}}"#,
            #"{{range ls "names"}}{{with service .Value}}{{(index . 0).ID}} {{end}}{{end}}"#
        )
        let cache = renderer.makeCache()
        let names = CatalogQuery.prefix(path: "names", scope: QueryScope(registry: "main"))
        var random = SplitMix(state: 3)
        var snapshot = CatalogSnapshot()
        var sizes: [String: Int] = [:]
        for service in 0..<12 {
            let name = "s\(service)"
            sizes[name] = service % 3
            _ = snapshot.merge([
                .service(name: name, scope: QueryScope(registry: "main")): .instances(instances(name, service % 3))
            ])
        }
        for round in 0..<60 {
            let chosen = (0..<12).map { "s\($0)" }.shuffled(using: &random).prefix(round % 13)
            _ = snapshot.merge([
                names: .keys(chosen.enumerated().map { KeyValue(path: "names/\(100 + $0)", value: $1) })
            ])
            if round % 7 == 3, let name = chosen.first {
                sizes[name] = 3
                _ = snapshot.merge([
                    .service(name: name, scope: QueryScope(registry: "main")): .instances(instances(name, 3))
                ])
            }
            guard case .complete(let target) = renderer.render(snapshot, using: cache, at: RenderTime(seconds: 0))
            else {
                Issue.record("not complete")
                return
            }
            let all = chosen.flatMap { name in (0..<(sizes[name] ?? 0)).map { "\(name)\($0) " } }.joined()
            let counts = chosen.map { "\(sizes[$0] ?? 0)" }.joined()
            let firsts = chosen.filter { sizes[$0] != 0 }.map { "\($0)0 " }.joined()
            #expect(target.files.map { String(decoding: $0.bytes, as: UTF8.self) } == [all + counts, firsts])
            #expect(target.dependencies.queries.count == chosen.count + 1)
        }
    }

    @Test("Source numbers are used again and always name the right instance, through many changes")
    func sources() throws {
        var fixture = Fixture()
        fixture.untrusted = .report(Fixture.unsafe)
        let renderer = try fixture.renderer(#"{{range service "a"}}{{.ID}}{{end}}{{range nodes}}{{.Address}}{{end}}"#)
        let cache = renderer.makeCache()
        let nodes = CatalogQuery.nodes(scope: QueryScope(registry: "main"))
        var random = SplitMix(state: 11)
        var pool = (0..<20).map { instance("i\($0);", of: "a") }
        for round in 0..<200 {
            pool.remove(at: Int.random(in: 0..<pool.count, using: &random))
            pool.append(instance("r\(round);", of: "a"))
            let snapshot = CatalogSnapshot(
                answers: [
                    queryA: .instances(pool.shuffled(using: &random)),
                    nodes: .nodes([Node(name: "n\(round % 3)", address: "\(round % 3);")]),
                ])
            guard case .complete(let target) = renderer.render(snapshot, using: cache, at: RenderTime(seconds: 0))
            else {
                Issue.record("not complete")
                return
            }
            #expect(target.setAside.count == 21)
            for item in target.setAside {
                switch item.registrant.subject {
                case .instance(let identity): #expect(identity.id == item.text)
                case .node(let name): #expect(item.text == "\(name.dropFirst());")
                case .service: Issue.record("no service was listed")
                }
            }
            #expect(cache.recordCount == 20)
        }
    }
}

/// A small reproducible generator (Steele, Lea and Flood, "Fast splittable pseudorandom number generators").
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
