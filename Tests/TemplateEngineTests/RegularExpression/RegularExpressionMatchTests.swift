import TemplateEngine
import Testing

@Suite("Regular expressions: matches")
struct RegularExpressionMatchTests {
    @Test(
        "The first match and its groups are those that RE2 finds",
        arguments: [
            MatchCase.literals, MatchCase.repetitions, MatchCase.alternatives, MatchCase.assertions, MatchCase.classes,
            MatchCase.flags, MatchCase.unicode,
        ].flatMap { $0 }
    )
    func firstMatch(_ testCase: MatchCase) throws {
        let expression = try RegularExpression(testCase.pattern)
        let match = expression.firstMatch(in: testCase.text)
        #expect(match.map(describe) ?? "none" == testCase.expected)
        #expect(expression.matches(testCase.text) == (testCase.expected != "none"))
        #expect(expression.allMatches(in: testCase.text).first == match)
    }

    @Test("All matches follow Go's rules for empty ones", arguments: MatchCase.everyMatch)
    func allMatches(_ testCase: MatchCase) throws {
        let matches = try RegularExpression(testCase.pattern).allMatches(in: testCase.text)
        let ranges = matches.map { "\($0.range.lowerBound)..\($0.range.upperBound)" }
        #expect((ranges.isEmpty ? "none" : ranges.joined(separator: " ")) == testCase.expected)
    }

    /// RE2 itself works on bytes and finds `\B` inside of a character; Go works on characters, and so do we.
    @Test("\\B does not hold inside of a character")
    func noBoundaryInsideOfACharacter() throws {
        let matches = try RegularExpression(#"\B"#).allMatches(in: "aéb")
        #expect(matches.isEmpty)
    }

    @Test("Groups keep their names, the whole match has none")
    func groupNames() throws {
        let expression = try RegularExpression(#"(?P<year>\d+)-(\d+)-(?<day>\d+)(?:x)"#)
        #expect(expression.groupNames == [nil, "year", nil, "day"])
    }

    @Test("A search leaves nothing behind for the next one")
    func repeatedSearches() throws {
        let expression = try RegularExpression(#"(a+)(b)?|c"#)
        for _ in 0..<3 {
            #expect(expression.firstMatch(in: "xaab").map(describe) == "1..4 1..3 3..4")
            #expect(expression.firstMatch(in: "c").map(describe) == "0..1 - -")
            #expect(expression.firstMatch(in: "") == nil)
            #expect(expression.matches("xxa"))
            #expect(!expression.matches("xx"))
        }
    }

    @Test("Searches at the same time do not disturb each other")
    func concurrentSearches() async throws {
        let expression = try RegularExpression(#"(\w+)@(\w+)"#)
        let results = await withTaskGroup(of: [String?].self) { group in
            for task in 0..<8 {
                group.addTask {
                    (0..<200).map { round in
                        let text = String(repeating: " ", count: task) + "a\(round)@b"
                        return expression.matches(text) ? expression.firstMatch(in: text).map(describe) : nil
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count == 8)
        #expect(results.allSatisfy { $0.allSatisfy { $0 != nil } })
        #expect(Set(results.map { $0[5] }).count == 8)
    }
}

/// The groups of a match as `MatchCase` writes them.
func describe(_ match: RegularExpression.Match) -> String {
    match.groups.map { $0.map { "\($0.lowerBound)..\($0.upperBound)" } ?? "-" }.joined(separator: " ")
}
