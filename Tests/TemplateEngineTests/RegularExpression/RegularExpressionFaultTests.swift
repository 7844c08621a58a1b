import TemplateEngine
import Testing

/// A pattern that is refused: Go's words, the fragment that it names, and the offset.
struct FaultCase: Sendable, CustomStringConvertible {
    var pattern: String
    var reason: RegularExpressionFault.Reason
    var fragment: String
    var offset: Int

    init(_ pattern: String, _ reason: RegularExpressionFault.Reason, _ fragment: String, _ offset: Int) {
        self.pattern = pattern
        self.reason = reason
        self.fragment = fragment
        self.offset = offset
    }

    var description: String { "`\(pattern)`" }

    static let all = [
        FaultCase("(", .missingParenthesis, "(", 0),
        FaultCase("a(b(c)", .missingParenthesis, "a(b(c)", 0),
        FaultCase("(?i:a", .missingParenthesis, "(?i:a", 0),
        FaultCase(")", .unexpectedParenthesis, ")", 0),
        FaultCase("a)b", .unexpectedParenthesis, "a)b", 1),
        FaultCase("(a))", .unexpectedParenthesis, "(a))", 3),
        FaultCase("[a", .missingBracket, "[a", 0),
        FaultCase("x[", .missingBracket, "[", 1),
        FaultCase("[]", .missingBracket, "[]", 0),
        FaultCase("[^]", .missingBracket, "[^]", 0),
        FaultCase("[[:alpha:]", .missingBracket, "[[:alpha:]", 0),
        FaultCase("[a-", .missingBracket, "[a-", 0),
        FaultCase("[z-a]", .invalidCharacterRange, "z-a", 1),
        FaultCase("[é-a]", .invalidCharacterRange, "é-a", 1),
        FaultCase("[[:foo:]]", .invalidCharacterRange, "[:foo:]", 1),
        FaultCase("[[:ALPHA:]]", .invalidCharacterRange, "[:ALPHA:]", 1),
        FaultCase(#"\p{Nope}"#, .invalidCharacterRange, #"\p{Nope}"#, 0),
        FaultCase(#"a\p{Greek"#, .invalidCharacterRange, #"\p{Greek"#, 1),
        FaultCase(#"\p"#, .invalidCharacterRange, #"\p"#, 0),
        FaultCase(#"\pX"#, .invalidCharacterRange, #"\pX"#, 0),
        FaultCase(#"[\p{}]"#, .invalidCharacterRange, #"\p{}"#, 1),
        FaultCase("*", .missingRepetitionArgument, "*", 0),
        FaultCase("a|*", .missingRepetitionArgument, "*", 2),
        FaultCase("(+a)", .missingRepetitionArgument, "+", 1),
        FaultCase("(?i)*", .missingRepetitionArgument, "*", 4),
        FaultCase("{2}", .missingRepetitionArgument, "{2}", 0),
        FaultCase("(?:??)", .missingRepetitionArgument, "??", 3),
        FaultCase("a**", .invalidNestedRepetition, "**", 2),
        FaultCase("a++", .invalidNestedRepetition, "++", 2),
        FaultCase("a*+", .invalidNestedRepetition, "*+", 2),
        FaultCase("a??*", .invalidNestedRepetition, "??*", 3),
        FaultCase("a{2}{3}", .invalidNestedRepetition, "{2}{3}", 4),
        FaultCase("a{2}*?", .invalidNestedRepetition, "{2}*?", 4),
        FaultCase("a{1001}", .invalidRepeatCount, "{1001}", 1),
        FaultCase("a{1,1001}", .invalidRepeatCount, "{1,1001}", 1),
        FaultCase("a{3,2}", .invalidRepeatCount, "{3,2}", 1),
        FaultCase("a{99999999999999999999}", .invalidRepeatCount, "{99999999999999999999}", 1),
        FaultCase("((a{100}){100}){100}", .invalidRepeatCount, "{100}", 9),
        FaultCase("(a{100}b{10}){11}", .invalidRepeatCount, "{11}", 13),
        FaultCase("(?:(?:a{2,}){501})", .invalidRepeatCount, "{501}", 12),
        FaultCase(#"a\"#, .trailingBackslash, "", 1),
        FaultCase(#"[\"#, .trailingBackslash, "", 1),
        FaultCase(#"(a)\1"#, .invalidEscape, #"\1"#, 3),
        FaultCase(#"\8"#, .invalidEscape, #"\8"#, 0),
        FaultCase(#"\Z"#, .invalidEscape, #"\Z"#, 0),
        FaultCase(#"\C"#, .invalidEscape, #"\C"#, 0),
        FaultCase(#"\e"#, .invalidEscape, #"\e"#, 0),
        FaultCase(#"\é"#, .invalidEscape, #"\é"#, 0),
        FaultCase(#"[\b]"#, .invalidEscape, #"\b"#, 1),
        FaultCase(#"[a-\d]"#, .invalidEscape, #"\d"#, 3),
        FaultCase(#"\x"#, .invalidEscape, #"\x"#, 0),
        FaultCase(#"\x4"#, .invalidEscape, #"\x4"#, 0),
        FaultCase(#"\xg1"#, .invalidEscape, #"\xg1"#, 0),
        FaultCase(#"\x{}"#, .invalidEscape, #"\x{}"#, 0),
        FaultCase(#"\x{41"#, .invalidEscape, #"\x{41"#, 0),
        FaultCase(#"\x{4g}"#, .invalidEscape, #"\x{4g"#, 0),
        FaultCase(#"\x{110000}"#, .invalidEscape, #"\x{110000"#, 0),
        FaultCase("(?=a)", .invalidGroup, "(?=", 0),
        FaultCase("b(?!a)", .invalidGroup, "(?!", 1),
        FaultCase("(?>a)", .invalidGroup, "(?>", 0),
        FaultCase("(?#c)", .invalidGroup, "(?#", 0),
        FaultCase("(?x)", .invalidGroup, "(?x", 0),
        FaultCase("(?i-)", .invalidGroup, "(?i-)", 0),
        FaultCase("(?--i)", .invalidGroup, "(?--", 0),
        FaultCase("(?i", .invalidGroup, "(?i", 0),
        FaultCase("(?", .invalidGroup, "(?", 0),
        FaultCase("(?P=n)", .invalidGroup, "(?P", 0),
        FaultCase("(?P>n)", .invalidGroup, "(?P", 0),
        FaultCase("(?é)", .invalidGroup, "(?é", 0),
        FaultCase("(?P<n", .invalidNamedCapture, "(?P<n", 0),
        FaultCase("(?P<>a)", .invalidNamedCapture, "(?P<>", 0),
        FaultCase("(?P<a-b>a)", .invalidNamedCapture, "(?P<a-b>", 0),
        FaultCase("(?P<é>a)", .invalidNamedCapture, "(?P<é>", 0),
        FaultCase("a(?<n", .invalidNamedCapture, "(?<n", 1),
        FaultCase("(?<=a)b", .invalidNamedCapture, "(?<=a)b", 0),
        FaultCase("(?<!a)b", .invalidNamedCapture, "(?<!a)b", 0),
    ]
}

@Suite("Regular expressions: faults")
struct RegularExpressionFaultTests {
    @Test("A pattern that RE2 refuses is refused in Go's words, with its place", arguments: FaultCase.all)
    func refused(_ testCase: FaultCase) {
        #expect(throws: RegularExpressionFault.self) { try RegularExpression(testCase.pattern) }
        do throws(RegularExpressionFault) {
            _ = try RegularExpression(testCase.pattern)
        } catch {
            #expect(error.reason == testCase.reason)
            #expect(error.fragment == testCase.fragment)
            #expect(error.offset == testCase.offset)
            #expect(error.message == "error parsing regexp: \(testCase.reason.rawValue): `\(testCase.fragment)`")
        }
    }

    @Test(
        "Syntax of other engines is named in a hint",
        arguments: [
            ("(?=a)", "lookahead"), ("(?!a)", "lookahead"), ("(?<=a)", "lookbehind"), ("(?<!a)b", "lookbehind"),
            (#"(a)\1"#, "backreferences"), (#"\k<n>"#, "backreferences"), ("(?P=n)", "backreferences"),
            ("(?>a)", "atomic"), ("a++", "possessive"), ("(?x)", "flag x"), ("(?#c)", "comments"), (#"\Z"#, #"\z"#),
            ("(?'n'a)", "(?P<name>...)"), (#"\p{Klingon}"#, "script"), ("[[:word]:]]", ""), ("[[:bar:]]", "alnum"),
            ("(?R)", "recursion"), ("(?P>n)", "recursion"), ("(?(1)a)", "conditional"),
        ]
    )
    func hints(pattern: String, word: String) {
        do throws(RegularExpressionFault) {
            _ = try RegularExpression(pattern)
            #expect(word.isEmpty, "was accepted")
        } catch {
            #expect(error.hint?.contains(word) == true)
            #expect(error.description.hasPrefix(error.message + " at offset \(error.offset) ("))
        }
    }

    @Test("The fault of a missing bracket reads as Go's")
    func goldenMessage() throws {
        let fault = #expect(throws: RegularExpressionFault.self) { try RegularExpression("[a") }
        #expect(fault?.message == "error parsing regexp: missing closing ]: `[a`")
        #expect(fault?.description == "error parsing regexp: missing closing ]: `[a` at offset 0")
    }

    @Test("Groups nest up to Go's bound of a thousand")
    func nesting() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "(", count: depth) + String(repeating: ")", count: depth)
        }
        #expect(try RegularExpression(nested(999)).matches(""))
        let fault = #expect(throws: RegularExpressionFault.self) { try RegularExpression(nested(1_000)) }
        #expect(fault?.reason == .tooDeep)
    }

    @Test("A pattern that is never closed is refused however deep it is")
    func unclosed() {
        let fault = #expect(throws: RegularExpressionFault.self) {
            try RegularExpression(String(repeating: "(?:", count: 100_000))
        }
        #expect(fault?.reason == .missingParenthesis)
    }

    @Test("A program that would be too large is refused before it is made")
    func size() throws {
        #expect(try RegularExpression("(?:a{20}b{20}){50}").matches("") == false)
        let large = String(repeating: #"(?:\pL\pN){500}"#, count: 600)
        let fault = #expect(throws: RegularExpressionFault.self) { try RegularExpression(large) }
        #expect(fault?.reason == .tooLarge)
        let groups = String(repeating: "(a)", count: 3_000)
        #expect(throws: RegularExpressionFault.self) { try RegularExpression(groups) }
    }
}
