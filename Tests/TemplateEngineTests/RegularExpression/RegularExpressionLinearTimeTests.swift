import TemplateEngine
import Testing

/// Patterns that take a backtracking engine exponential or high polynomial time.
@Suite("Regular expressions: linear time")
struct RegularExpressionLinearTimeTests {
    struct HardCase: Sendable, CustomStringConvertible {
        var pattern: String
        /// The text of a size.
        var text: @Sendable (Int) -> String
        var matches: Bool

        var description: String { "`\(pattern)`" }

        static func repeating(_ unit: String, then end: String = "") -> @Sendable (Int) -> String {
            { String(repeating: unit, count: $0) + end }
        }

        static let all = [
            HardCase(pattern: "(a+)+$", text: repeating("a", then: "b"), matches: false),
            HardCase(pattern: "(a|a)*b", text: repeating("a"), matches: false),
            HardCase(pattern: "(a|aa)+$", text: repeating("a", then: "b"), matches: false),
            HardCase(pattern: "(?:a?){50}a{50}", text: repeating("a"), matches: true),
            HardCase(pattern: ".*.*.*x", text: repeating("y"), matches: false),
            HardCase(pattern: "(.*)(.*)(.*)(.*)(.*)x", text: repeating("y"), matches: false),
            HardCase(pattern: "(x+x+)+y", text: repeating("x"), matches: false),
            HardCase(pattern: #"^(([a-z])+.)+[A-Z]([a-z])+$"#, text: repeating("a"), matches: false),
            HardCase(pattern: #"(\w+\s?)*!"#, text: repeating("word "), matches: false),
            HardCase(pattern: "(a*)*(b*)*(c*)*d", text: repeating("abc"), matches: false),
            HardCase(pattern: "(?i)(é|É|e)*x", text: repeating("é"), matches: false),
            HardCase(pattern: #"(?:\b|a)*\B$x"#, text: repeating("a "), matches: false),
        ]
    }

    @Test("Twice the text takes twice the steps", arguments: HardCase.all)
    func linearSteps(_ testCase: HardCase) throws {
        let expression = try RegularExpression(testCase.pattern)
        let small = expression.effort(on: testCase.text(2_000))
        let large = expression.effort(on: testCase.text(4_000))
        #expect(expression.matches(testCase.text(2_000)) == testCase.matches)
        #expect(large.machine <= small.machine * 2 + 1_000)
        #expect(large.automaton <= small.automaton * 2 + 1_000)
    }

    @Test("The work is bounded by the text times the program", arguments: HardCase.all)
    func boundedSteps(_ testCase: HardCase) throws {
        let expression = try RegularExpression(testCase.pattern)
        let text = testCase.text(5_000)
        let (machine, automaton) = expression.effort(on: text)
        // An instruction is entered once and tried once at each place.
        let bound = 2 * expression.instructionCount * (text.utf8.count + 1)
        #expect(machine > 0 && machine <= bound)
        #expect(automaton > 0 && automaton <= bound)
    }

    @Test("The automaton forgets its states when they become too many, and stays right")
    func manyStates() throws {
        // It has to remember which of the last sixteen characters were an a: 65 536 states.
        let expression = try RegularExpression("a[ab]{15}c")
        var generator = SeededGenerator(seed: 7)
        let noise = String((0..<100_000).map { _ in Bool.random(using: &generator) ? "a" : "b" } as [Character])
        #expect(!expression.matches(noise))
        #expect(expression.matches(noise + "a" + String(repeating: "b", count: 15) + "c"))
        #expect(expression.effort(on: noise).automaton <= 2 * expression.instructionCount * noise.utf8.count)
    }
}
