import Diagnostics
import Settings
import Testing

@Suite("Flags in place of a configuration file")
struct AdHocTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        for name in ["a.tmpl", "b.tmpl", "c:d.tmpl", "sub/a.tmpl"] { try directory.write("x", to: name) }
    }

    private func settings(
        registries: [String] = [],
        templates: [String] = [],
        profile: String? = nil,
    ) throws(SettingsFaults) -> Settings {
        try AdHocSettings(
            registries: registries,
            templates: templates,
            profile: profile,
            values: .map(["a": .int(1)]),
            missingKey: .error,
            workingDirectory: directory.path
        ).settings()
    }

    private func messages(registries: [String] = [], templates: [String] = [], profile: String? = nil) -> [String] {
        do {
            _ = try settings(registries: registries, templates: templates, profile: profile)
            return []
        } catch {
            return error.diagnostics.map(\.message)
        }
    }

    @Test("make a target of each template, named after its output")
    func targets() throws {
        let settings = try settings(
            registries: ["file:s.yaml", "other=file:///etc/o"],
            templates: [
                "a.tmpl:/etc/haproxy/haproxy.cfg:systemctl reload haproxy: now", "b.tmpl:out/x y.cfg",
                "c\\:d.tmpl:/srv/haproxy.cfg:", "a.tmpl",
            ]
        )
        #expect(settings.registries.map(\.name) == ["main", "other"])
        #expect(settings.registries.map(\.url) == [.file(path: "s.yaml"), .file(path: "/etc/o")])
        #expect(settings.targets.map(\.name) == ["haproxy.cfg", "x_y.cfg", "haproxy.cfg-2", "a.tmpl"])
        #expect(settings.targets.map(\.files[0].template) == ["a.tmpl", "b.tmpl", "c:d.tmpl", "a.tmpl"])
        #expect(
            settings.targets.map(\.files[0].destination)
                == ["/etc/haproxy/haproxy.cfg", "\(directory.path)/out/x y.cfg", "/srv/haproxy.cfg", nil]
        )
        #expect(
            settings.targets.map(\.reload?.command?.line) == [.shell("systemctl reload haproxy: now"), nil, nil, nil]
        )
        #expect(settings.targets.allSatisfy { $0.registry == "main" && $0.values == .map(["a": .int(1)]) })
        #expect(settings.targets.allSatisfy { $0.missingKey == .error && $0.check == nil })
    }

    @Test("take check, reload, destination and template from a profile")
    func profile() throws {
        let profile = try Profile.load("haproxy")
        let alone = try settings(profile: "haproxy").targets
        #expect(alone.map(\.files[0].destination) == ["/etc/haproxy/haproxy.cfg"])
        #expect(alone[0].files[0].contents == profile.templateContents && alone[0].registry == nil)
        let own = try settings(templates: ["a.tmpl::", "b.tmpl:/x:reload it"], profile: "haproxy").targets
        #expect(own.map(\.files[0].destination) == ["/etc/haproxy/haproxy.cfg", "/x"])
        #expect(
            own.map(\.check) == [profile.check, profile.check]
                && own.map(\.quoting) == [profile.quoting, profile.quoting]
        )
        #expect(own.map(\.reload?.command?.line) == [profile.reload?.command?.line, .shell("reload it")])
    }

    @Test("have all their faults told at once")
    func faults() {
        #expect(messages() == ["there is no template"])
        #expect(
            messages(
                registries: ["file:a", "file:b", "gopher://x", "a/b=file:c"],
                templates: [":/out", "a.tmpl::reload", "no.tmpl:/y", "a.tmpl:/x", "b.tmpl:/./x"],
                profile: "haprox"
            )
                == [
                    "there are two registries `main`",
                    "`--registry gopher://x`: there is no kind of registry `gopher:`",
                    "`a/b` in `--registry a/b=file:c` cannot be the name of a registry",
                    "there is no profile `haprox`", "`--template :/out` has no input",
                    "`--template a.tmpl::reload` has a command but no output",
                    "the template `no.tmpl` cannot be read: No such file or directory", "two templates write `/x`",
                ]
        )
    }

    @Test(
        "name registries by their addresses",
        arguments: [
            ("file:a.yaml", "a.yaml"), ("file:/a", "/a"), ("file:///a b", "/a b"), ("file://localhost/a", "/a"),
            ("file:../a=b", "../a=b"), ("file:/a%20b", "/a%20b"), ("file:C:x", "C:x"),
        ]
    )
    func addresses(text: String, path: String) throws {
        #expect(try RegistryURL(parsing: text) == .file(path: path))
        #expect(try settings(registries: [text], templates: ["a.tmpl"]).registries.map(\.url) == [.file(path: path)])
    }

    @Test(
        "refuse what is no registry's address, with a hint",
        arguments: [
            (
                "", "the registry's address is empty",
                "write `file:PATH` for a registry file or a directory of them, `consul://HOST:PORT` for a Consul agent"
            ),
            (
                "services.yaml", "`services.yaml` is not a registry's address",
                "write `file:services.yaml` for a registry file or a directory of them, `consul://HOST:PORT` for a Consul agent"
            ),
            (
                "/etc/x:y", "`/etc/x:y` is not a registry's address",
                "write `file:/etc/x:y` for a registry file or a directory of them, `consul://HOST:PORT` for a Consul agent"
            ),
            ("file:", "`file:` has no path", "write `file:services.yaml`"),
            ("file://", "`file://` has no path", "write `file:services.yaml`"),
            (
                "file://etc/x", "`file://etc/x` names the host `etc`, and files are read on this machine only",
                "write `file:etc/x` for a relative path, `file:/etc/x` for an absolute one"
            ),
            ("fiel:x", "there is no kind of registry `fiel:`", "did you mean `file:`?"),
            (
                "zookeeper://x", "there is no kind of registry `zookeeper:`",
                "write `file:PATH` for a registry file or a directory of them"
            ),
        ]
    )
    func refused(text: String, message: String, hint: String) {
        #expect(throws: RegistryURLFault(message: message, hint: hint)) { _ = try RegistryURL(parsing: text) }
    }
}
