import Diagnostics
import Settings
import Testing

/// A fault that a configuration has: what is told, where, and what to do.
struct PlantedFault: CustomTestStringConvertible, Sendable {
    var configuration: String
    /// The text that the caret points to, at its first occurrence.
    var place: String
    var message: String
    var hint: String?

    init(_ configuration: String, at place: String, _ message: String, hint: String? = nil) {
        self.configuration = configuration
        self.place = place
        self.message = message
        self.hint = hint
    }

    /// A fault among the keys of a target that is otherwise right.
    static func target(_ keys: String, at place: String, _ message: String, hint: String? = nil) -> PlantedFault {
        PlantedFault(
            "targets:\n  edge:\n    files: [{template: a.tmpl, destination: /x}]\n    \(keys)\n",
            at: place,
            message,
            hint: hint
        )
    }

    /// What is said where a check looks at one file and the target has more.
    static let waysToCheckSeveral =
        "write `{staged_dir}`, a directory with all of them; or with `isolation: mount` the destination's own path, where "
        + "the staged files lie then"

    /// A fault among the keys of a file.
    static func file(_ keys: String, at place: String, _ message: String, hint: String? = nil) -> PlantedFault {
        PlantedFault("targets:\n  edge:\n    files:\n      - {\(keys)}\n", at: place, message, hint: hint)
    }

    /// A fault of `exec`.
    static func exec(_ value: String, at place: String, _ message: String, hint: String? = nil) -> PlantedFault {
        PlantedFault(
            "exec: \(value)\ntargets:\n  edge:\n    files: [{template: a.tmpl, destination: /x}]\n",
            at: place,
            message,
            hint: hint
        )
    }

    var testDescription: String { message }
}

@Suite("A fault of the configuration")
struct ConfigurationFaultTests {
    @Test(
        "is told with its place and a hint",
        arguments: ofShape + ofValues + ofFiles + ofForEach + ofCommands + ofReloads + ofNames + ofExec + ofLive
    )
    func planted(fault: PlantedFault) throws {
        let found = try faults(fault.configuration)
        #expect(found.map(\.message) == [fault.message])
        let first = try #require(found.first)
        #expect(first.hint == fault.hint)
        let position = try #require(first.position)
        #expect([position.line, position.column] == place(of: fault.place, in: fault.configuration))
        #expect(position.file == "headgate.yaml")
        #expect(first.sourceLine?.isEmpty == false)
    }

    static let ofLive: [PlantedFault] = [
        .target(
            "live: {socket: /x}",
            at: "live",
            "the target `edge` has `live` and no `reload`, and not every change can be made live",
            hint: "add `reload:`, such as `reload: {master: /run/haproxy-master.sock}`"
        ),
        .target(
            "live: {config: [/x]}",
            at: "live",
            "`live` does not say where HAProxy takes commands",
            hint: "add `socket:` with the path of a `stats socket` of `level admin`"
        ),
        .target(
            "live: {socket: /x, drift: mend}",
            at: "mend",
            "`drift` has to be one of report, repair, off, not `mend`"
        ),
        .target(
            "live: {socket: /x, cut_after: never}",
            at: "never",
            "`cut_after` has to be a duration, not `never`",
            hint: "write a number and its unit: 500ms, 2s, 1m30s, 1h"
        ),
        .target(
            "live: {socket: /x, drift_interval: 0s}",
            at: "0s",
            "`drift_interval` has to be longer than 0",
            hint: "write a limit, such as 30s"
        ),
        PlantedFault(
            """
            targets:
              a: {files: {contents: a, destination: /a}, reload: x, live: /run/s}
              b: {files: {contents: b, destination: /b}, reload: x, live: {socket: "/run/../run/s"}}
            """,
            at: "\"/run/../run/s\"",
            "the targets `a` and `b` both change the HAProxy at `/run/s`",
            hint: "put all files of one HAProxy into one target, or take `live` out of one of them"
        ),
    ]

