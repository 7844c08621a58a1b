import Delivery
import Planning
import Settings
import State
import Testing

/// Files around an NGINX, what is delivered, and what NGINX has to say of it; `@` stands for the workshop's directory.
struct NGINXSituation: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// What stands in `http { }` of the main configuration.
    var http = "include @/etc/*.conf;"
    /// What lies there, by path below the workshop.
    var live: [String: String] = [:]
    /// Run in the workshop before.
    var links = "true"
    /// What was delivered before, by name in `etc`, without a check.
    var before: [String: String] = [:]
    var staged: [String: String]
    /// In the reason why it is refused; nil: it is good.
    var refusal: String?

    init(
        _ description: String,
        http: String = "include @/etc/*.conf;",
        live: [String: String] = [:],
        links: String = "true",
        before: [String: String] = [:],
        staged: [String: String],
        refusal: String? = nil,
    ) {
        testDescription = description
        self.http = http
        self.live = live
        self.links = links
        self.before = before
        self.staged = staged
        self.refusal = refusal
    }

    static let good = "upstream u { server 127.0.0.1:1; }\n"
    static let bad = "upstream u {\n    servr 127.0.0.1:1;\n}\n"

    static let all = [
        NGINXSituation("good for good", live: ["etc/a.conf": good], staged: ["a.conf": good + "# new\n"]),
        NGINXSituation("good for bad", live: ["etc/a.conf": bad], staged: ["a.conf": good]),
        NGINXSituation(
            "bad for good",
            live: ["etc/a.conf": good],
            staged: ["a.conf": bad],
            refusal: "unknown directive \"servr\" in @/etc/a.conf:2"
        ),
        NGINXSituation("a new file, good", staged: ["a.conf": good]),
        NGINXSituation("a new file, bad", staged: ["a.conf": bad], refusal: "\"servr\" in @/etc/a.conf:2"),
        NGINXSituation(
            "a new file, bad beside another",
            live: ["etc/z.conf": good],
            staged: ["a.conf": good],
            refusal: "duplicate upstream \"u\" in @/etc/z.conf:1"
        ),
        NGINXSituation(
            "a file that goes, and what it held elsewhere",
            before: ["a.conf": "# none\n", "b.conf": good],
            staged: ["a.conf": good]
        ),
        NGINXSituation(
            "a file that goes and is missed",
            http: "include @/etc/*.conf; limit_req zone=z;",
            before: ["a.conf": "# none\n", "b.conf": "limit_req_zone $uri zone=z:1m rate=1r/s;\n"],
            staged: ["a.conf": "# still none\n"],
            refusal: "shared memory zone \"z\""
        ),
        NGINXSituation("relative", http: "include etc/*.conf;", staged: ["a.conf": bad], refusal: "@/etc/a.conf:2"),
        NGINXSituation(
            "relative, good",
            http: "include etc/a.conf;",
            live: ["etc/a.conf": bad],
            staged: ["a.conf": good]
        ),
        NGINXSituation(
            "in quotes, with a space",
            http: #"include "@/more files/*.conf"; # include @/etc/*.conf;"#,
            live: ["more files/m.conf": "include '@/etc/a.conf';\n"],
            staged: ["a.conf": bad],
            refusal: "@/etc/a.conf"
        ),
        NGINXSituation(
            "by way of a file that is included",
            http: #"include 'more/*';"#,
            live: ["more/m": "include \"@/etc/[ab].con?\";\n", "etc/c.conf": bad],
            staged: ["b.conf": bad],
            refusal: "@/etc/b.conf:2"
        ),
        NGINXSituation(
            "by way of a staged file",
            live: ["etc/part": bad],
            staged: ["a.conf": "include @/etc/part;\n", "part": good]
        ),
        NGINXSituation(
            "for a map",
            http: "map $host $x { include @/etc/a.map; default 1; }",
            live: ["etc/a.map": "a b;\n"],
            staged: ["a.map": "a b\n"],
            refusal: "@/etc/a.map"
        ),
        NGINXSituation(
            "a directory by its other name",
            http: "include @/enabled/*.conf;",
            live: ["etc/a.conf": good],
            links: "ln -s etc enabled",
            before: ["b.conf": "# none\n"],
            staged: ["a.conf": "# none\n", "c.conf": bad],
            refusal: "@/enabled/c.conf:2"
        ),
        NGINXSituation(
            "a directory by its other name, with a file that goes",
            http: "include @/enabled/*.conf;",
            links: "ln -s etc enabled",
            before: ["a.conf": "# none\n", "b.conf": good],
            staged: ["a.conf": good]
        ),
        NGINXSituation(
            "a file by its other name",
            http: "include @/enabled/*;",
            live: ["etc/a.conf": good],
            links: "mkdir enabled && ln -s ../etc/a.conf enabled/site",
            staged: ["a.conf": bad],
            refusal: "@/enabled/site:2"
        ),
    ]

    /// Writes the files.
    func prepare(_ workshop: Workshop) async throws {
        try workshop.files.makeDirectories("\(workshop.root)/tmp", mode: 0o777)
        for (path, text) in live {
            let directory = path.split(separator: "/").dropLast().joined(separator: "/")
            try workshop.files.makeDirectories("\(workshop.root)/\(directory)", mode: 0o755)
            try workshop.write(path, filled(text, workshop))
        }
        let linking = await SubprocessRunner().run(["/bin/sh", "-c", links], in: workshop.root, timeout: .seconds(20))
        try #require(linking.succeeded)
        try workshop.writeNGINX(http: filled(http, workshop))
    }

    func desired(_ files: [String: String], _ workshop: Workshop) -> [DesiredFile] {
        files.sorted { $0.key < $1.key }.map {
            DesiredFile(destination: "\(workshop.etc)/\($0.key)", bytes: Array(filled($0.value, workshop).utf8))
        }
    }

    func filled(_ text: String, _ workshop: Workshop) -> String { text.replacing("@", with: workshop.root) }
}

extension Workshop {
    /// The main configuration of an NGINX that keeps its files here.
    func writeNGINX(http: String) throws {
        try files.makeDirectories("\(root)/tmp", mode: 0o777)
        try write(
            "nginx.conf",
            "pid \(root)/tmp/pid;\nerror_log \(root)/tmp/error.log;\nevents {}\nhttp { access_log off;\n\(http)\n}\n"
        )
    }

    /// NGINX's check of that.
    var nginxCheck: CheckSettings {
        CheckSettings(CommandSettings(.arguments(["nginx", "-t", "-c", "\(root)/nginx.conf"])), isolation: .mount)
    }
}
