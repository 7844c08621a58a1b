import Diagnostics
import Testing

@Suite struct DiagnosticTests {
    @Test func `a fault shows its place, its line, a caret and a hint`() {
        let text = "one\n\ttwo thre four\n"
        let fault = Diagnostic(
            "unknown word 'thre'",
            file: "a.tmpl",
            text: text.utf8,
            range: 9..<13,
            hint: "did you mean 'three'?"
        )
        #expect(
            fault.description == """
                a.tmpl:2:6: error: unknown word 'thre'
                 2 | \ttwo thre four
                   | \t    ^~~~
                hint: did you mean 'three'?
                """
        )
    }

    @Test func `columns count characters, not bytes`() {
        let fault = Diagnostic("bad", file: "f", text: "äöü!x".utf8, range: 6..<7)
        #expect(fault.position == SourcePosition(file: "f", line: 1, column: 4))
        #expect(fault.description.contains("   |    ^"))
    }

    @Test(arguments: [
        (0..<0, 1, 1), (3..<4, 1, 4), (4..<5, 2, 1), (7..<7, 2, 4), (90..<99, 2, 4),
    ])
    func `any range has a place, also past the end`(range: Range<Int>, line: Int, column: Int) {
        let fault = Diagnostic("bad", file: "f", text: "one\ntwo".utf8, range: range)
        #expect(fault.position == SourcePosition(file: "f", line: line, column: column))
        #expect(fault.length == 1)
    }

    @Test func `hostile text cannot drive a terminal`() {
        let fault = Diagnostic("bad \u{1B}[31m", file: "f", text: "x\u{7}\u{1B}]0;title".utf8, range: 0..<1)
        #expect(!fault.description.contains("\u{1B}"))
        #expect(!fault.description.contains("\u{7}"))
    }

    @Test func `notes name the other places`() {
        var fault = Diagnostic("'web-1' is there twice", at: SourcePosition(file: "a.yaml", line: 3, column: 5))
        fault.notes = [Diagnostic.Note("the other one", at: SourcePosition(file: "b.yaml", line: 9, column: 5))]
        #expect(
            fault.description == """
                a.yaml:3:5: error: 'web-1' is there twice
                b.yaml:9:5: note: the other one
                """
        )
    }
}

@Suite struct NearestTests {
    @Test(arguments: [
        ("destinaton", "destination"), ("servce", "service"), ("TARGETS", "targets"), ("tempalte", "template"),
        ("keyy", "key"), ("zzzzzz", nil as String?), ("foo", nil), ("", nil),
    ])
    func `a typing error finds the word that was meant`(word: String, meant: String?) {
        let words = ["destination", "service", "targets", "template", "passing", "loop", "key"]
        #expect(nearest(to: word, among: words) == meant)
    }
}

@Suite struct QuantityTests {
    @Test(arguments: [
        ("100ms", Duration.milliseconds(100)), ("1.5s", .milliseconds(1500)), ("2m", .seconds(120)),
        ("1h30m", .seconds(5400)), ("0", .zero), ("7d", .seconds(604_800)), ("250us", .microseconds(250)),
    ])
    func `durations carry their unit`(text: String, duration: Duration) {
        #expect(parseDuration(text) == duration)
    }

    @Test(arguments: ["", "10", "s", "1x", "-1s", "1.s", ".5s", "1 s", "9e9s", "999999999d"])
    func `what is not a duration is refused`(text: String) {
        #expect(parseDuration(text) == nil)
    }

    @Test(arguments: [("4096", 4096), ("64k", 65536), ("16M", 16 << 20), ("1GiB", 1 << 30), ("5B", 5)])
    func `sizes are powers of 1024`(text: String, size: Int) {
        #expect(parseByteSize(text) == size)
    }

    @Test(arguments: ["", "k", "-1", "1x", "99999999999999999999", "9999999999999G"])
    func `what is not a size is refused`(text: String) {
        #expect(parseByteSize(text) == nil)
    }

    @Test(arguments: [("50%", 0.5 as Double?), ("0%", 0), ("100%", 1), ("101%", nil), ("50", nil), ("-1%", nil)])
    func `percentages are shares`(text: String, share: Double?) {
        #expect(parsePercentage(text) == share)
    }

    @Test(arguments: [
        (Duration.microseconds(12), "12 µs"), (.milliseconds(250), "250 ms"), (.seconds(12), "12 s"),
        (.milliseconds(1500), "1.5 s"), (.seconds(200), "3 min 20 s"), (.seconds(7500), "2 h 5 min"),
        (.seconds(349_200), "4 d 1 h"),
    ])
    func `durations read as people say them`(duration: Duration, text: String) {
        #expect(duration.readable == text)
    }
}
