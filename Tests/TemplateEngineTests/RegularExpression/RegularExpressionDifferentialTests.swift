import TemplateEngine
import Testing

@Suite("Regular expressions: against a backtracking matcher")
struct RegularExpressionDifferentialTests {
    /// Makes patterns at random, loops only around what cannot be empty: engines differ in what an empty round leaves
    /// in groups.
    struct PatternMaker {
        var generator: SeededGenerator
        var groupCount = 0

        mutating func pattern(depth: Int) -> SimplePattern {
            switch Int.random(in: 0..<(depth > 0 ? 14 : 6), using: &generator) {
            case 0...2: return .character("a")
            case 3: return .character("b")
            case 4: return .any
            case 5: return [.beginning, .end, .boundary, .empty].randomElement(using: &generator) ?? .empty
            case 6, 7:
                groupCount += 1
                let number = groupCount
                return .group(number, pattern(depth: depth - 1))
            case 8, 9: return .sequence(patterns(depth: depth))
            case 10, 11: return .choice(patterns(depth: depth))
            case 12: return .optional(pattern(depth: depth - 1), greedy: Bool.random(using: &generator))
            default:
                let loop: SimplePattern = .sequence([[.character("a"), .any].randomElement(using: &generator) ?? .any])
                let body: SimplePattern = .sequence([pattern(depth: depth - 1), loop])
                return .star(body, greedy: Bool.random(using: &generator))
            }
        }

        private mutating func patterns(depth: Int) -> [SimplePattern] {
            (0..<Int.random(in: 1...3, using: &generator)).map { _ in pattern(depth: depth - 1) }
        }

        mutating func text() -> [Character] {
            (0..<Int.random(in: 0...8, using: &generator)).map { _ in
                ["a", "a", "b", " ", "é", "\n"].randomElement(using: &generator) ?? "a"
            }
        }
    }

    @Test("Random patterns match random texts alike", arguments: 1...8)
    func agreement(seed: Int) throws {
        var maker = PatternMaker(generator: SeededGenerator(seed: UInt64(seed)))
        var matched = 0
        for _ in 0..<1_500 {
            maker.groupCount = 0
            let pattern = maker.pattern(depth: 4)
            let expression = try RegularExpression(pattern.description)
            let text = maker.text()
            let expected = BacktrackingMatcher(text: text).firstMatch(pattern)
            let match = expression.firstMatch(in: String(text))
            let offsets = text.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.utf8.count) }
            let ranges = expected.map { expected in
                ([expected.range] + (1..<max(1, expression.groupNames.count)).map { expected.groups[$0] }).map {
                    range in
                    range.map { offsets[$0.lowerBound]..<offsets[$0.upperBound] }
                }
            }
            #expect(match?.groups == ranges, "\(pattern) on \(String(text).debugDescription)")
            #expect(expression.matches(String(text)) == (expected != nil))
            matched += expected == nil ? 0 : 1
        }
        // Patterns that never match, or always, would show nothing.
        #expect((300...1_480).contains(matched))
    }
}
