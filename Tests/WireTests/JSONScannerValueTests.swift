import Testing
import Wire

@Suite("JSONScanner: base64, large integers, repetitions")
struct JSONScannerValueTests {
    private func scanner(_ text: String) -> JSONScanner { JSONScanner(Array(text.utf8)) }

    @Test(
        "Integers up to 2^64-1",
        arguments: [
            ("0", UInt64(0)), ("42", 42), ("9223372036854775807", 1 << 63 - 1), ("9223372036854775808", 1 << 63),
            ("18446744073709551615", .max), ("18446744073709551616", nil), ("-1", nil), ("-0", nil), ("1.0", nil),
            ("1e2", nil), ("\"1\"", nil), ("01", nil), ("", nil), ("null", nil),
        ] as [(String, UInt64?)]
    )
    func unsigned(_ text: String, _ value: UInt64?) {
        var scanner = scanner(text)
        do throws(JSONFault) {
            let read = try scanner.readUInt64()
            #expect(read == value)
        } catch {
            #expect(value == nil)
        }
    }

    @Test(
        "Strings of base64",
        arguments: [
            (#""""#, ""), (#""YQ==""#, "a"), (#""YWI=""#, "ab"), (#""YWJj""#, "abc"), (#""YWJjZA==""#, "abcd"),
            (#""\u0059Q=\u003d""#, "a"), (#""YQ""#, nil), (#""YQ=""#, nil), (#""YQ==YQ==""#, nil), (#""Y=Q=""#, nil),
            (#""====""#, nil), (#""Y-__""#, nil), (#""YQ= ""#, nil), ("null", nil), ("1", nil), (#""YQ=="#, nil),
        ] as [(String, String?)]
    )
    func base64(_ text: String, _ value: String?) {
        var scanner = scanner(text)
        do throws(JSONFault) {
            let read = try scanner.readBase64()
            #expect(String(decoding: read, as: UTF8.self) == value)
        } catch {
            #expect(value == nil)
        }
    }

    @Test(
        "Lists of strings",
        arguments: [
            ("[]", []), (#"["a"]"#, ["a"]), (#" [ "a" , "", "\u0062" ]"#, ["a", "", "b"]), ("[1]", nil),
            ("[null]", nil), (#"["a",]"#, nil), (#"["a""#, nil), (#""a""#, nil), ("null", nil), ("", nil),
        ] as [(String, [String]?)]
    )
    func strings(_ text: String, _ value: [String]?) {
        var (scanner, other) = (scanner(text), scanner(text))
        #expect((try? scanner.readStrings()) == value)
        #expect((try? other.readList { scanner throws(JSONFault) in try scanner.readString() }) == value)
    }

    @Test(
        "Objects of strings",
        arguments: [
            ("{}", [:]), (#"{"a":"b","":""}"#, ["a": "b", "": ""]), (#"{"a":"b","a":"c"}"#, ["a": "c"]),
            (#"{"a":1}"#, nil), (#"{"a":null}"#, nil), (#"{"a":"b""#, nil), ("[]", nil), ("null", nil),
        ] as [(String, [String: String]?)]
    )
    func stringMaps(_ text: String, _ value: [String: String]?) {
        var scanner = scanner(text)
        #expect((try? scanner.readStringMap()) == value)
    }

    @Test("All bytes come through base64")
    func base64Signs() throws {
        let text = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        var scanner = scanner("\"\(text)\"")
        let bytes = try scanner.readBase64()
        var bits: [UInt8] = []
        for byte in bytes { for bit in (0..<8).reversed() { bits.append(byte >> UInt8(bit) & 1) } }
        let digits = (0..<64).map { digit in bits[digit * 6..<digit * 6 + 6].reduce(0) { $0 << 1 | Int($1) } }
        #expect(digits == Array(0..<64))
    }

    @Test(
        "A value is skipped if it is an earlier one once more",
        arguments: [
            (#"["abcdefghij" , "abcdefghij"]"#, true), (#"[{"a":[1,2]},{"a":[1,2]}]"#, true), ("[[],[]]", true),
            (#"["abcdefghij","abcdefghik"]"#, false), (#"["a","ab"]"#, false), ("[1,12]", false),
            ("[null,null]", false),
            (#"[{"a":1},{"a":1.5}]"#, false), (#"["a"]"#, false),
        ]
    )
    func repetition(_ text: String, _ isSkipped: Bool) throws {
        var scanner = scanner(text)
        try scanner.beginArray()
        _ = try scanner.nextElement()
        let first = try scanner.skipValue()
        guard try scanner.nextElement() else { return }
        #expect(scanner.skip(repetitionOf: first) == isSkipped)
        if !isSkipped { try scanner.skipValue() }
        #expect(try !scanner.nextElement())
        try scanner.finish()
    }
}
