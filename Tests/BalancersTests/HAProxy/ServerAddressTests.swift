import Balancers
import Testing

@Suite("The address of a server line")
struct ServerAddressTests {
    @Test(
        "is an IP address with a port, as the Runtime API takes it",
        arguments: [
            ("127.0.0.1:80", "127.0.0.1:80"), ("ipv4@10.0.0.1:65535", "10.0.0.1:65535"), ("::1:80", "[::1]:80"),
            ("[::1]:80", "[::1]:80"), ("ipv6@2001:DB8:0:0::1:443", "[2001:db8::1]:443"),
            ("[0:0:1:0:0:0:0:2]:1", "[0:0:1::2]:1"), ("[1:2:3:4:5:6:7:8]:1", "[1:2:3:4:5:6:7:8]:1"),
            ("[1:0:2:3:4:5:6:7]:9", "[1:0:2:3:4:5:6:7]:9"), ("::ffff:1.2.3.4:80", "[::ffff:1.2.3.4]:80"),
            ("[fe80::]:80", "[fe80::]:80"),
        ]
    )
    func ip(_ text: String, _ shown: String) {
        let address = ServerAddress(text)
        guard case .ip = address else {
            Issue.record("\(text) is \(address)")
            return
        }
        #expect(address.description == shown)
        #expect(ServerAddress(shown) == address)
    }

    @Test("is a path", arguments: ["/run/app.sock", "unix@/run/app.sock"])
    func path(_ text: String) {
        #expect(ServerAddress(text) == .unix("/run/app.sock"))
    }

    @Test(
        "is nothing to change live: names, mapped ports, no port, other sockets, addresses that only look like one",
        arguments: [
            "app.example.com:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:+100", "127.0.0.1:-1", "127.0.0.1:0",
            "127.0.0.1:65536", "127.0.0.1:080000", "0.0.0.0:80", ":::80", "[::]:80", "*:80", ":80", "127.1:80",
            "010.0.0.1:80",
            "256.0.0.1:80", "1.2.3.4.5:80", "ipv6@127.0.0.1:80", "ipv4@::1:80", "abns@name", "unix@run/app.sock",
            "fd@3", "${A}:80",
            "[::1]", "[12345::1]:80", "1:2:3:4:5:6:7:8:9:80", "1::2::3:80", "udp@127.0.0.1:80", "rhttp@", "[:1]:80", "",
        ]
    )
    func other(_ text: String) {
        #expect(ServerAddress(text) == .other(text))
    }
}