    static let ofExec: [PlantedFault] = [
        .exec(
            "{reload_signal: SIGHUP}",
            at: "exec",
            "`exec` has no `command`",
            hint: "write `command: [program, argument]`"
        ),
        .exec(
            "{command: [x], kill_signal: SIGTREM}",
            at: "SIGTREM",
            "`kill_signal` has to be one of SIGHUP, SIGINT, SIGQUIT, SIGKILL, SIGUSR1, SIGUSR2, SIGTERM, SIGWINCH"
        ),
        .exec(
            "{command: [x], kill_timeout: 5}",
            at: "5",
            "`kill_timeout` has to be a duration, not the number 5",
            hint: "a number needs a unit: 5s, or 5ms"
        ),
        .exec(
            "{command: [x], signal: HUP}",
            at: "signal",
            "`exec` has no key `signal`",
            hint: "did you mean `reload_signal`?"
        ),
    ]

    static let ofShape: [PlantedFault] = [
        PlantedFault(
            "targets:\n  a:\n    profil: plain\n    files: [{template: a.tmpl, destination: /x}]\n",
            at: "profil",
            "the target `a` has no key `profil`",
            hint: "did you mean `profile`?"
        ),
        PlantedFault(
            "target: {}\n",
            at: "target",
            "the configuration has no key `target`",
            hint: "did you mean `targets`?"
        ),
        PlantedFault(
            "status: {listen: x}\ntargets: {t: {profile: haproxy}}\n",
            at: "status",
            "`status` is not supported by this version of headgate yet",
            hint: "take it out; `headgate status` speaks over the socket in the state directory"
        ),
        .target(
            "guard: {empty: never}",
            at: "never",
            "`empty` has to be a duration, not `never`",
            hint: "write a number and its unit: 500ms, 2s, 1m30s, 1h"
        ),
        .target(
            "guard: {mass_loss: 0.5}",
            at: "0.5",
            "`mass_loss` has to be a percentage, not the number 0.5",
            hint: "write 0% to 100%, such as 50%"
        ),
        .target(
            "drain: 30",
            at: "30",
            "`drain` has to be a duration, not the number 30",
            hint: "a number needs a unit: 30s, or 30ms"
        ),
        .target(
            "damp: {changes: 0}",
            at: "0",
            "`changes` has to be a whole number above 0, not the number 0",
            hint: "more changes than this within `window` make an instance flap, such as 5"
        ),
        .target(
            "damp: {quiet: 0}",
            at: "0",
            "`quiet` has to be longer than 0",
            hint: "write a limit, such as 30s"
        ),
        .target(
            "damp: {chnages: 5}",
            at: "chnages",
            "`damp` has no key `chnages`",
            hint: "did you mean `changes`?"
        ),
        .target(
            "damp: 5",
            at: "5",
            "`damp` has to be a map, not the number 5",
            hint: "write it as keys and values: changes, window, quiet, …"
        ),
        PlantedFault(
            "targets: [a, b]\n",
            at: "[a",
            "`targets` has to be a map with a name for each, not a list",
            hint: "write a name, and below it `profile:` or `files:`"
        ),
        PlantedFault(
            "targets:\n",
            at: "targets",
            "`targets` has to be a map with a name for each, not empty",
            hint: "write a name, and below it `profile:` or `files:`"
        ),
        PlantedFault(
            "targets: {}\n",
            at: "{}",
            "`targets` has to be a map with a name for each, not empty",
            hint: "write a name, and below it `profile:` or `files:`"
        ),
        .target(
            "template: a.tmpl",
            at: "template: a.tmpl\n",
            "the target `edge` has no key `template`",
            hint: "did you mean `files: [{template: …, destination: …}]`?"
        ),
        PlantedFault(
            "targets:\n  t: 5\n",
            at: "5",
            "the target `t` has to be a map, not the number 5",
            hint: "write it as keys and values: profile, files, values, …"
        ),
        PlantedFault(
            "targets:\n  t:\n    profile: haproxy\n  t:\n    profile: nginx\n",
            at: "t:\n    profile: n",
            "the key `t` is said twice",
            hint: "keep one of them"
        ),
        PlantedFault(
            "targets:\n  t:\n\tprofile: x\n",
            at: "\tprofile",
            "a tab is used for indentation, and YAML allows only spaces",
            hint: "replace the tab by spaces"
        ),
        PlantedFault(
            "targets:\n  a: b: c\n",
            at: ": c",
            "this is not YAML: mapping values are not allowed in this context",
            hint: "put a value that holds `: ` in quotes, and look at the indentation"
        ),
        PlantedFault(
            "targets: {t: {profile: !secret haproxy}}\n",
            at: "!secret",
            "the tag `!secret` means nothing here",
            hint: "take it out"
        ),
    ]

