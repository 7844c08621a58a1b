import TemplateEngine
import Testing

@Suite("spew")
struct DebugFunctionTests {
    @Test("shows types, lengths and nesting")
    func dump() throws {
        let value = LanguageProbe.map([
            "a": .list(List([.int(1), .float(2.5), .null])), "b": .string("x\n"), "e": .list(List([])),
        ])
        #expect(
            try callText("spew_sdump", value, .bool(true)).string == """
                (map[string]interface {}) (len=3) {
                 (string) (len=1) "a": ([]interface {}) (len=3 cap=3) {
                  (int) 1,
                  (float64) 2.5,
                  (interface {}) <nil>
                 },
                 (string) (len=1) "b": (string) (len=2) "x\\n",
                 (string) (len=1) "e": ([]interface {}) {
                 }
                }
                (bool) true

                """
        )
    }

    @Test("a record is a pointer, without its address")
    func record() throws {
        let record = Value.record(Record(LanguageProbe.weights, [.int(1), .int(0)]))
        #expect(
            try callText("spew_sdump", record).string == """
                (*dependency.ServiceWeights)({
                 Passing: (int) 1,
                 Warning: (int) 0
                })

                """
        )
    }

    @Test("what a registration wrote stays its own")
    func origin() throws {
        #expect(try callText("spew_sdump", .untrusted("ab")).spans == [span(18, 20)])
        #expect(try callText("spew_sprintf", .string("<%s>"), .untrusted("ab")).spans == [span(1, 3)])
    }
}
