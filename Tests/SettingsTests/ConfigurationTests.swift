import FoundationEssentials
import Settings
import Testing

@Suite("A configuration that is right")
struct ConfigurationTests {
    @Test("gives every setting that is in force")
    func everything() throws {
        let settings = try load(
            """
            registries:
              main: {url: "file:services.yaml", hostnames: true}
              other: file:/etc/other
            targets:
              edge:
                files:
                  - {template: a.tmpl, destination: /etc/x/a.cfg, mode: "0640", user: root, group: 12, create_directories: yes}
                  - contents: "<< .x >>"
                    destination: out/./b.cfg
                    mode: 0600
                    delimiters: ["<<", ">>"]
                values: {domain: example.com, ports: [80, 443], half: 0.5, none: null, on: yes}
                registry: other
                check: {command: [check, "{staged_dir}", ""], timeout: 5s, isolation: none}
                reload: systemctl reload x
                untrusted: off
                culprits: off
                sensitive: true
                wait: {min: 200ms, max: 3s}
                reload_interval: 2s
                missing_key: error
            state_dir: state
            log: {level: debug, format: json}
            """
        )
        #expect(settings.registries.map(\.name) == ["main", "other"])
        #expect(settings.registries.map(\.url) == [.file(path: "services.yaml"), .file(path: "/etc/other")])
        #expect(settings.registries.map(\.hostnames) == [true, false])
        #expect(settings.log.level == .debug && settings.log.format == .json)
        #expect(settings.stateDirectory?.hasSuffix("/state") == true && settings.stateDirectory?.hasPrefix("/") == true)
        #expect(settings.sources == ["headgate.yaml"])

        let target = try #require(settings.targets.first)
        #expect(target.name == "edge" && target.registry == "other")
        #expect(
            target.untrusted == .off && target.culpritRetry == nil && target.sensitive && target.missingKey == .error
        )
        #expect(target.wait == WaitSettings(min: .milliseconds(200), max: .seconds(3)))
        #expect(target.reloadInterval == .seconds(2))
        #expect(
            target.check?.command == CommandSettings(.arguments(["check", "{staged_dir}", ""]), timeout: .seconds(5))
        )
        #expect(target.reload == ReloadSettings(CommandSettings(.shell("systemctl reload x"))))
        #expect(
            target.values
                == .map([
                    "domain": .string("example.com"), "ports": .list([.int(80), .int(443)]), "half": .float(0.5),
                    "none": .null, "on": .bool(true),
                ])
        )

        let first = target.files[0]
        #expect(first.template == "a.tmpl" && first.contents == nil && first.destination == "/etc/x/a.cfg")
        #expect(first.mode == 0o640 && first.user == "root" && first.group == "12" && first.createDirectories)
        let second = target.files[1]
        #expect(second.contents == "<< .x >>" && second.mode == 0o600)
        #expect(second.destination?.hasSuffix("/out/b.cfg") == true && second.destination?.hasPrefix("/") == true)
        #expect(second.leftDelimiter == "<<" && second.rightDelimiter == ">>")
    }

    @Test("may run the balancer: its signal reloads the targets that say nothing themselves")
    func exec() throws {
        let settings = try load(
            """
            exec: {command: [haproxy, -W, ""], reload_signal: usr2, kill_signal: SIGUSR1, kill_timeout: 1m}
            targets:
              profiled: {profile: haproxy}
              own: {files: [{template: a.tmpl, destination: /a}], reload: own}
              none: {files: [{template: a.tmpl, destination: /b}], reload: off}
              plain: {files: [{template: a.tmpl, destination: /c}]}
            """
        )
        let exec = try #require(settings.exec)
        #expect(exec.arguments == ["haproxy", "-W", ""])
        #expect(exec.reloadSignal == .user2 && exec.killSignal == .user1 && exec.killTimeout == .seconds(60))
        #expect(settings.targets.map(\.reload?.signal) == [.user2, nil, nil, .user2])
        #expect(settings.targets.map(\.reload?.command?.line) == [nil, .shell("own"), nil, nil])
        let silent = try load(
            """
            exec: {command: haproxy -W, reload_signal: none}
            targets: {edge: {profile: haproxy}}
            """
        )
        #expect(silent.exec?.arguments == ["/bin/sh", "-c", "haproxy -W"])
        #expect(silent.targets.map(\.reload) == [nil])
    }

    @Test("takes relative paths from the directory of the file")
    func relativePaths() throws {
        let directory = try TemporaryDirectory()
        try directory.write("x", to: "conf/a.tmpl")
        try directory.write("{port: 80}", to: "conf/values")
        try directory.write(
            """
            registries: {main: "file:s.yaml"}
            targets: {t: {files: [{template: a.tmpl, destination: ../out}], values_file: values}}
            """,
            to: "conf/headgate.yaml"
        )
        let settings = try loadSettings(path: "conf/headgate.yaml", workingDirectory: directory.path)
        #expect(settings.registries[0].url == .file(path: "conf/s.yaml"))
        #expect(settings.targets[0].files[0].template == "conf/a.tmpl")
        #expect(settings.targets[0].files[0].destination == "\(directory.path)/conf/../out")
        #expect(settings.targets[0].values == .map(["port": .int(80)]))
    }

    @Test("may be a directory, whose files are merged in the order of their names")
    func directory() throws {
        let directory = try TemporaryDirectory()
        try directory.write("targets: {b: {files: {contents: b, destination: b}}}\n", to: "c/20.yml")
        try directory.write(
            #"{"targets": {"a": {"files": [{"contents": "a\u00e9", "destination": "a"}]}}}"#,
            to: "c/10.json"
        )
        try directory.write("registries: {main: 'file:s'}\n", to: "c/30.yaml")
        try directory.write("this is: [not read", to: "c/readme.txt")
        try directory.write("this is: [not read", to: "c/.hidden.yaml")
        let settings = try loadSettings(path: "c", workingDirectory: directory.path)
        #expect(settings.targets.map(\.name) == ["a", "b"])
        #expect(settings.targets[0].files[0].contents == "aé")
        #expect(settings.targets.map(\.registry) == ["main", "main"])
        #expect(settings.sources == ["c/10.json", "c/20.yml", "c/30.yaml"])
    }

    @Test(
        "waits as it is told",
        arguments: [
            ("1s", WaitSettings(min: .seconds(1), max: .seconds(4))), ("0", WaitSettings(min: .zero, max: .zero)),
            ("{min: 2s}", WaitSettings(min: .seconds(2), max: .seconds(8))),
            ("{max: 50ms}", WaitSettings(min: .milliseconds(50), max: .milliseconds(50))),
            ("{}", WaitSettings()),
        ]
    )
    func wait(text: String, expected: WaitSettings) throws {
        let settings = try load("targets: {t: {files: {template: a.tmpl, destination: /x}, wait: \(text)}}")
        #expect(settings.targets[0].wait == expected)
    }

    @Test("says how a reload is proven, with paths from the directory of the file")
    func reloads() throws {
        let directory = try TemporaryDirectory()
        try directory.write(
            """
            targets:
              a:
                files: {contents: a, destination: a}
                reload: {master: run/m.sock, timeout: 5s}
                max_draining: 0
              b:
                files: {contents: b, destination: b}
                reload: {command: x, pid_file: /run/p, error_log: e, settle: 1s, not_running: ok}
              c: {profile: nginx, max_draining: 4}
              d: {profile: nginx, files: {contents: d, destination: d}, reload: nginx -s reload}
            """,
            to: "conf/headgate.yaml"
        )
        let targets = try loadSettings(path: "conf/headgate.yaml", workingDirectory: directory.path).targets
        let reloads = try targets.map { try #require($0.reload) }
        #expect(reloads[0].command == nil && reloads[0].timeout == .seconds(5) && reloads[0].maxDraining == 0)
        #expect(reloads[0].proof == .master(socket: "\(directory.path)/conf/run/m.sock"))
        #expect(reloads[0].settleTime == .seconds(10) && reloads[0].notRunning == .error)
        #expect(reloads[1].command?.line == .shell("x") && reloads[1].command?.directory == "conf")
        #expect(reloads[1].proof == .workers(pidFile: "/run/p", errorLog: "\(directory.path)/conf/e"))
        #expect(reloads[1].settleTime == .seconds(1) && reloads[1].notRunning == .ok)
        #expect(reloads[2].proof == .workers(pidFile: "/run/nginx.pid", errorLog: "/var/log/nginx/error.log"))
        #expect(reloads[2].maxDraining == 4 && reloads[2].notRunning == .ok && reloads[2].settleTime == .seconds(3))
        #expect(reloads[3] == ReloadSettings(CommandSettings(.shell("nginx -s reload"), directory: "conf")))
    }

    @Test("says how HAProxy is changed live, with absolute paths")
    func live() throws {
        let directory = try TemporaryDirectory()
        try directory.write(
            """
            targets:
              a: {files: {contents: a, destination: a}, reload: x, live: run/s}
              b:
                files: {contents: b, destination: b}
                reload: x
                live: {socket: /run/b, config: [b, conf.d], cut_after: 10m, drift: repair, drift_interval: 5s}
              c: {profile: haproxy, live: off}
            """,
            to: "conf/headgate.yaml"
        )
        let targets = try loadSettings(path: "conf/headgate.yaml", workingDirectory: directory.path).targets
        let simple = try #require(targets[0].live)
        #expect(simple.socket == "\(directory.path)/conf/run/s" && simple.configuration.isEmpty)
        #expect(simple.cutAfter == nil && simple.drift == .report && simple.driftInterval == .seconds(30))
        let full = try #require(targets[1].live)
        #expect(full.socket == "/run/b" && full.cutAfter == .seconds(600))
        #expect(full.configuration == ["\(directory.path)/conf/b", "\(directory.path)/conf/conf.d"])
        #expect(full.drift == .repair && full.driftInterval == .seconds(5))
        #expect(targets[2].live == nil)
    }

    @Test("has its profile's check, reload, quoting, template and destination unless it says otherwise")
    func profile() throws {
        let plain = try load("targets: {t: {profile: haproxy}}").targets[0]
        let profile = try Profile.load("haproxy")
        #expect(plain.profile == "haproxy" && plain.check == profile.check && plain.reload == profile.reload)
        #expect(plain.quoting == profile.quoting && plain.quoting != nil)
        #expect(plain.files.map(\.destination) == ["/etc/haproxy/haproxy.cfg"])
        #expect(plain.files[0].contents == profile.templateContents)

        let own = try load(
            """
            targets:
              t: {profile: haproxy, check: off, reload: [reload, me], files: [{template: a.tmpl, destination: /x}]}
              u: {profile: haproxy, reload: false, files: [{destination: /y}]}
            """
        )
        #expect(own.targets[0].check == nil && own.targets[0].reload?.command?.line == .arguments(["reload", "me"]))
        #expect(own.targets[0].files[0].template == "a.tmpl" && own.targets[0].files[0].contents == nil)
        #expect(own.targets[1].reload == nil && own.targets[1].check == profile.check)
        #expect(own.targets[1].files[0].contents == profile.templateContents)
    }

    @Test("shares values by anchors and merge keys")
    func anchors() throws {
        let settings = try load(
            """
            targets:
              a: &a
                files: [{template: a.tmpl, destination: /a}]
                sensitive: true
                wait: 2s
              b:
                <<: *a
                files: [{template: a.tmpl, destination: /b}]
                wait: 3s
            """
        )
        #expect(settings.targets.map(\.sensitive) == [true, true])
        #expect(settings.targets.map(\.wait.min) == [.seconds(2), .seconds(3)])
        #expect(settings.targets.map(\.files[0].destination) == ["/a", "/b"])
    }
}

