import Balancers
import Testing

@Suite struct NGINXTextTests {
    /// The directives as words, each below the name of that in whose braces it stands.
    private func read(_ text: String) -> [String] {
        let text = NGINXText(Array(text.utf8))
        return text.directives.map { directive in
            let words = directive.words.map { "<\(text.text(of: $0))>" }.joined()
            return (directive.parent.map { "\(text.name(of: text.directives[$0])): " } ?? "") + words
        }
    }

    @Test(arguments: [
        ("a b  c;\n\td;", ["<a><b><c>", "<d>"]),
        ("http { server { listen 80; } } x;", ["<http>", "http: <server>", "server: <listen><80>", "<x>"]),
        ("a#b c; # d;\ne;", ["<a#b><c>", "<e>"]),
        (#"a "b;{}c" 'd"' e\;f;"#, ["<a><b;{}c><d\"><e\\;f>"]),
        (#"a "\"\\\x" '\'';"#, [#"<a><"\\x><'>"#]),
        ("set $a ${b}c$d; }", ["<set><$a><${b}c$d>"]),
        (#"if ($a = "b") { c; }"#, [#"<if><($a><=><b><)>"#, "if: <c>"]),
        ("a{b;}c;", ["<a>", "a: <b>", "<c>"]),
        ("; ;a;", ["<a>"]),
        ("a b", []),
        ("a 'b; c;", []),
    ]) func `a text is cut as NGINX cuts it`(text: String, directives: [String]) {
        #expect(read(text) == directives)
    }

    @Test func `Lua in braces is passed over, whatever its strings and comments hold`() {
        let lua = """
            a { content_by_lua_block {
                -- don't }
                --[==[ } ]] " ]==]
                local t = { "}", '\\'}', [[ } ]], t[1] }
            } b c; }
            d;
            """
        #expect(read(lua) == ["<a>", "a: <content_by_lua_block>", "a: <b><c>", "<d>"])
    }

    @Test func `words are replaced where they stand`() {
        let text = NGINXText(Array("a 'b c'; # x\n  d\n  e;".utf8))
        let words = [text.directives[0].words[1], text.directives[1].words[1]]
        let new = text.replacing([(words[0], #"q"\"#), (words[1], "f")])
        #expect(String(decoding: new, as: UTF8.self) == "a \"q\\\"\\\\\"; # x\n  d\n  \"f\";")
    }

    @Test(arguments: [
        (["nginx", "-t"], "/etc/nginx/nginx.conf"),
        (["/usr/sbin/nginx", "-tq", "-e", "-c", "-g", "user x;", "-c", "/a/n.conf"], "/a/n.conf"),
        (["nginx", "-tcn.conf"], "/usr/share/nginx/n.conf"),
        (["nginx", "-t", "-p", "/p", "-c", "n.conf"], "/p/n.conf"),
        (["openresty", "-p/p", "-t"], "/etc/nginx/nginx.conf"),
        (["/bin/sh", "-c", "nginx -t -c /a/n.conf"], "/a/n.conf"),
        (["/bin/sh", "-c", "nginx -t && true"], nil),
        (["sudo", "nginx", "-t"], nil),
        (["nginx", "t"], nil),
        ([], nil),
    ]) func `a command says which configuration it reads`(arguments: [String], path: String?) {
        let build = """
            nginx version: nginx/1.22.1
            configure arguments: --with-cc-opt='-g --prefix-map=.' --prefix=/usr/share/nginx --conf-path=/etc/nginx/nginx.conf
            """
        #expect(NGINXCommand(arguments)?.mainConfiguration(build) == path)
    }

    @Test func `without options of its build NGINX lies in usr-local`() {
        #expect(NGINXCommand(["nginx"])?.mainConfiguration("") == "/usr/local/nginx/conf/nginx.conf")
    }
}
