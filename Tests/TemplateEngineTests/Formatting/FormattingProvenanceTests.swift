import TemplateEngine
import Testing

/// Who wrote which bytes of what was printed.
@Suite struct FormattingProvenanceTests {
    static let first = Origin.Source(1)
    static let second = Origin.Source(2)

    static func untrusted(_ string: String, _ source: Origin.Source = first) -> Value {
        .text(Text(string, origin: .untrusted(source)))
    }

    static func span(_ range: Range<Int>, _ source: Origin.Source = first) -> SpanList.Span {
        SpanList.Span(range, source)
    }

    @Test func `An operand keeps its origin, the format keeps its own`() {
        let text = formatPrintf(
            Text("server %s %s:%d"),
            [Self.untrusted("web"), Self.untrusted("10.0.0.1", Self.second), .int(80)]
        )
        #expect(text.string == "server web 10.0.0.1:80")
        #expect(text.spans == [Self.span(7..<10), Self.span(11..<19, Self.second)])
    }

    @Test func `An untrusted format keeps its spans around trusted operands`() {
        let format = Text("ab%dcd%see", spans: [Self.span(1..<6), Self.span(8..<9, Self.second)])
        let text = formatPrintf(format, [.int(12), .string("x")])
        #expect(text.string == "ab12cdxee")
        #expect(text.spans == [Self.span(1..<2), Self.span(4..<6), Self.span(7..<8, Self.second)])
    }

    @Test func `A wholly untrusted format leaves operands alone`() {
        let text = formatPrintf(Text("a%sb", origin: .untrusted(Self.first)), [.string("xy")])
        #expect(text.spans == [Self.span(0..<1), Self.span(3..<4)])
    }

    @Test func `Padding is the author's`() {
        let text = formatPrintf(Text("%5s|%-5s|"), [Self.untrusted("ab"), Self.untrusted("c")])
        #expect(text.string == "   ab|c    |")
        #expect(text.spans == [Self.span(3..<5), Self.span(6..<7)])
    }

    @Test func `A truncated operand keeps the spans of what is left`() {
        let mixed = Text("abcdef", spans: [Self.span(1..<2), Self.span(4..<6, Self.second)])
        let text = formatPrintf(Text("%.5s"), [.text(mixed)])
        #expect(text.string == "abcde")
        #expect(text.spans == [Self.span(1..<2), Self.span(4..<5, Self.second)])
    }

    @Test func `The quotes of q are the author's, escapes belong to the byte they stand for`() {
        let mixed = Text("a\"b\nc", spans: [Self.span(1..<2), Self.span(3..<5, Self.second)])
        let text = formatPrintf(Text("%q"), [.text(mixed)])
        #expect(text.string == #""a\"b\nc""#)
        #expect(text.spans == [Self.span(2..<4), Self.span(5..<8, Self.second)])
    }

    @Test func `Hexadecimal digits belong to the byte they stand for`() {
        let mixed = Text("abc", spans: [Self.span(1..<2)])
        #expect(formatPrintf(Text("%x"), [.text(mixed)]).spans == [Self.span(2..<4)])
    }

    @Test func `Lists and maps keep the spans of what is in them`() {
        let list = Value.list(List([.string("a"), Self.untrusted("bc"), .int(1)]))
        #expect(formatValue(list).spans == [Self.span(3..<5)])
        let map = Value.map(
            Map([(.string("k"), Self.untrusted("v", Self.second))], kind: .string, keyOrigin: .untrusted(Self.first))
        )
        let text = formatValue(map)
        #expect(text.string == "map[k:v]")
        #expect(text.spans == [Self.span(4..<5), Self.span(6..<7, Self.second)])
    }

    @Test func `Records keep the spans of their fields`() {
        let record = Value.record("*T", ["Name": Self.untrusted("web"), "Port": .int(80)])
        #expect(formatPrintf(Text("%+v"), [record]).spans == [Self.span(7..<10)])
    }

    @Test func `Mistakes keep the operand's origin`() {
        let text = formatPrintf(Text("%d"), [Self.untrusted("x")])
        #expect(text.string == "%!d(string=x)")
        #expect(text.spans == [Self.span(11..<12)])
        #expect(formatPrintf(Text(""), [Self.untrusted("x")]).spans == [Self.span(16..<17)])
    }

    @Test func `print and println keep the spans of their operands`() {
        #expect(formatPrint([.string("a"), Self.untrusted("b")]).spans == [Self.span(1..<2)])
        #expect(
            formatPrintln([Self.untrusted("a"), Self.untrusted("b", Self.second)]).spans == [
                Self.span(0..<1), Self.span(2..<3, Self.second),
            ]
        )
    }

    @Test func `A string alone is printed as it is, and numbers are trusted`() {
        #expect(formatValue(Self.untrusted("x")).firstSource == Self.first)
        #expect(formatPrintf(Text("%d %v"), [.int(1), .float(2)]).isTrusted)
    }
}
