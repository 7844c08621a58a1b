import Testing

@testable import Balancers

@Suite("What a configuration names a file for")
struct FileUseTests {
    private let path = "/etc/haproxy/edge.map"

    /// A line of a frontend, and what it names the file for: `p` patterns, `c` a certificate, `o` something else.
    static let lines: [(line: String, uses: String)] = [
        ("http-request set-header x %[req.hdr(host),lower,map(/etc/haproxy/edge.map)]", "p"),
        ("use_backend %[req.hdr(host),map_beg(/etc/haproxy/edge.map,web)]", "p"),
        ("use_backend \"%[src,map_ip_str(/etc/haproxy/edge.map, web)]\" if { path / }", "p"),
        ("use_backend b if { path,map_str_int(/etc/haproxy/edge.map) -m int gt 3 }", "p"),
        ("use_backend %[req.hdr(a),map(/etc/haproxy/edge.map),concat(,x),map(/etc/haproxy/edge.map)]", "pp"),
        ("acl a src -f /etc/haproxy/edge.map", "p"),
        ("acl a hdr(host) -i -M -f /etc/haproxy/edge.map 10.0.0.1", "p"),
        ("http-request deny if { src -f /etc/haproxy/edge.map } or { src -f /etc/haproxy/other.map }", "p"),
        ("bind :443 ssl crt /etc/haproxy/edge.map crt /etc/haproxy/certs", "c"),
        ("bind :443 ssl crt edge.map", "c"),
        ("server s 10.0.0.1:443 ssl verify none crt /etc/haproxy/edge.map", "c"),
        // What is not of this file.
        ("acl a src -f /etc/haproxy/edge.map2", ""),
        ("acl a src -f /etc/haproxy/my-edge.map", ""),
        ("acl a src -f /etc/other/edge.map", ""),
        ("bind :443 ssl crt sub/edge.map", ""),
        ("http-request set-header x edge.map.example.com", ""),
        ("# acl a src -f /etc/haproxy/edge.map", ""),
        // What is of it, and of which nothing live is known.
        ("http-request set-map(/etc/haproxy/edge.map) %[src] x", "o"),
        ("http-request del-acl(/etc/haproxy/edge.map) %[src]", "o"),
        ("errorfile 503 /etc/haproxy/edge.map", "o"),
        ("bind :443 ssl crt-list /etc/haproxy/edge.map", "o"),
        ("bind :443 ssl ca-file /etc/haproxy/edge.map crt /etc/haproxy/edge.map", "oc"),
        // What may be of it.
        ("acl a src -f /etc/haproxy//edge.map", "o"),
        ("acl a src -f /etc/haproxy/maps/../edge.map", "o"),
        ("acl a src -f edge.map", "o"),
        ("acl a src -f maps/edge.map", "o"),
        ("acl a src -f \"$DIRECTORY/edge.map\"", "o"),
        ("http-request set-header x %[req.hdr(host),map(opt@/etc/haproxy/edge.map)]", "o"),
    ]

    @Test("is told by the words around its path", arguments: lines)
    func uses(_ line: (line: String, uses: String)) {
        let configuration = HAProxyConfiguration(
            "global\n    crt-base /etc/haproxy\nfrontend in\n    \(line.line)\nbackend b\n    server s 10.0.0.1:80\n"
        )
        let uses = configuration.uses(of: path).map { use in
            switch use {
            case .patterns: "p"
            case .certificate: "c"
            case .other: "o"
            }
        }
        #expect(uses.joined() == line.uses)
    }
}
