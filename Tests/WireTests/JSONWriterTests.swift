import Testing
import Wire

@Suite("JSONWriter")
struct JSONWriterTests {
    @Test(
        "Bytes are base64 with padding",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("\u{0}\u{7f}~", "AH9+"),
        ]
    )
    func base64(text: String, expected: String) throws {
        var writer = JSONWriter()
        writer.base64(Array(text.utf8))
        #expect(writer.bytes == Array("\"\(expected)\"".utf8))
        var scanner = JSONScanner(writer.bytes)
        let read = try scanner.readBase64()
        #expect(read == Array(text.utf8))
    }

    /// Expected texts are what Go 1.23's `encoding/json` prints.
    @Test(
        "Numbers are printed as Go prints them",
        arguments: [
            (0.0, "0"), (-0.0, "-0"), (1, "1"), (-1.5, "-1.5"), (0.1, "0.1"), (100, "100"), (1_000_000, "1000000"),
            (1e20, "100000000000000000000"), (1e21, "1e+21"), (1.5e300, "1.5e+300"), (1e-6, "0.000001"),
            (1e-7, "1e-7"), (1.25e-10, "1.25e-10"), (123_456_789.125, "123456789.125"),
            (Double.leastNonzeroMagnitude, "5e-324"),
            (1.7976931348623157e308, "1.7976931348623157e+308"), (0.000012345, "0.000012345"),
            (9_007_199_254_740_992, "9007199254740992"), (12_345_678_901_234_567_168, "12345678901234567000"),
        ]
    )
    func numbers(value: Double, expected: String) {
        #expect(JSONWriter.text(of: value) == expected)
    }

    @Test("Numbers read back as they were")
    func roundTrip() throws {
        var random = SplitMix(state: 7)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            #expect(Double(JSONWriter.text(of: value)) == value)
        }
    }

    @Test("A number that is not finite becomes null")
    func notFinite() {
        #expect(text(.array([.number(.nan), .number(.infinity)])) == "[null,null]")
    }

    @Test(
        "Strings are escaped as Go escapes them",
        arguments: [
            ("a\"\\/", #""a\"\\/""#), ("\u{8}\u{C}\n\r\t\u{1}\u{1F}", #""\b\f\n\r\t\u0001\u001f""#),
            ("é😀\u{7F}", "\"é😀\u{7F}\""), ("\u{2028}\u{2029}", #""\u2028\u2029""#),
        ]
    )
    func strings(value: String, expected: String) {
        #expect(text(.string(value)) == expected)
        #expect(text(.string(value), JSONWriter.Style(escapeHTML: false)) == expected)
    }

    @Test("HTML's characters are escaped only when asked")
    func html() {
        #expect(text(.string("<a&b>")) == #""\u003ca\u0026b\u003e""#)
        #expect(text(.string("<a&b>"), JSONWriter.Style(escapeHTML: false)) == #""<a&b>""#)
    }

    @Test("The pretty style breaks lines as MarshalIndent does, and not in what is empty")
    func pretty() {
        let value = JSON.object([
            ("b", .array([.integer(1), .object([])])), ("a", .object([("x", .null)])), ("e", .array([])),
        ])
        #expect(
            text(value, .pretty) == """
                {
                  "b": [
                    1,
                    {}
                  ],
                  "a": {
                    "x": null
                  },
                  "e": []
                }
                """
        )
        #expect(text(value) == #"{"b":[1,{}],"a":{"x":null},"e":[]}"#)
    }

    private func text(_ value: JSON, _ style: JSONWriter.Style = .compact) -> String {
        String(decoding: value.encoded(style), as: UTF8.self)
    }
}
