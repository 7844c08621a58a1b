import Balancers
import Testing

@Suite struct NGINXUpstreamTests {
    private func text(_ text: String) -> NGINXText { NGINXText(Array(text.utf8)) }

    private static let old = """
        upstream a { zone a 64k; server 10.0.0.1:80; server 10.0.0.2:80; }
        upstream b { server b.example service=http resolve; }
        server { listen 80; location / { proxy_pass http://a; } }
        """

    @Test func `upstreams tell their servers, their zone and whether they follow DNS`() {
        let upstreams = text(Self.old).upstreams
        #expect(upstreams.map(\.name) == ["a", "b"])
        #expect(upstreams.map(\.servers.count) == [2, 1])
        #expect(upstreams.map(\.hasZone) == [true, false])
        #expect(upstreams.map(\.resolves) == [false, true])
    }

    @Test(arguments: [
        ("server 10.0.0.2:80;", "", ["a"]),
        ("server 10.0.0.2:80;", "server 10.0.0.2:80 down; server 10.0.0.3:80; # more\n", ["a"]),
        ("b.example", "c.example", ["b"]),
        ("zone a 64k;", "zone a 128k;", []),
        ("server { listen 80;", "server { listen 81;", []),
        ("upstream b", "upstream c", []),
        ("server 10.0.0.2:80; }", "} server { server 10.0.0.2:80; }", []),
        ("zone", "zone", []),
    ]) func `it is told when only servers differ`(part: String, other: String, names: [String]) {
        let new = text(Self.old.replacing(part, with: other))
        #expect(new.upstreamsWithOtherServers(than: text(Self.old)).map(\.name) == names)
    }

    @Test(arguments: [
        ("nginx version: nginx/1.22.1\n", "1.22.1", false), ("nginx version: nginx/1.27.2", "1.27.2", false),
        ("nginx version: nginx/1.27.3", "1.27.3", true), ("nginx version: nginx/1.30.6 (x)", "1.30.6", true),
        ("nginx version: nginx/1.25.5 (nginx-plus-r32)", "1.25.5", true), ("nginx version: nginx/2.0", "2.0", true),
        ("nginx version: openresty/1.27.1.2", "1.27.1.2", false), ("no such program", nil, false),
    ]) func `a version says whether it can follow DNS`(output: String, text: String?, canResolve: Bool) {
        let version = NGINXVersion(output)
        #expect(version?.text == text)
        #expect(version?.canResolve ?? false == canResolve)
    }
}