    static let ofValues: [PlantedFault] = [
        .target(
            "wait: 5",
            at: "5\n",
            "`wait` has to be a duration, not the number 5",
            hint: "a number needs a unit: 5s, or 5ms"
        ),
        .target(
            "wait: {min: 5 s}",
            at: "5 s",
            "`min` has to be a duration, not `5 s`",
            hint: "write a number and its unit: 500ms, 2s, 1m30s, 1h"
        ),
        .target(
            "wait: {min: 5s, max: 1s}",
            at: "1s",
            "`max` is shorter than `min`",
            hint: "changes wait at least `min` and at most `max`"
        ),
        .target(
            "reload_interval: soon",
            at: "soon",
            "`reload_interval` has to be a duration, not `soon`",
            hint: "write a number and its unit: 500ms, 2s, 1m30s, 1h"
        ),
        .target("sensitive: maybe", at: "maybe", "`sensitive` has to be true or false, not `maybe`"),
        .target(
            "untrusted: reprot",
            at: "reprot",
            "`untrusted` has to be one of set-aside, report, off, not `reprot`",
            hint: "did you mean `report`?"
        ),
        .target(
            "missing_key: 7",
            at: "7",
            "`missing_key` has to be one of default, zero, error, not the number 7"
        ),
        .target(
            "values: values.yaml",
            at: "values.yaml",
            "`values` has to be a map, not `values.yaml`",
            hint: "a file is named by `values_file: PATH`"
        ),
        .target(
            "values_file: no.yaml",
            at: "no.yaml",
            "`no.yaml` cannot be read: No such file or directory",
            hint: "check the path"
        ),
        PlantedFault(
            "targets: {t: {profile: haproxy}}\nlog: {level: warn}\n",
            at: "warn",
            "`level` has to be one of trace, debug, info, notice, warning, error, not `warn`"
        ),
        PlantedFault(
            "targets: {t: {profile: haproxy}}\nstate_dir:\n",
            at: "state_dir",
            "`state_dir` has no value",
            hint: "write one, or take the key out"
        ),
    ]

