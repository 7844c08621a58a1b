import Testing
import Wire

@Suite struct LineBufferTests {
    @Test func `lines are whole, however the stream is cut`() {
        let text = Array("{\"a\":1}\n\n{\"b\":\"ü\"}\n{\"c\":3}".utf8)
        for size in 1...text.count {
            var buffer = LineBuffer(limit: 100)
            var lines: [String] = []
            for start in stride(from: 0, to: text.count, by: size) {
                let whole = buffer.append(text[start..<min(start + size, text.count)])
                lines += (whole ?? []).map { String(decoding: $0, as: UTF8.self) }
            }
            #expect(lines == [#"{"a":1}"#, #"{"b":"ü"}"#])
            #expect(buffer.isWithinLine)
            #expect(buffer.append([0x0A])?.count == 1 && !buffer.isWithinLine)
        }
    }

    @Test func `a line beyond the limit is refused, many short ones are not`() {
        var buffer = LineBuffer(limit: 8)
        #expect(buffer.append(Array("123\n456\n789\n012\n".utf8))?.count == 4)
        #expect(buffer.append(Array("12345678".utf8)) != nil)
        #expect(buffer.append(Array("9".utf8)) == nil)
    }
}