@Suite("A configuration named in another way")
struct ConfigurationSpellingTests {
    @Test("writes to the same place", arguments: ["x/headgate.yaml", "./x/../x/headgate.yaml", "link/headgate.yaml"])
    func places(path: String) throws {
        let directory = try TemporaryDirectory()
        try directory.write("targets: {t: {files: [{contents: x, destination: out}]}}\n", to: "x/headgate.yaml")
        try FileManager.default.createSymbolicLink(
            atPath: "\(directory.path)/link",
            withDestinationPath: "\(directory.path)/x"
        )
        let settings = try loadSettings(path: path, workingDirectory: directory.path)
        let destination = try #require(settings.targets.first?.files.first?.destination)
        #expect(destination.hasSuffix("/x/out") && !destination.contains(".."))
    }

    @Test("makes a file for each service", arguments: [("services", nil), ("{services: edge}", "edge")])
    func forEach(written: String, tag: String?) throws {
        let settings = try load(
            """
            targets:
              edge:
                files:
                  - {template: a.tmpl, destination: "/etc/s/{each}.cfg", for_each: \(written)}
                  - {template: a.tmpl, destination: /etc/main.cfg}
                check: [check, "{staged_dir}"]
                values: {domain: example.com}
            """
        )
        let target = try #require(settings.targets.first)
        #expect(target.files.map(\.forEach) == [.services(tag: tag), nil])
        #expect(target.files.map(\.destination) == ["/etc/s/{each}.cfg", "/etc/main.cfg"])
    }

    @Test(
        "says what is done about an instance that the check refuses",
        arguments: [
            ("", Duration.seconds(60)), ("culprits: set-aside", .seconds(60)), ("culprits: {retry: 5s}", .seconds(5)),
            ("culprits: off", nil),
        ]
    )
    func culprits(written: String, retry: Duration?) throws {
        let settings = try load("targets:\n  a:\n    files: [{template: a.tmpl, destination: /x}]\n    \(written)\n")
        #expect(settings.targets.map(\.culpritRetry) == [retry])
    }
}