    static let ofFiles: [PlantedFault] = [
        .file(
            "tmplate: a.tmpl, contents: x, destination: /x",
            at: "tmplate",
            "a file has no key `tmplate`",
            hint: "did you mean `template`?"
        ),
        .file(
            "source: a.tmpl, contents: x, destination: /x",
            at: "source",
            "a file has no key `source`",
            hint: "did you mean `template`?"
        ),
        .file(
            "template: b.tmpl, destination: /x",
            at: "b.tmpl",
            "the template `b.tmpl` cannot be read: No such file or directory",
            hint: "check the path"
        ),
        .file(
            "template: a.tmpl, destination: /x, for_each: services",
            at: "/x",
            "all files of this `for_each` would have the path `/x`",
            hint: "write `{each}` where the service's name belongs"
        ),
        .file(
            "template: a.tmpl, destination: \"/x/{each}\"",
            at: "\"/x/{each}\"",
            "`{each}` stands for nothing here",
            hint: "add `for_each: services`, or take it out"
        ),
        .file(
            "template: a.tmpl, destination: \"/x/{each}\", for_each: nodes",
            at: "nodes",
            "`for_each` has to be services, not `nodes`",
            hint: "write `for_each: services`, or `for_each: {services: TAG}` for those with a tag"
        ),
        .file(
            "template: a.tmpl, destination: \"/x/{each}\", for_each: {}",
            at: "{}",
            "`for_each` has to be services, not a map",
            hint: "write `for_each: services`, or `for_each: {services: TAG}` for those with a tag"
        ),
        .file(
            "template: a.tmpl, destination: \"/x/{each}\", for_each: {service: a}",
            at: "service: a}",
            "`for_each` has no key `service`",
            hint: "did you mean `services`?"
        ),
        .file("template: a.tmpl", at: "{template", "the file has no destination", hint: "add `destination: PATH`"),
        .file(
            "destination: /x",
            at: "{destination",
            "the file has no template",
            hint: "add `template: FILE`, or `contents: TEXT`"
        ),
        .file(
            "template: a.tmpl, contents: x, destination: /x",
            at: "contents",
            "the file has `contents` as well as a `template`",
            hint: "keep one of them"
        ),
        .file(
            "template: a.tmpl, destination: /etc/",
            at: "/etc/",
            "`/etc/` is a directory, not a file",
            hint: "add the file's name"
        ),
        .file(
            "template: a.tmpl, destination: [/x]",
            at: "[/x]",
            "`destination` has to be text, not a list"
        ),
        .file(
            "template: a.tmpl, destination: yes",
            at: "yes",
            "`destination` has to be text, not `yes`, which is true or false",
            hint: "put it in quotes if it is meant as text: \"yes\""
        ),
        .file(
            "template: a.tmpl, destination: /x, mode: 640",
            at: "640",
            "`mode` has to be permission bits, not the number 640",
            hint: "write it as for chmod, in octal with a leading 0 and in quotes: \"0640\""
        ),
        .file(
            "template: a.tmpl, destination: /x, mode: \"0689\"",
            at: "\"0689\"",
            "`mode` has to be permission bits, not `0689`",
            hint: "write it as for chmod, in octal with a leading 0 and in quotes: \"0640\""
        ),
        .file(
            "template: a.tmpl, destination: /x, delimiters: \"<<\"",
            at: "\"<<\"",
            "`delimiters` has to be a list of two, not `<<`",
            hint: "write `delimiters: [\"<<\", \">>\"]`"
        ),
        .file(
            "template: a.tmpl, destination: /x, delimiters: [\"%\", \"%\"]",
            at: "[\"%\"",
            "the delimiters are the same",
            hint: "write `delimiters: [\"<<\", \">>\"]`"
        ),
        PlantedFault(
            "targets:\n  t: {reload: x}\n",
            at: "t:",
            "the target `t` has no files",
            hint: "add `files:` with a template and a destination"
        ),
        PlantedFault(
            "targets:\n  t: {profile: plain}\n",
            at: "t:",
            "the target `t` has no files, and its profile `plain` has no destination",
            hint: "add `files:` with a destination"
        ),
        PlantedFault(
            "targets:\n  t: {files: a.tmpl}\n",
            at: "a.tmpl",
            "`files` has to be a list of files, not `a.tmpl`",
            hint: "write `- {template: FILE, destination: PATH}`"
        ),
    ]

    /// A target with a file for each service and these keys.
    private static func forEach(_ keys: String, at place: String, _ message: String, hint: String) -> PlantedFault {
        PlantedFault(
            "targets:\n  a:\n    files: [{template: a.tmpl, destination: \"/x/{each}\", for_each: services}]\n    \(keys)\n",
            at: place,
            message,
            hint: hint
        )
    }

    static let ofForEach: [PlantedFault] = [
        .target(
            "culprits: set_aside",
            at: "set_aside",
            "`culprits` has to be one of set-aside, off, not `set_aside`",
            hint: "did you mean `set-aside`?"
        ),
        .target(
            "culprits: {retry: 0}",
            at: "0}",
            "`retry` has to be longer than 0",
            hint: "write a limit, such as 30s"
        ),
        forEach(
            "check: [check, \"{staged}\"]",
            at: "{staged}",
            "`{staged}` is one file, and the target has one for each service",
            hint: PlantedFault.waysToCheckSeveral
        ),
        forEach(
            "values: {each: mine}",
            at: "{each: mine}",
            "the value `each` is the service's name with `for_each`",
            hint: "call yours something else"
        ),
    ]

