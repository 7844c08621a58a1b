import Testing
import Wire

@Suite("JSON documents")
struct JSONTests {
    @Test(
        "Every kind of value is read",
        arguments: [
            ("null", JSON.null), (" true ", .bool(true)), ("\n\t\r false", .bool(false)), ("0", .integer(0)),
            ("-1", .integer(-1)), ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.5", .number(1.5)), ("1e2", .number(100)),
            ("1.0", .number(1)), ("-0", .number(-0.0)), ("1E-7", .number(1e-7)), ("2e+3", .number(2000)),
            ("1e-400", .number(0)), (#""""#, .string("")), (#""a""#, .string("a")), ("[]", .array([])),
            ("{}", .object([])), ("[ 1 , [ ] , { } ]", .array([.integer(1), .array([]), .object([])])),
            (#"{"b":1,"a":null}"#, .object([("b", .integer(1)), ("a", .null)])),
            (#"{"a":1,"a":2}"#, .object([("a", .integer(1)), ("a", .integer(2))])),
        ]
    )
    func values(text: String, expected: JSON) throws {
        #expect(try JSON(parsing: text) == expected)
    }

    @Test(
        "Strings are read with their escapes, over and across the eight bytes that are looked at together",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "Aé€"),
            (#""\ud83d\ude00""#, "😀"), (#""\u0000""#, "\0"), (#""1234567\n9""#, "1234567\n9"),
            (#""12345678\n""#, "12345678\n"), (#""ä€😀 plain text after""#, "ä€😀 plain text after"),
            (#""abcdefghijklmnopqrstuvwxyz ""#, "abcdefghijklmnopqrstuvwxyz "), (#""\u2028""#, "\u{2028}"),
            ("\"\u{7F}\"", "\u{7F}"),
        ]
    )
    func strings(text: String, expected: String) throws {
        #expect(try JSON(parsing: text) == .string(expected))
    }

    @Test(
        "A document that is not JSON is refused at the byte where it goes wrong",
        arguments: [
            ("", 0), ("  ", 2), ("nul", 0), ("nullable", 0), ("tru", 0), ("NaN", 0), ("01", 0), ("-", 1), ("-a", 1),
            ("+1", 0), (".5", 0), ("1.", 2), ("1.e2", 2), ("1e", 2), ("1e+", 3), ("0x10", 1), ("1 2", 2),
            ("\"", 1), ("\"a", 2), ("\"\n\"", 1), ("\"\\x\"", 1), ("\"\\", 2), (#""\u12g4""#, 5), (#""\u12"#, 5),
            (#""\ud800""#, 1), (#""\ud800\u0041""#, 1), (#""\udc00""#, 1), (#""\ud800x""#, 1), ("'a'", 0), ("[", 1),
            ("[1", 2), ("[1,", 3), ("[1,]", 3), ("[,1]", 1), ("[1 2]", 3), ("[1}", 2), ("{", 1), ("{\"a\"", 4),
            ("{\"a\":", 5), ("{\"a\":1", 6), ("{\"a\":1,}", 7), ("{a:1}", 1), ("{\"a\" 1}", 5), ("{\"a\":1 \"b\"}", 7),
            ("{,}", 1), ("{1:2}", 1), ("[1]]", 3), ("// comment\n1", 0), ("\u{FEFF}1", 0), ("[\u{A0}1]", 1),
        ]
    )
    func refused(text: String, offset: Int) {
        let fault = #expect(throws: JSONFault.self) { try JSON(parsing: text) }
        #expect(fault?.offset == offset, "\(fault.map { "\($0)" } ?? "")")
        let skipped = #expect(throws: JSONFault.self) {
            var scanner = JSONScanner(Array(text.utf8))
            try scanner.skipValue()
            try scanner.finish()
        }
        #expect(skipped?.offset == offset, "skipping: \(skipped.map { "\($0)" } ?? "")")
    }

    @Test("A number beyond floating point is refused, one too small for it is zero")
    func numberRange() throws {
        #expect(throws: JSONFault("the number is out of the range of 64-bit floating point", at: 1)) {
            try JSON(parsing: "[1e999]")
        }
        #expect(try JSON(parsing: "1e-999") == .number(0))
    }

    @Test(
        "Bytes that are not UTF-8 are refused, in skipped strings too",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC2], [0xC2, 0x41], [0xE0, 0x9F, 0x80], [0xED, 0xA0, 0x80],
            [0xF0, 0x8F, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x82], [0xF0, 0x9F, 0x98],
        ] as [[UInt8]]
    )
    func notUnicode(content: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        let document = [quote] + content + [quote]
        #expect(throws: JSONFault.self) { try JSON(parsing: document) }
        #expect(throws: JSONFault.self) {
            var scanner = JSONScanner(document)
            try scanner.skipValue()
        }
        #expect(throws: JSONFault.self) { try JSON(parsing: [quote] + content) }
    }

    @Test("Nesting is read to 512 levels and refused beyond, read or skipped")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSON(parsing: nested(512))
        var scanner = JSONScanner(Array(nested(512).utf8))
        try scanner.skipValue()
        try scanner.finish()
        #expect(throws: JSONFault("arrays and objects nest deeper than 512", at: 512)) {
            try JSON(parsing: nested(513))
        }
        #expect(throws: JSONFault("arrays and objects nest deeper than 512", at: 512)) {
            var scanner = JSONScanner(Array(nested(513).utf8))
            try scanner.skipValue()
        }
        let objects = String(repeating: #"{"a":"#, count: 100_000)
        #expect(throws: JSONFault.self) { try JSON(parsing: objects) }
    }

    @Test("Mutated documents never trap, and reading, skipping and writing agree about them")
    func mutations() throws {
        let seeds = [
            #"{"Node":{"ID":"é-1","Meta":null},"Port":8080,"Weights":[1,-2.5e-3,true],"x":"\ud83d\ude00\n"}"#,
            #"[[],{},[{"a":[{"b":{}}]}],"\\\"\/",0.1,1e21,false,null,"abcdefghijklmnop€qrstuvw"]"#,
        ]
        let interesting: [UInt8] = Array("\"\\{}[]:,0-e.u \u{7F}tn".utf8) + [0x00, 0x0A, 0x80, 0xC3, 0xE2, 0xF0, 0xFF]
        var random = SplitMix(state: 20_261_121)
        var accepted = 0
        for _ in 0..<40_000 {
            var document = Array(seeds[Int(random.next() % 2)].utf8)
            for _ in 0..<Int(random.next() % 3) + 1 where !document.isEmpty {
                let place = Int(random.next() % UInt64(document.count))
                switch random.next() % 4 {
                case 0: document.remove(at: place)
                case 1: document.insert(interesting[Int(random.next() % UInt64(interesting.count))], at: place)
                case 2: document[place] = interesting[Int(random.next() % UInt64(interesting.count))]
                default: document.removeSubrange(place...)
                }
            }
            let tree = try? JSON(parsing: document)
            var scanner = JSONScanner(document)
            let skipped = (try? scanner.skipValue()) != nil && (try? scanner.finish()) != nil
            #expect(skipped == (tree != nil), "\(String(decoding: document, as: UTF8.self))")
            guard let tree else { continue }
            accepted += 1
            let written = tree.encoded(.pretty)
            #expect(try JSON(parsing: written).encoded(.pretty) == written)
        }
        #expect(accepted > 1_000)
    }
}

/// A small reproducible generator (Steele, Lea and Flood, "Fast splittable pseudorandom number generators").
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
