import Diagnostics
import Documents
import Testing

@Suite("The reader of documents")
struct DocumentReaderTests {
    private static let keys = KnownKeys(
        names: ["name", "address"],
        later: ["token": "take it out"],
        aliases: ["host": "address"]
    )

    private func root(_ text: String) throws -> SourceNode {
        try Document(reading: SourceFile(name: "a.yaml", text: text)).value()
    }

    @Test("takes known keys and tells the others, with what was meant")
    func fields() throws {
        var reader = DocumentReader()
        let fields = try #require(
            reader.fields(try root("nam: 1\nhost: 2\naddress: 3\ntoken: 4\nquite: 5\n"), of: "a thing", Self.keys)
        )
        #expect(fields["address"]?.value.kind == "the number 3")
        #expect(fields.value(of: "name") == nil)
        #expect(fields["host"] == nil)
        #expect(
            reader.faults.map(\.told) == [
                "1:1 a thing has no key `nam`", "2:1 a thing has no key `host`",
                "4:1 `token` is not supported by this version of headgate yet", "5:1 a thing has no key `quite`",
            ]
        )
        #expect(
            reader.faults.map(\.hint) == [
                "did you mean `name`?", "did you mean `address`?", "take it out", "the keys here are name, address",
            ]
        )
    }

    @Test("tells what is no map and no list")
    func kinds() throws {
        var reader = DocumentReader()
        #expect(reader.fields(try root("[1]"), of: "a thing", Self.keys) == nil)
        #expect(reader.entries(try root("yes"), of: "a thing") == nil)
        #expect(reader.items(try root("{a: 1}"), of: "a thing") == nil)
        #expect(
            reader.faults.map(\.message) == [
                "a thing has to be a map, not a list", "a thing has to be a map, not `yes`, which is true or false",
                "a thing has to be a list, not a map",
            ]
        )
    }

    @Test("tells the first hundred faults, those of the whole first and the others by place")
    func limit() throws {
        var reader = DocumentReader()
        let node = try root("a: 1\nb: 2\n")
        guard case .map(let entries) = node.content else { return }
        reader.report(entries[1].value.fault("second"))
        reader.report(entries[0].value.fault("first"))
        reader.report(Diagnostic("whole"))
        #expect(reader.sortedFaults.map(\.message) == ["whole", "first", "second"])
        for _ in 0..<200 { reader.report(node.fault("more")) }
        #expect(reader.sortedFaults.count == 101)
        #expect(reader.sortedFaults.last?.message == "103 more faults are not listed")
    }
}
