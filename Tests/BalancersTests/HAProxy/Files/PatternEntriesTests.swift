import Testing

@testable import Balancers

@Suite("The entries of maps and ACL files")
struct PatternEntriesTests {
    private func entries(_ text: String, _ kind: PatternReplacement.Kind = .map) throws -> [String] {
        try PatternEntries(Array(text.utf8), of: kind).entries
    }

    @Test("are read as HAProxy reads them")
    func reading() throws {
        let text = "# c\n\na.test web\r\n\tb.test \t api x \n #c d\nempty\n  # e\nlast z"
        #expect(try entries(text) == ["a.test web", "b.test api x", "#c d", "empty ", "# e", "last z"])
        #expect(
            try entries(text, .acl) == ["a.test web", "b.test \t api x ", "#c d", "empty", "# e", "last z"]
        )
    }

    @Test(
        "are not sent where they would not arrive as they are",
        arguments: ["a b\u{0}\n", "a\rb\n", "a \u{1B}[2J\n", "a \(String(repeating: "x", count: 4000))\n"]
    )
    func unfit(_ text: String) {
        #expect(throws: PatternEntries.Fault.self) { try PatternEntries(Array("ok 1\n\(text)".utf8), of: .map) }
        #expect(throws: PatternEntries.Fault.self) { try PatternEntries([0x61, 0x20, 0xFF], of: .map) }
    }

    static let differences: [(old: String, new: String, words: String)] = [
        ("a 1\nb 2\n", "a 1\nb 2\nc 3\n", "1 entry added"),
        ("a 1\nb 2\n", "c 3\nd 4\n", "2 entries added, 2 removed"),
        ("a 1\nb 2\n", "a 1\nb 3\nc 3\n", "1 entry added, 1 changed"),
        ("a 1\nb 2\n", "b 2\na 1\n", "in another order"),
        ("a 1\na 1\na 2\n", "a 1\na 3\n", "1 entry removed, 1 changed"),
        ("a 1\n", "", "1 entry removed"),
    ]

    @Test("differ by key and value", arguments: differences)
    func difference(_ example: (old: String, new: String, words: String)) throws {
        let old = try PatternEntries(Array(example.old.utf8), of: .map)
        let new = try PatternEntries(Array(example.new.utf8), of: .map)
        #expect(new.difference(from: old, of: .map) == example.words)
    }

    @Test("of a map go behind their command, so that nothing in them is one")
    func mapCommands() {
        let map = PatternReplacement(kind: .map, path: "/m", entries: ["a b;c \\d", "e "])
        #expect(map.preparation.text == "prepare map /m")
        #expect(map.additions(to: "7").map(\.line) == ["add map @7 /m <<\na b;c \\d\ne \n"])
        #expect(map.commit("7").text == "commit map @7 /m")
        #expect(PatternReplacement(kind: .map, path: "/m", entries: []).additions(to: "7").isEmpty)
    }

    @Test("of an ACL are protected, so that nothing in them is a command, a payload or another word")
    func aclCommands() {
        let acl = PatternReplacement(kind: .acl, path: "/a", entries: ["10.0.0.0/8", "a b;c", "<<", "^\\d+é$"])
        #expect(
            acl.additions(to: "7").map(\.line) == [
                #"add acl @7 /a 10.0.0.0/8;add acl @7 /a a\ b\;c;add acl @7 /a \<\<;add acl @7 /a \^\\d+é\$"#
            ]
        )
    }

    @Test("are sent in lines that HAProxy's buffer takes, all of them, in order", arguments: ["map", "acl"])
    func lengths(_ kind: String) throws {
        let entries = (0..<3000).map { "host-\($0).example.com backend-\($0)" }
        let replacement = PatternReplacement(
            kind: try #require(PatternReplacement.Kind(rawValue: kind)),
            path: "/etc/haproxy/domains",
            entries: entries
        )
        let batches = replacement.additions(to: "1")
        #expect(batches.allSatisfy { $0.line.utf8.count < LiveCommand.mostBytes + 100 })
        #expect((5...50).contains(batches.count))
        if kind == "map" { #expect(batches.flatMap { $0.payload.split(separator: "\n").map(String.init) } == entries) }
        #expect(kind == "map" || batches.flatMap(\.commands).count == entries.count)
    }

    @Test("are read from an answer that is whole")
    func answers() {
        #expect(PatternReplacement.entries(in: "0x55 a b\n0x7f c \n\n") == ["a b", "c "])
        #expect(PatternReplacement.entries(in: "\n") == [])
        #expect(PatternReplacement.entries(in: "") == nil)
        #expect(PatternReplacement.entries(in: "0x55 a") == nil)
        #expect(PatternReplacement.entries(in: "Unknown map identifier. Please use #<id> or <file>.\n\n") == nil)
    }
}
