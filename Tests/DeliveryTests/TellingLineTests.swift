import Delivery
import Testing

@Suite("The telling line")
struct TellingLineTests {
    /// What HAProxy 2.6 and NGINX 1.22 print, and what is to be told of it.
    static let outputs: [(String, String?)] = [
        (
            """
            [NOTICE]   (15380) : haproxy version is 2.6.12-1+deb12u4
            [NOTICE]   (15380) : path to executable is /usr/sbin/haproxy
            [ALERT]    (15380) : config : [a.cfg:13] : 'server web/c' : weight of server c is not within 0 and 256 (900)..
            [ALERT]    (15380) : config : [a.cfg:15] : 'server web/d' : invalid port '99999'
            [ALERT]    (15380) : config : Error(s) found in configuration file : a.cfg
            [ALERT]    (15380) : config : Fatal errors found in configuration.
            """,
            "[a.cfg:13] : 'server web/c' : weight of server c is not within 0 and 256 (900).."
        ),
        (
            """
            [NOTICE]   (19338) : haproxy version is 2.6.12-1+deb12u4
            [NOTICE]   (19338) : path to executable is /usr/sbin/haproxy
            [ALERT]    (19338) : config : [t.cfg:11] : 'server web/x' : could not resolve address 'nope.invalid'.
            [ALERT]    (19338) : config : Failed to initialize server(s) addr.
            """,
            "[t.cfg:11] : 'server web/x' : could not resolve address 'nope.invalid'."
        ),
        (
            """
            [WARNING]  (19362) : config : parsing [t.cfg:11] : 'use_backend' ignored because backend 'web' has no frontend capability.
            [ALERT]    (19362) : config : Proxy 'web': unable to find required use_backend: 'zz'.
            [ALERT]    (19362) : config : Proxy 'q': unable to find required default_backend: 'nonexist'.
            [ALERT]    (19362) : config : Fatal errors found in configuration.
            """,
            "Proxy 'web': unable to find required use_backend: 'zz'."
        ),
        (
            """
            [ALERT]    (19344) : config : parsing [t.cfg:11]: unmatched quote at position 10:
              server a"b 127.0.0.1:1
                      ^
            [ALERT]    (19344) : config : Error(s) found in configuration file : t.cfg
            [ALERT]    (19344) : config : Fatal errors found in configuration.
            """,
            "parsing [t.cfg:11]: unmatched quote at position 10:"
        ),
        // As HAProxy 2.2 has it.
        (
            "[ALERT] 330/090544 (812) : parsing [a.cfg:3] : unknown keyword 'foo'\n"
                + "[ALERT] 330/090544 (812) : Fatal errors found in configuration.\n",
            "parsing [a.cfg:3] : unknown keyword 'foo'"
        ),
        (
            "[ALERT]    (1) : config : Fatal errors found in configuration.\n",
            "Fatal errors found in configuration."
        ),
        (
            """
            2026/11/26 09:05:44 [warn] 19364#19364: conflicting server name "a" on 127.0.0.1:18081, ignored
            2026/11/26 09:05:44 [emerg] 19364#19364: host not found in upstream "nope.invalid:80" in /x/n.conf:2
            nginx: configuration file /x/n.conf test failed
            """,
            #"host not found in upstream "nope.invalid:80" in /x/n.conf:2"#
        ),
        (
            "nginx: [emerg] invalid parameter \"weight=x\" in /x/n.conf:2\nnginx: configuration file /x/n.conf test failed\n",
            #"invalid parameter "weight=x" in /x/n.conf:2"#
        ),
        ("a\n  line 7: unknown keyword\n\n", "line 7: unknown keyword"),
        ("\n \n", nil),
    ]

    @Test("is the first fault that a balancer names, and else the last line", arguments: outputs)
    func table(output: String, line: String?) {
        #expect(tellingLine(of: output) == line)
    }
}