    static let ofReloads: [PlantedFault] = [
        .target(
            "reload: {command: x, master: /m, pid_file: /p}",
            at: "pid_file",
            "`pid_file` and `master` prove the reload of different balancers",
            hint: "`master` is HAProxy's master CLI, `pid_file` is NGINX's: keep one of them"
        ),
        .target(
            "reload: {command: x, error_log: /e}",
            at: "error_log",
            "`error_log` says nothing without `pid_file`",
            hint: "add `pid_file:` with the path of NGINX's pid file"
        ),
        .target(
            "reload: {pid_file: /p}",
            at: "reload",
            "`reload` has no `command`",
            hint: "write `command: [program, argument]`, or `reload: off`"
        ),
        .target(
            "reload: {command: x, settle: 3s}",
            at: "settle",
            "`settle` needs something that the balancer can be seen by",
            hint: "add `master:` (HAProxy's master CLI) or `pid_file:` (NGINX's)"
        ),
        .target(
            "reload: {command: x, not_running: ok}",
            at: "not_running",
            "`not_running` needs something that the balancer can be seen by",
            hint: "add `master:` (HAProxy's master CLI) or `pid_file:` (NGINX's)"
        ),
        .target(
            "reload: {master: /m, not_running: okay}",
            at: "okay",
            "`not_running` has to be one of ok, error, not `okay`",
            hint: "did you mean `ok`?"
        ),
        .target(
            "reload: {master: /m, settle: 0}",
            at: "0}",
            "`settle` has to be longer than 0",
            hint: "write a limit, such as 30s"
        ),
        .target("reload: {master: [a]}", at: "[a]", "`master` has to be text, not a list"),
        .target(
            "reload: x\n    max_draining: 3",
            at: "max_draining",
            "`max_draining` needs something that old processes can be counted by",
            hint: "give `reload` a `master:` (HAProxy's master CLI) or a `pid_file:` (NGINX's)"
        ),
        .target(
            "max_draining: few",
            at: "few",
            "`max_draining` has to be a number of processes, not `few`",
            hint: "write a whole number from 0 on"
        ),
    ]

    static let ofCommands: [PlantedFault] = [
        .target(
            "reload: []",
            at: "[]",
            "`reload` is an empty list",
            hint: "write a program and its arguments, or `reload: off`"
        ),
        .target("reload: [[a]]", at: "[a]", "the program has to be text, not a list"),
        .target(
            "reload: true",
            at: "true",
            "`reload` has to be text, not `true`, which is true or false",
            hint: "put it in quotes if it is meant as text: \"true\""
        ),
        .target(
            "reload: {command: x, timeout: 0}",
            at: "0}",
            "`timeout` has to be longer than 0",
            hint: "write a limit, such as 30s"
        ),
        .target(
            "reload: {timeout: 1s}",
            at: "reload",
            "`reload` has no `command`",
            hint: "write `command: [program, argument]`, or `reload: off`"
        ),
        .target(
            "reload: {command: x, isolation: mount}",
            at: "isolation",
            "`reload` has no key `isolation`",
            hint: "the keys here are command, timeout, master, pid_file, error_log, settle, not_running"
        ),
        .target(
            "reload: cp {staged} /y",
            at: "{staged}",
            "`{staged}` is for `check`; `reload` runs when the files are in place",
            hint: "name the path itself"
        ),
        .target(
            "check: [haproxy, -f, {staged}]",
            at: "{staged}",
            "argument 2 has to be text, not a map",
            hint: "put it in quotes: \"{staged}\""
        ),
        .target(
            "check: haproxy -c -f {stagd}",
            at: "{stagd}",
            "there is no placeholder `{stagd}`",
            hint: "did you mean `{staged}`?"
        ),
        .target(
            "check: awk '{print}' {staged}",
            at: "{print}",
            "there is no placeholder `{print}`",
            hint: "there are {staged}, {staged_dir}, {destination}; braces of the shell need a space: `{ print }`"
        ),
        .target(
            "check: haproxy -c -f /x",
            at: "haproxy",
            "the check does not look at the staged files, so it would pass whatever they hold",
            hint: "name {staged} in the command, or say `isolation: mount`"
        ),
        .target(
            "check: {command: nginx -t, isolation: monut}",
            at: "monut",
            "`isolation` has to be one of none, mount, not `monut`",
            hint: "did you mean `mount`?"
        ),
        PlantedFault(
            """
            targets:
              t:
                files: [{template: a.tmpl, destination: /x}, {template: a.tmpl, destination: /y}]
                check: [haproxy, -c, "{staged}"]
            """,
            at: "{staged}",
            "`{staged}` is one file, and the target has 2",
            hint: PlantedFault.waysToCheckSeveral
        ),
        PlantedFault(
            """
            targets:
              t:
                profile: haproxy
                files: [{template: a.tmpl, destination: /x}, {template: a.tmpl, destination: /y}]
            """,
            at: "haproxy",
            "the profile's check looks at one file, and the target has 2",
            hint: "give the target a `check` of its own: \(PlantedFault.waysToCheckSeveral)"
        ),
    ]

