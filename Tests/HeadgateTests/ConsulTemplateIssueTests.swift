import Subprocess
import TestSupport
import Testing

/// The cases in which consul-template fails its users, by the numbers of its issues.
@Suite(.timeLimit(.minutes(2))) struct ConsulTemplateIssueTests {
    @Test func `#236 #911: a reload that failed is run again after a restart, though the file is as rendered`()
        async throws
    {
        try await Workspace.with { workspace in
            try workspace.prepareLetters("    reload: test ! -e broken && cp out running")
            try workspace.write("broken", "")
            try await workspace.withHeadgate { process in
                #expect(await process.log.wait(for: "degraded"), "\(process.log.text)")
            }
            #expect(workspace.read("out") == "a\n")
            _ = try await execute("rm", [workspace.file("broken")])
            try await workspace.withHeadgate { process in
                #expect(await process.log.wait(for: "reloaded"), "\(process.log.text)")
                #expect(workspace.read("running") == "a\n")
            }
        }
    }

    @Test func `#71 #645 #905: a command that fails does not end the program, and the next change is delivered`()
        async throws
    {
        try await Workspace.with { workspace in
            try workspace.prepareLetters(
                "    reload: \"! grep -q b out && cp out running\""
            )
            let ended = try await workspace.withHeadgate { process in
                #expect(await process.log.wait(for: "reloaded"), "\(process.log.text)")
                try workspace.register("ab")
                #expect(await process.log.wait(for: "rolled back"), "\(process.log.text)")
                #expect(workspace.read("out") == "a\n")
                try workspace.register("ac")
                #expect(await eventually { workspace.read("running") == "a\nc\n" }, "\(process.log.text)")
            }
            #expect(ended.status == 0)
        }
    }

    @Test func `#1440 #2030: two templates of one balancer run its command once for each change`() async throws {
        try await Workspace.with { workspace in
            try workspace.prepareLetters(
                files: "[{template: t, destination: out}, {template: t, destination: more}]",
                "    reload: echo reload >> reloads"
            )
            try await workspace.withHeadgate { process in
                #expect(await process.log.wait(for: "reloaded"), "\(process.log.text)")
                for (number, ids) in ["ab", "abc", "ac"].enumerated() {
                    try workspace.register(ids)
                    #expect(await process.log.wait(for: "reloaded", times: number + 2), "\(process.log.text)")
                }
            }
            #expect(workspace.read("out") == "a\nc\n")
            #expect(workspace.read("more") == "a\nc\n")
            #expect(workspace.read("reloads") == String(repeating: "reload\n", count: 4))
        }
    }

    @Test func `#329 #727 #1060: a file that the check refuses never replaces a good one`() async throws {
        try await Workspace.with { workspace in
            try workspace.prepareLetters(
                "    check: \"! grep -n bad {staged}\"\n    reload: echo reload >> reloads\n    culprits: off"
            )
            try await workspace.withHeadgate { process in
                #expect(await process.log.wait(for: "reloaded"), "\(process.log.text)")
                try workspace.replace(
                    "services.yaml",
                    "version: 1\nservices: {web: {instances: [{id: bad, address: 10.0.0.1, port: 80}]}}\n"
                )
                #expect(await process.log.wait(for: "check failed"), "\(process.log.text)")
                #expect(workspace.read("out") == "a\n")
                try workspace.register("ab")
                #expect(await eventually { workspace.read("out") == "a\nb\n" }, "\(process.log.text)")
            }
            #expect(workspace.read("reloads") == String(repeating: "reload\n", count: 2))
        }
    }

    @Test func `#117 #2045: a registry that is gone does not end the program, and its return is taken up`() async throws
    {
        try await Workspace.with { workspace in
            try workspace.prepareLetters("    reload: cp out running")
            let ended = try await workspace.withHeadgate { process in
                #expect(await eventually { workspace.read("running") == "a\n" })
                _ = try await execute("mv", [workspace.file("services.yaml"), workspace.file("away.yaml")])
                #expect(await process.log.wait(for: "registry fault"), "\(process.log.text)")
                #expect(workspace.read("running") == "a\n")
                try workspace.register("ab")
                #expect(await eventually { workspace.read("running") == "a\nb\n" }, "\(process.log.text)")
            }
            #expect(ended.status == 0)
        }
    }
}
