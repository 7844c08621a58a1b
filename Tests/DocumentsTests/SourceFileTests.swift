import Diagnostics
import Documents
import Testing

@Suite("The text of a file")
struct SourceFileTests {
    @Test(
        "has a line and a column for each byte",
        arguments: [(0, 1, 1), (1, 1, 2), (3, 1, 3), (4, 2, 1), (5, 3, 1), (9, 3, 2), (99, 3, 2)]
    )
    func positions(offset: Int, line: Int, column: Int) {
        let file = SourceFile(name: "f", text: "aé\n\n😀")
        #expect(file.position(at: offset) == SourcePosition(file: "f", line: line, column: column))
    }

    @Test("shows the line of a fault, without its end")
    func lines() {
        let file = SourceFile(name: "f", text: "ab\r\ncd\r\n")
        let fault = file.fault("x", 4..<99, hint: "y")
        #expect(fault.sourceLine == "cd")
        #expect(fault.length == 2)
        #expect(fault.position == SourcePosition(file: "f", line: 2, column: 1))
        let long = SourceFile(name: "f", text: String(repeating: "a", count: 100_000)).fault("x", 50..<51)
        #expect(long.sourceLine == nil)
        #expect(long.position?.column == 51)
    }

    @Test("is UTF-8, without its byte order mark")
    func encoding() throws {
        #expect(try SourceFile(name: "f", bytes: [0xEF, 0xBB, 0xBF, 0x61]).text == "a")
        let fault = #expect(throws: Diagnostic.self) {
            _ = try SourceFile(name: "f", bytes: [0x61, 0x0A, 0xC3, 0xA9, 0xE9, 0x0A])
        }
        #expect(fault?.message == "this is not UTF-8 text")
        #expect(fault?.position == SourcePosition(file: "f", line: 2, column: 2))
    }
}
