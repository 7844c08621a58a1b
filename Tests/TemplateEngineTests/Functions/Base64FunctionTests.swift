import TemplateEngine
import Testing

@Suite struct Base64FunctionTests {
    static let cases: [FunctionCase] = [
        FunctionCase("base64Encode", .string(""), gives: .string("")),
        FunctionCase("base64Encode", .string("f"), gives: .string("Zg==")),
        FunctionCase("base64Encode", .string("fo"), gives: .string("Zm8=")),
        FunctionCase("base64Encode", .string("foo"), gives: .string("Zm9v")),
        FunctionCase("base64Encode", .string("foobar"), gives: .string("Zm9vYmFy")),
        FunctionCase("base64Encode", .string("ÿ~?>"), gives: .string("w79+Pz4=")),
        FunctionCase("base64URLEncode", .string("ÿ~?>"), gives: .string("w79-Pz4=")),
        FunctionCase("base64Decode", .string(""), gives: .string("")),
        FunctionCase("base64Decode", .string("Zg=="), gives: .string("f")),
        FunctionCase("base64Decode", .string("Zm8="), gives: .string("fo")),
        FunctionCase("base64Decode", .string("Zm9v\nYmFy\r\n"), gives: .string("foobar")),
        FunctionCase("base64Decode", .string("Zg=\n="), gives: .string("f")),
        FunctionCase("base64Decode", .string("w79+Pz4="), gives: .string("ÿ~?>")),
        FunctionCase("base64URLDecode", .string("w79-Pz4="), gives: .string("ÿ~?>")),
        FunctionCase("base64Decode", .string("w79-Pz4="), faults: "is not base64 at byte 3"),
        FunctionCase("base64Decode", .string("Zg"), faults: "is not base64 at byte 2"),
        FunctionCase("base64Decode", .string("Zg="), faults: "is not base64 at byte 3"),
        FunctionCase("base64Decode", .string("Zg==="), faults: "is not base64 at byte 4"),
        FunctionCase("base64Decode", .string("Z==="), faults: "is not base64 at byte 1"),
        FunctionCase("base64Decode", .string("Zg==Zg=="), faults: "is not base64 at byte 4"),
        FunctionCase("base64Decode", .string("Zm9v="), faults: "is not base64 at byte 4"),
        FunctionCase("base64Decode", .string("Zm 9v"), faults: "is not base64 at byte 2"),
        FunctionCase("base64Decode", .string("/w=="), faults: "is not UTF-8 text"),
    ]

    @Test(arguments: cases)
    func `Base64 is written and read as Go does`(_ example: FunctionCase) { example.check() }

    @Test func `What is made of an untrusted text is untrusted`() throws {
        #expect(try callText("base64Encode", .untrusted("ab")).spans == [span(0, 4)])
        #expect(try callText("base64Decode", .untrusted("Zm8=", 2)).spans == [span(0, 2, 2)])
        #expect(try callText("base64Encode", .string("ab")).isTrusted)
    }
}
