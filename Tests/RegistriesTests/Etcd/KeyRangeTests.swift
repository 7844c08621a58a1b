import Registries
import Testing

@Suite("KeyRange") struct KeyRangeTests {
    @Test(
        "ends where the next prefix begins",
        arguments: [("a", "b"), ("/services/", "/services0"), ("a\u{7f}", "a\u{80}")]
    )
    func ends(prefix: String, end: String) {
        // Not of the last one: U+0080 is two bytes in UTF-8.
        let expected = prefix == "a\u{7f}" ? [0x61, 0x80] : Array(end.utf8)
        #expect(KeyRange.prefix(prefix).end == expected)
    }

    @Test func `an empty prefix is all keys, and a key has no end`() {
        #expect(KeyRange.prefix("").firstKey == [0] && KeyRange.prefix("").end == [0])
        #expect(KeyRange.key("a").end == nil && KeyRange.key("a").firstKey == [0x61])
    }

    @Test(
        "is covered by the fewest",
        arguments: [
            (["/s/*", "/s/web/*", "/s/web/a", "/t"], ["/s/*", "/t"]),
            (["/s/web/*", "/s/web-api/*", "/s/web"], ["/s/web", "/s/web-api/*", "/s/web/*"]),
            (["a", "a*", "ab*"], ["a*"]), (["*", "a*", "b"], ["*"]), ([], []),
        ]
    )
    func covers(ranges: [String], fewest: [String]) {
        func range(_ text: String) -> KeyRange {
            text.hasSuffix("*") ? .prefix(String(text.dropLast())) : .key(text)
        }
        let cover = KeyRange.cover(Set(ranges.map(range)))
        #expect(cover.fewest == fewest.map(range))
        for one in ranges.map(range) { #expect(cover.of[one]?.covers(one) == true) }
    }
}
