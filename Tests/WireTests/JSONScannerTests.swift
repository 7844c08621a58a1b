import Testing
import Wire

@Suite("JSONScanner")
struct JSONScannerTests {
    @Test("A decoder reads what it knows and skips the rest")
    func decoder() throws {
        let text = #" { "Unknown" : [1,{"a":[]}] , "Port":80, "Tags":["a","b"], "Meta":null, "Up":true, "Load":1.5 } "#
        var scanner = JSONScanner(Array(text.utf8))
        var port = 0
        var tags: [String] = []
        var meta: Bool?
        var load = 0.0
        var up = false
        try scanner.beginObject()
        while let key = try scanner.nextKey() {
            switch key {
            case "Port": port = try scanner.readInt()
            case "Tags":
                try scanner.beginArray()
                while try scanner.nextElement() { tags.append(try scanner.readString()) }
            case "Meta": meta = try !scanner.readNull()
            case "Up": up = try scanner.readBool()
            case "Load": load = try scanner.readDouble()
            default: try scanner.skipValue()
            }
        }
        try scanner.finish()
        #expect(port == 80)
        #expect(tags == ["a", "b"])
        #expect(meta == false)
        #expect(up)
        #expect(load == 1.5)
    }

    @Test("A key table finds known keys, with escapes too, and tells unknown ones from the end")
    func keyTable() throws {
        let table = JSONKeyTable(["ID", "Service"])
        var scanner = JSONScanner(Array(#"{"Service":1,"id":2,"\u0049D":3}"#.utf8))
        var found: [JSONKeyTable.Match] = []
        try scanner.beginObject()
        while true {
            let match = try scanner.nextKey(in: table)
            found.append(match)
            if match == .end { break }
            try scanner.skipValue()
        }
        #expect(found == [.known(1), .unknown, .known(0), .end])
    }

    @Test(
        "A value of another kind is refused where it stands",
        arguments: [
            (#""80""#, "an integer is expected, not `\"`"), ("80.5", "the number is no integer of 64 bits"),
            ("9223372036854775808", "the number is no integer of 64 bits"), ("null", "an integer is expected, not `n`"),
        ]
    )
    func wrongKind(text: String, message: String) {
        #expect(throws: JSONFault(message, at: 1)) {
            var scanner = JSONScanner(Array("[\(text)]".utf8))
            try scanner.beginArray()
            _ = try scanner.nextElement()
            _ = try scanner.readInt()
        }
    }

    @Test("skipValue says where the value lies, and the kind of the next one is told without reading it")
    func ranges() throws {
        var scanner = JSONScanner(Array(#"[ {"a":[1]} , "x"]"#.utf8))
        try scanner.beginArray()
        #expect(try scanner.nextElement())
        #expect(try scanner.peekKind() == .object)
        #expect(try scanner.skipValue() == 2..<11)
        #expect(try scanner.nextElement())
        #expect(try scanner.peekKind() == .string)
        #expect(try scanner.readString() == "x")
        #expect(try !scanner.nextElement())
        try scanner.finish()
    }

    @Test("Documents that follow one another are read from one buffer")
    func sequence() throws {
        let bytes = Array(#"{"a":1} {"a":2}"#.utf8)
        var scanner = JSONScanner(bytes)
        #expect(try scanner.readTree()["a"] == .integer(1))
        scanner = JSONScanner(bytes, from: scanner.offset)
        #expect(try scanner.readTree()["a"] == .integer(2))
        try scanner.finish()
    }
}