    static let ofNames: [PlantedFault] = [
        .target(
            "registry: man",
            at: "man",
            "there is no registry `man`",
            hint: "name it under `registries`"
        ),
        PlantedFault(
            "registries: {main: 'file:s'}\ntargets: {t: {profile: haproxy, registry: man}}\n",
            at: "man}}",
            "there is no registry `man`",
            hint: "did you mean `main`?"
        ),
        PlantedFault(
            "registries: {a: 'file:a', b: 'file:b'}\ntargets: {t: {profile: haproxy}}\n",
            at: "t: {",
            "the target `t` does not say which registry it reads",
            hint: "add `registry:` with one of a, b"
        ),
        PlantedFault(
            "registries: {a: {url: s.yaml}}\ntargets: {t: {profile: haproxy}}\n",
            at: "s.yaml",
            "`s.yaml` is not a registry's address",
            hint:
                "write `file:s.yaml` for a registry file or a directory of them, `consul://HOST:PORT` for a Consul agent"
        ),
        PlantedFault(
            "registries: {a: {url: 'file:s', token_file: x}}\ntargets: {t: {profile: haproxy}}\n",
            at: "token_file",
            "`token_file` is nothing for a registry file",
            hint: "take it out, or give the address of a registry of another kind as `url`"
        ),
        PlantedFault(
            "registries: {a: {hostnames: true}}\ntargets: {t: {profile: haproxy}}\n",
            at: "a:",
            "the registry `a` has no `url`",
            hint: "add `url: file:PATH`, or `url: consul://HOST:PORT`"
        ),
        PlantedFault(
            "targets: {t/u: {profile: haproxy}}\n",
            at: "t/u",
            "`t/u` cannot be the name of a target",
            hint: "names are made of letters, digits, `-`, `_` and `.`, with a letter or digit first"
        ),
        PlantedFault(
            "targets: {t: {profile: haprox}}\n",
            at: "haprox",
            "there is no profile `haprox`",
            hint: "did you mean `haproxy`?"
        ),
        PlantedFault(
            "targets: {t: {profile: ./nowhere}}\n",
            at: "./nowhere",
            "there is no profile in the directory `./nowhere`",
            hint: "a profile's directory has one file that ends in `.profile.yaml`"
        ),
    ]

