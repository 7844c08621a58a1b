import TemplateEngine
import Testing

@Suite("sockaddr")
struct SocketAddressTests {
    private static func interface(_ name: String, _ address: String, _ flags: String...) -> HostInterfaces.Interface? {
        NetworkAddress(address).map { HostInterfaces.Interface(name: name, address: $0, flags: Set(flags)) }
    }

    private static let host = HostInterfaces(
        [
            interface("lo", "127.0.0.1/8", "up", "loopback"), interface("lo", "::1/128", "up", "loopback"),
            interface("docker0", "172.17.0.1/16", "up", "broadcast"),
            interface("eth0", "fe80::1/64", "up", "broadcast"),
            interface("eth0", "2600:1f18::17/64", "up", "broadcast"),
            interface("eth0", "10.1.2.3/24", "up", "broadcast"), interface("eth0", "54.12.0.9/20", "up", "broadcast"),
            interface("eth1", "192.168.7.1/24", "broadcast"),
        ].compactMap(\.self),
        defaultName: "eth0"
    )

    private static let functions = socketAddressFunctions { () throws(FunctionFault) in host }

    @Test(
        "answers in the language of go-sockaddr",
        arguments: [
            FunctionCase("sockaddr", .string("GetPrivateIP"), gives: .string("10.1.2.3")),
            FunctionCase("sockaddr", .string("GetPublicIP"), gives: .string("54.12.0.9")),
            FunctionCase(
                "sockaddr",
                .string("GetPrivateIPs"),
                gives: .string("172.17.0.1 10.1.2.3 192.168.7.1")
            ),
            FunctionCase("sockaddr", .string("GetPublicIPs"), gives: .string("54.12.0.9 2600:1f18::17")),
            FunctionCase("sockaddr", .string("GetInterfaceIP \"eth0\""), gives: .string("54.12.0.9")),
            FunctionCase("sockaddr", .string("GetInterfaceIP"), .string("\"docker\""), gives: .string("172.17.0.1")),
            FunctionCase("sockaddr", .string("GetInterfaceIP \"none\""), gives: .string("")),
            FunctionCase("sockaddr", .string("GetInterfaceIPs \"^lo$\""), gives: .string("127.0.0.1 ::1")),
            FunctionCase(
                "sockaddr",
                .string(
                    "GetAllInterfaces | include \"name\" \"^eth\" | include \"type\" \"IPv4\" | join \"address\" \",\""
                ),
                gives: .string("10.1.2.3,54.12.0.9,192.168.7.1")
            ),
            FunctionCase(
                "sockaddr",
                .string(
                    "GetAllInterfaces | exclude \"flags\" \"loopback\" | sort \"-address\" | limit 1 | attr \"name\""
                ),
                gives: .string("eth0")
            ),
            FunctionCase(
                "sockaddr",
                .string("GetDefaultInterfaces | include \"rfc\" \"1918\" | attr \"string\""),
                gives: .string("10.1.2.3/24")
            ),
            FunctionCase(
                "sockaddr",
                .string("GetAllInterfaces | include \"network\" \"10.0.0.0/8\" | attr \"size\""),
                gives: .string("24")
            ),
            FunctionCase(
                "sockaddr",
                .string("GetAllInterfaces | unique \"name\" | join \"name\" \" \""),
                gives: .string("lo docker0 eth0 eth1")
            ),
            FunctionCase(
                "sockaddr",
                .string("GetPrivateInterfaces | offset 1 | join \"address\" \" \""),
                gives: .string("172.17.0.1")
            ),
            FunctionCase("sockaddr", .string("len GetAllInterfaces"), gives: .string("8")),
            FunctionCase("sockaddr", .string("GetNothing"), faults: "function \"GetNothing\" not defined"),
            FunctionCase("sockaddr", .string("GetAllInterfaces | math"), faults: "function \"math\" not defined"),
            FunctionCase("sockaddr", .string("sort \"colour\" ."), faults: "cannot sort by \"colour\""),
            FunctionCase("sockaddr", .string("include \"rfc\" \"1\" ."), faults: "RFC 1 is not known here"),
            FunctionCase("sockaddr", .untrusted("GetPrivateIP"), faults: "comes from a registration"),
        ]
    )
    func answers(_ example: FunctionCase) { example.check(in: Self.functions) }

    @Test("a host without addresses has none")
    func empty() throws {
        let functions = socketAddressFunctions { () throws(FunctionFault) in HostInterfaces([]) }
        #expect(try shown(call("sockaddr", [.string("GetPrivateIP")], in: functions)) == "string \"\"")
    }

    @Test(
        "addresses are read and written",
        arguments: [
            ("10.0.0.1/8", "10.0.0.1"), ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8::0:1", "2001:db8::1"),
            ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
            ("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"),
            ("::ffff:1.2.3.4", "::ffff:102:304"),
        ]
    )
    func addresses(text: String, expected: String) {
        #expect(NetworkAddress(text)?.text == expected)
    }

    @Test(
        "what is no address is refused",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1", ":::", "1::2::3",
            "1:2:3:4:5:6:7", "12345::", "g::", "1.2.3.4:80", "::/129", "+1.2.3.4", "1:2:3:4:5:6:7:8:9",
        ]
    )
    func noAddresses(text: String) {
        #expect(NetworkAddress(text) == nil)
    }
}
