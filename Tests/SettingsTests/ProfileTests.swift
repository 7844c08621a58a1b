import Diagnostics
import FoundationEssentials
import Settings
import Testing

@Suite("Profiles")
struct ProfileTests {
    @Test("that come with headgate are read from templates/, each without a fault")
    func bundled() throws {
        #expect(Profile.bundled.map(\.name) == ["haproxy", "nginx", "plain", "prometheus"])
        for profile in Profile.bundled {
            #expect(profile.isBundled && !profile.templateContents.isEmpty && !profile.description.isEmpty)
            #expect(profile.templateContents.hasSuffix("\n"), "HAProxy refuses a file without a last line end")
            #expect(try Profile.load(profile.name) == profile)
        }
    }

    @Test("know how to check and to reload their balancer")
    func commands() throws {
        let haproxy = try Profile.load("haproxy")
        #expect(haproxy.check?.command.line == .arguments(["haproxy", "-c", "-f", "{staged}"]))
        #expect(haproxy.check?.isolation == CheckSettings.Isolation.none)
        #expect(haproxy.reload?.command?.line == .shell("systemctl reload haproxy"))
        #expect(haproxy.quoting?.unquoted == " \t\"'\\#;{}$%")
        #expect(haproxy.quoting?.quotes == ["\"": "\"\\$%", "'": "'%"])
        let nginx = try Profile.load("nginx")
        #expect(nginx.checkText == "nginx -t" && nginx.check?.isolation == .mount)
        #expect(nginx.reloadText == "nginx -s reload" && nginx.quoting?.quotes["'"] == "'\\$")
        let prometheus = try Profile.load("prometheus")
        #expect(prometheus.check == nil && prometheus.reload == nil && prometheus.quoting == nil)
        let plain = try Profile.load("plain")
        #expect(plain.check == nil && plain.reload == nil && plain.destination == nil)
    }

    @Test("may be a directory, whose template is read when it is needed")
    func ofDirectory() throws {
        let directory = try TemporaryDirectory()
        try directory.write("hello\n", to: "mine/t.tmpl")
        try directory.write(
            """
            name: mine
            description: of my own
            template: t.tmpl
            destination: /etc/mine
            check: mine -t {staged}
            reload: {command: [mine, reload], timeout: 5s}
            """,
            to: "mine/mine.profile.yaml"
        )
        let profile = try Profile.load("\(directory.path)/mine")
        #expect(profile.name == "mine" && !profile.isBundled && profile.templateContents == "hello\n")
        #expect(profile.file.template == "\(directory.path)/mine/t.tmpl" && profile.file.contents == nil)

        try directory.write("targets: {t: {profile: ./mine}}", to: "headgate.yaml")
        let target = try loadSettings(path: "headgate.yaml", workingDirectory: directory.path).targets[0]
        #expect(target.profile == "mine" && target.reload?.timeout == .seconds(5))
        #expect(target.files[0].destination == "/etc/mine" && target.files[0].template.hasSuffix("mine/t.tmpl"))
    }

    @Test(
        "with a fault tell it with its place",
        arguments: [
            ("name: x\ndescription: y\ntemplate: no.tmpl\n", "`DIR/no.tmpl` cannot be read: No such file or directory"),
            ("description: y\ntemplate: t.tmpl\n", "the profile has no `name`"),
            ("name: x\ndescription: y\ntemplate: t.tmpl\nrelaod: x\n", "the profile has no key `relaod`"),
            (
                "name: x\ndescription: y\ntemplate: t.tmpl\ncheck: x -t\n",
                "the check does not look at the staged files, so it would pass whatever they hold"
            ),
            (
                "name: x\ndescription: y\ntemplate: t.tmpl\nquoting: {quotes: {ab: c}}\n",
                "`ab` is not a single quote character"
            ),
            ("name: x/y\ndescription: y\ntemplate: t.tmpl\n", "`x/y` cannot be the name of a profile"),
        ]
    )
    func faults(text: String, expected: String) throws {
        let directory = try TemporaryDirectory()
        try directory.write("hello\n", to: "t.tmpl")
        try directory.write(text, to: "x.profile.yaml")
        let thrown = #expect(throws: SettingsFaults.self) { _ = try Profile.load(directory.path) }
        let faults = try #require(thrown?.diagnostics)
        #expect(faults.map(\.message) == [expected.replacing("DIR", with: directory.path)])
        #expect(faults.first?.position?.file == "\(directory.path)/x.profile.yaml")
    }

    @Test("that do not exist are refused with the nearest name")
    func unknown() throws {
        let thrown = #expect(throws: SettingsFaults.self) { _ = try Profile.load("HAProxi") }
        #expect(thrown?.diagnostics.map(\.hint) == ["did you mean `haproxy`?"])
        let far = #expect(throws: SettingsFaults.self) { _ = try Profile.load("envoyproxy-edge") }
        #expect(far?.diagnostics.first?.hint?.contains("haproxy, nginx, plain, prometheus") == true)
    }

    @Test("set up a directory that works as it is and harms nothing", arguments: Profile.bundled.map(\.name))
    func starter(name: String) throws {
        let profile = try Profile.load(name)
        let files = profile.starterFiles()
        #expect(files.map(\.path) == ["headgate.yaml", profile.template, "services.yaml"])
        let directory = try TemporaryDirectory()
        for file in files { try directory.write(file.contents, to: file.path) }
        let settings = try loadSettings(path: "headgate.yaml", workingDirectory: directory.path)
        let target = try #require(settings.targets.first)
        #expect(settings.registries.map(\.url) == [.file(path: "services.yaml")])
        #expect(target.name == name && target.profile == name && target.registry == "main")
        #expect(target.check == nil && target.reload == nil, "a first try must not touch a running balancer")
        #expect(target.files.map(\.destination).allSatisfy { $0?.hasPrefix(directory.path) == true })
        #expect(target.quoting == profile.quoting)

        // The commands that the comments name are the profile's.
        var earnest = files[0].contents.replacing("    check: off\n", with: "").replacing("    reload: off\n", with: "")
        earnest = earnest.replacing("    #   check:  ", with: "    check: ").replacing(
            "    #   reload: ",
            with: "    reload: "
        )
        if profile.check?.isolation != .mount {
            try directory.write(earnest, to: "headgate.yaml")
            let target = try loadSettings(path: "headgate.yaml", workingDirectory: directory.path).targets[0]
            #expect(
                (target.check == nil) == (profile.check == nil) && (target.reload == nil) == (profile.reload == nil)
            )
        }
    }

    @Test("show values in the starter that can be taken as they are")
    func exampleValues() throws {
        for profile in Profile.bundled {
            guard let example = profile.example else { continue }
            let directory = try TemporaryDirectory()
            let all = example.split(separator: "\n").map { line in
                line.hasPrefix("# ") ? String(line.dropFirst(2)) : String(line)
            }
            let path = try directory.write(all.joined(separator: "\n"), to: "values.yaml")
            guard case .map(let values) = try loadValues(path) else {
                Issue.record("the example of \(profile.name) is no map")
                continue
            }
            for key in values.keys {
                #expect(
                    profile.templateContents.contains("\"\(key)\""),
                    "\(profile.name) does not know the value \(key)"
                )
            }
        }
    }
}
