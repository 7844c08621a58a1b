import Catalog
import Rendering
import TemplateEngine
import Testing

@Suite("Stable numbers of instances")
struct StableIDTests {
    @Test("are below 2^20, all different, and stay")
    func different() {
        var ids = StableIDs()
        var numbers: [String: Int] = [:]
        for index in 0..<20_000 { numbers["i\(index)"] = ids.allot("i\(index)") }
        #expect(Set(numbers.values).count == 20_000)
        #expect(numbers.values.allSatisfy { (1..<1 << 20).contains($0) })
        for index in stride(from: 0, to: 20_000, by: 2) { ids.free("i\(index)") }
        for index in 0..<10_000 { _ = ids.allot("new\(index)") }
        for index in stride(from: 1, to: 20_000, by: 2) { #expect(ids.allot("i\(index)") == numbers["i\(index)"]) }
    }

    @Test("do not depend on the order where no two want the same")
    func independent() {
        var (left, right) = (StableIDs(), StableIDs())
        for key in ["a", "b", "c"] { _ = left.allot(key) }
        for key in ["c", "b", "a"] { _ = right.allot(key) }
        #expect(left == right)
    }

    @Test("two that want the same get two")
    func collision() {
        var ids = StableIDs()
        let first = ids.allot("one", by: "name")
        let second = ids.allot("two", by: "name")
        #expect(first != nil && second == first.map { $0 % ((1 << 20) - 1) + 1 })
    }

    @Test("run out, and say so")
    func exhausted() {
        var ids = StableIDs(limit: 1 << 10)
        for index in 1..<1 << 10 { _ = ids.allot("\(index)") }
        #expect(ids.count == (1 << 10) - 1)
        #expect(ids.allot("one more") == nil)
        ids.free("17")
        #expect(ids.allot("one more") != nil)
    }

    @Test("are kept in text, whatever is in the keys")
    func text() {
        var ids = StableIDs()
        for key in ["plain", "with space", "n1\0web\0web-1", "100%", "ä\nb", ""] { _ = ids.allot(key) }
        ids.endRender()
        _ = ids.allot("plain")
        let read = StableIDs(text: ids.text)
        #expect(read.text == ids.text)
        for key in ["plain", "with space", "n1\0web\0web-1", "100%", "ä\nb", ""] {
            #expect(read[key] != nil && read[key] == ids[key])
        }
    }

    @Test("damaged lines are left out, and numbers that are there twice")
    func damage() {
        let ids = StableIDs(
            text: "5 0 a\n5 0 b\nx 0 c\n0 0 d\n1048576 0 e\n7 0 a\n8 -1 f\n9 0 %4\n10 0 %zz\n\n11 0 g h\n12 0 i"
        )
        #expect(ids.count == 2)
        #expect(ids["a"] == 5)
        #expect(ids["i"] == 12)
    }

    @Test("of those that are gone the longest gone are forgotten first")
    func forgetting() {
        var ids = StableIDs()
        for round in 0..<3 {
            for index in 0..<1_000 { _ = ids.allot("\(round)-\(index)") }
            ids.endRender()
        }
        // 1 000 are there, 2 000 gone; as many of these are remembered as `rememberedAtLeast` says.
        #expect(ids.count == 1_000 + StableIDs.rememberedAtLeast)
        #expect(ids["2-0"] != nil)
        #expect((0..<1_000).allSatisfy { ids["1-\($0)"] != nil })
    }

    @Test("the function numbers instances, and keeps their numbers while others come and go")
    func function() throws {
        var fixture = Fixture()
        let template = "{{ range service \"web\" }}{{ .ID }}={{ stableId . }} {{ end }}"
        fixture.answers = [.service(name: "web"): .instances((0..<9).map { instance("w\($0)") })]
        let renderer = try fixture.renderer(template)
        let cache = renderer.makeCache()
        func numbers(_ fixture: Fixture) -> [Substring: Substring] {
            let text = Fixture.text(of: renderer.render(fixture.snapshot, using: cache, at: RenderTime(seconds: 0)))
            return Dictionary(
                uniqueKeysWithValues: text.split(separator: " ").map { $0.split(separator: "=") }.map { ($0[0], $0[1]) }
            )
        }
        let before = numbers(fixture)
        #expect(Set(before.values).count == 9)
        fixture.answers = [.service(name: "web"): .instances((4..<14).map { instance("w\($0)") })]
        let after = numbers(fixture)
        for id in 4..<9 { #expect(after["w\(id)"] == before["w\(id)"]) }
        // What is kept as text gives another run the same numbers.
        let other = renderer.makeCache()
        other.stableIDs = StableIDs(text: cache.stableIDs.text)
        let text = Fixture.text(of: renderer.render(fixture.snapshot, using: other, at: RenderTime(seconds: 0)))
        #expect(text == Fixture.text(of: renderer.render(fixture.snapshot, using: cache, at: RenderTime(seconds: 0))))
    }

    @Test("equal identities in two registries are two instances")
    func registries() throws {
        var fixture = Fixture()
        fixture.answers = [
            .service(name: "web"): .instances([instance("w")]),
            .service(name: "web", scope: .init(registry: "other")): .instances([instance("w")]),
        ]
        let text = try fixture.text(
            "{{ range service \"web\" }}{{ stableId . }} {{ end }}{{ range service \"web?registry=other\" }}{{ stableId . }}{{ end }}"
        )
        let numbers = text.split(separator: " ")
        #expect(numbers.count == 2 && numbers[0] != numbers[1])
    }

    @Test("what is no instance is refused")
    func refused() throws {
        #expect(
            try Fixture().text("{{ stableId 5 }}") == "failed: stableId: an instance or a text is expected as argument"
        )
        #expect(try Fixture().text("{{ eq (stableId \"a\") (stableId \"a\") }}") == "true")
    }
}
