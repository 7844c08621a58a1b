import Catalog
import Testing

@Suite("A catalog snapshot")
struct CatalogSnapshotTests {
    private let a = CatalogQuery.key(path: "a")
    private let b = CatalogQuery.key(path: "b")

    private func answer(_ value: String) -> QueryResult { .key(KeyValue(path: "k", value: value)) }

    @Test("says which answers are other ones")
    func merge() {
        var snapshot = CatalogSnapshot(answers: [a: answer("1")])
        #expect(snapshot.merge([a: answer("1"), b: answer("2")]) == [b])
        #expect(snapshot.merge([a: answer("3"), b: answer("2")]) == [a])
        #expect(snapshot.answers == [a: answer("3"), b: answer("2")])
        #expect(snapshot[a] == answer("3"))
        #expect(snapshot[.key(path: "c")] == nil)
    }

    @Test("keeps the version of an answer for as long as it is the same")
    func versions() throws {
        var snapshot = CatalogSnapshot(answers: [a: answer("1"), b: answer("1")])
        let place = try #require(snapshot.place(of: a))
        let version = try #require(snapshot.version(at: place))
        _ = snapshot.merge([a: answer("1"), b: answer("2")])
        #expect(snapshot.version(at: place) == version)
        _ = snapshot.merge([a: answer("2")])
        #expect(snapshot.version(at: place) != version)
        #expect(snapshot.place(of: .key(path: "c")) == nil)
    }

    @Test("gives no version for a place of another snapshot, or of one that had other questions")
    func places() throws {
        let first = CatalogSnapshot(answers: [a: answer("1")])
        let place = try #require(first.place(of: a))
        #expect(CatalogSnapshot(answers: [a: answer("1")]).version(at: place) == nil)
        var added = first
        _ = added.merge([b: answer("2")])
        #expect(added.version(at: place) == nil)
        // Two that came of one snapshot and took in different questions must not be taken for one another.
        var other = first
        _ = other.merge([.key(path: "c"): answer("3")])
        let placeOfB = try #require(added.place(of: b))
        #expect(other.version(at: placeOfB) == nil)
        var fewer = added
        fewer.keep(only: [b])
        #expect(fewer.version(at: placeOfB) == nil)
        #expect(fewer.answers == [b: answer("2")])
        #expect(first.version(at: place) != nil)
    }
}
