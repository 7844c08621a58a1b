import TemplateEngine
import Testing

@Suite("Regular expressions: cache")
struct RegularExpressionCacheTests {
    @Test("A pattern is compiled once, and a fault is kept as well")
    func keeps() throws {
        let cache = RegularExpressionCache()
        #expect(try cache.expression("a+").matches("caat"))
        #expect(try cache.expression("a+").matches("caat"))
        #expect(cache.count == 1)
        for _ in 0..<2 {
            let fault = #expect(throws: RegularExpressionFault.self) { try cache.expression("(") }
            #expect(fault?.reason == .missingParenthesis)
        }
        #expect(cache.count == 2)
    }

    @Test("It never holds more than its capacity, and forgets what was used longest ago")
    func bounded() throws {
        let cache = RegularExpressionCache(capacity: 3)
        for pattern in ["a", "b", "c", "a", "d"] { _ = try cache.expression(pattern) }
        #expect(cache.count == 3)
        #expect(cache.holds("a"))
        #expect(!cache.holds("b"))
        #expect(cache.holds("c"))
        #expect(cache.holds("d"))
    }

    @Test("Patterns that look alike but have other bytes are told apart")
    func bytes() throws {
        let cache = RegularExpressionCache()
        #expect(try cache.expression("^\u{E9}$").matches("\u{E9}"))
        #expect(try !cache.expression("^e\u{301}$").matches("\u{E9}"))
        #expect(cache.count == 2)
    }
}