    @Test("is told with all the others, in the order of the text")
    func several() throws {
        let configuration = """
            registries:
              main: {url: "file:s", hostname: true}
            targets:
              a:
                files: [{template: no.tmpl, destination: /x, mode: 9}]
                wait: 5
              b:
                profile: ngnix
                registry: mian
            colour: red
            """
        let found = try faults(configuration)
        #expect(found.compactMap(\.position?.line) == [2, 5, 5, 6, 8, 9, 10])
        #expect(found.compactMap(\.hint).contains("did you mean `hostnames`?"))
        #expect(
            found[3].description == """
                headgate.yaml:6:11: error: `wait` has to be a duration, not the number 5
                 6 |     wait: 5
                   |           ^
                hint: a number needs a unit: 5s, or 5ms
                """
        )
    }

    @Test(
        "is a path that two files write, however it is spelt; both places are named",
        arguments: [
            ("/etc/x", "/etc/./x"), ("/etc/x", "/etc/y/../x"), ("/etc/x", "//etc///x"), ("out", "./sub/../out"),
        ]
    )
    func sharedDestination(one: String, other: String) throws {
        let configuration = """
            targets:
              a: {files: [{template: a.tmpl, destination: \(one)}]}
              b:
                files:
                  - {template: a.tmpl, destination: \(other)}
            """
        let found = try faults(configuration)
        let fault = try #require(found.first)
        #expect(found.count == 1)
        #expect(fault.message.hasPrefix("the targets `a` and `b` both write `/"))
        #expect(fault.position.map { [$0.line, $0.column] } == [5, 41])
        #expect(fault.notes.first?.position.map { [$0.line, $0.column] } == [2, 47])

        let within = try faults(
            "targets: {a: {files: [{template: a.tmpl, destination: \(one)}, {template: a.tmpl, destination: \(other)}]}}"
        )
        #expect(within.count == 1 && within[0].message.hasPrefix("two files of the target `a` write `/"))
    }

    @Test("is a key said twice, at both places and beside the others")
    func duplicateKeys() throws {
        let found = try faults("targets:\n  t: {profile: haproxy, wait: 5, wait: 6}\nlog: {level: warn}\nlog: {}\n")
        #expect(
            found.map(\.message) == [
                "`wait` has to be a duration, not the number 5", "the key `wait` is said twice",
                "`level` has to be one of trace, debug, info, notice, warning, error, not `warn`",
                "the key `log` is said twice",
            ]
        )
        #expect(found.map(\.position?.line) == [2, 2, 3, 4])
        #expect(
            found.map(\.notes.first?.position?.description) == [nil, "headgate.yaml:2:25", nil, "headgate.yaml:3:1"]
        )
    }

    @Test("is a name that two files of a directory say; both places are named")
    func duplicateAcrossFiles() throws {
        let directory = try TemporaryDirectory()
        let text = "targets: {a: {files: {contents: b, destination: b}}}\nlog: {level: info}\n"
        try directory.write(text, to: "c/1.yaml")
        try directory.write(text, to: "c/2.yaml")
        let thrown = #expect(throws: SettingsFaults.self) {
            _ = try loadSettings(path: "c", workingDirectory: directory.path)
        }
        let faults = try #require(thrown?.diagnostics)
        #expect(faults.map(\.message) == ["the target `a` is said twice", "the key `log` is said twice"])
        #expect(faults.map(\.position?.description) == ["c/2.yaml:1:11", "c/2.yaml:2:1"])
        #expect(faults.map(\.notes.first?.position?.description) == ["c/1.yaml:1:11", "c/1.yaml:2:1"])
    }

    @Test("is a file that is missing, empty or no text")
    func wholeFile() throws {
        let directory = try TemporaryDirectory()
        func message(_ name: String) -> String? {
            do {
                _ = try loadSettings(path: name, workingDirectory: directory.path)
                return nil
            } catch { return error.diagnostics.map(\.message).joined(separator: "; ") }
        }
        try directory.write("", to: "empty.yaml")
        try directory.write("# nothing\n", to: "comment.yaml")
        try directory.write([UInt8]("targets: {\n".utf8) + [0xFF, 0x0A], to: "latin.yaml")
        try directory.write("", to: "d/notes.txt")
        #expect(message("no.yaml") == "`no.yaml` cannot be read: No such file or directory")
        #expect(message("empty.yaml") == "the configuration `empty.yaml` has no targets, so there is nothing to do")
        #expect(message("comment.yaml") == "the configuration `comment.yaml` has no targets, so there is nothing to do")
        #expect(message("latin.yaml") == "this is not UTF-8 text")
        #expect(message("d") == "the directory `d` has no configuration files")
    }

    @Test("is an alias that stands for too much")
    func aliasBomb() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            text +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
                + "]\n"
        }
        let found = try faults(text)
        #expect(found.count == 1)
        #expect(found[0].message.hasPrefix("the aliases here stand for too much"))
    }

    @Test("in JSON has its place too")
    func json() throws {
        let text = #"{"targets": {"t": {"profile": "haproxy", "wait": 5}}}"#
        let found = try faults(text, as: "headgate.json")
        #expect(found.map(\.message) == ["`wait` has to be a duration, not the number 5"])
        #expect(found.first?.position?.column == 50)
        let broken = try faults(#"{"targets": {"t": {},}}"#, as: "headgate.json")
        #expect(broken.map(\.message) == ["there is a comma before the `}`"])
    }
}
