import Registries
import Testing

@Suite struct AddressSyntaxTests {
    @Test(arguments: [
        "0.0.0.0", "255.255.255.255", "10.0.0.1", "::", "::1", "fd00::12", "1:2:3:4:5:6:7:8", "1::8", "::ffff:10.0.0.1",
        "1:2:3:4:5:6:10.0.0.1", "FD00::AbCd", "1:2:3:4:5:6:7::",
    ])
    func `IP literals are addresses`(text: String) {
        #expect(AddressSyntax(allowsHostnames: false).accepts(text))
    }

    @Test(arguments: [
        "", "10.0.0", "10.0.0.0.1", "10.0.0.256", "10.0.0.01", "10.0.0.+1", "10.0.0.1 ", "10.0.0.1\0", "[::1]", ":",
        ":::",
        "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "12345::", "g::", "::10.0.0.1:1",
        "fe80::1%eth0",
        "::ffff:10.0.0.256", "1:", ":1", "10.0.0.1:80",
    ])
    func `nothing else is, with host names or without`(text: String) {
        #expect(!AddressSyntax(allowsHostnames: false).accepts(text))
        #expect(!AddressSyntax(allowsHostnames: true).accepts(text))
    }

    @Test(arguments: ["db", "db.internal", "a-b.c_d.example.", "1a.example", "xn--bcher-kva.example"])
    func `host names are addresses only where allowed`(text: String) {
        #expect(!AddressSyntax(allowsHostnames: false).accepts(text))
        #expect(AddressSyntax(allowsHostnames: true).accepts(text))
    }

    @Test(arguments: ["-a", "a-", "a..b", ".", "a b", "a;b", "bücher", String(repeating: "a", count: 64), "a.1"])
    func `not every text is a host name`(text: String) {
        #expect(!AddressSyntax(allowsHostnames: true).accepts(text))
    }
}
