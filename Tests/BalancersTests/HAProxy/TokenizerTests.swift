import Balancers
import TestSupport
import Testing

@Suite("The tokenizer of HAProxy's configuration")
struct TokenizerTests {
    /// The words of a text's only line; nil stands for one that is not literal.
    private func words(_ text: String) -> [String?] {
        ConfigurationText(ConfigurationFile(text)).table.first?.words ?? []
    }

    @Test(
        "cuts words as configuration manual 2.2 says",
        arguments: [
            ("server a 127.0.0.1:80 check", ["server", "a", "127.0.0.1:80", "check"]),
            ("  \t bind\t:80 \t", ["bind", ":80"]),
            ("global#this is the global section", ["global"]),
            ("a \\# b", ["a", "#", "b"]),
            (#"log-format "%{+Q}o %t"' %s'\ %{-Q}r"#, ["log-format", "%{+Q}o %t %s %{-Q}r"]),
            (#"a 'b"c\d' "e'f""#, ["a", #"b"c\d"#, "e'f"]),
            (#"a \x41\x0a\t\r\n"#, ["a", "A\n\t\r\n"]),
            (#"a "\$x" '$x' $x"#, ["a", "$x", "$x", "$x"]),
            (#"a "" b"#, ["a", "", "b"]),
            (#"a b\"#, ["a", #"b\"#]),
            (#"a \q"#, ["a", #"\q"#]),
            ("a b\r", ["a", "b"]),
            ("a b\r c", ["a", "b"]),
            ("a\u{0B}b\u{0C}c", ["a", "b", "c"]),
        ]
    )
    func words(_ line: String, _ expected: [String]) {
        #expect(words(line) == expected)
    }

    @Test(
        "does not take for literal what HAProxy's environment decides, or what HAProxy refuses",
        arguments: [
            #"a "$HOME""#, #"a "${HOME}""#, #"a "x${A-b}y""#, #"a "${LIST[*]}""#, #"a "${.LINE}""#, #"a "open"#,
            "a 'open",
            #"a \xz1"#, #"a \x4"#, #"a \x00"#, #"a \$x"#,
        ]
    )
    func notLiteral(_ line: String) {
        #expect(words(line) == ["a", nil])
    }

    @Test("numbers lines as a person counts them, and leaves out what has no words")
    func numbers() {
        let text = ConfigurationText(ConfigurationFile("# a\n\nglobal\n\n  daemon # b\r\n\t\nx"))
        #expect(text.table.map(\.line) == [3, 5, 7])
    }

    @Test("a line ends at a zero byte")
    func zero() {
        #expect(ConfigurationText(ConfigurationFile("a b\0 c\nd\n")).table.map(\.words) == [["a", "b"], ["d"]])
    }

    @Test("never crashes, whatever the bytes", arguments: 0..<20)
    func noise(_ seed: Int) {
        var random = SeededGenerator(seed)
        let alphabet = Array("\\\"'$#{}[*].-x0a \t\r\n\0\u{FF}server backend default-server weight 1:2".utf8)
        for _ in 0..<300 {
            let bytes = (0..<Int.random(in: 0..<200, using: &random)).map { _ in random.pick(alphabet) }
            let file = ConfigurationFile(path: "noise", bytes: Array("backend b\n".utf8) + bytes)
            let configuration = HAProxyConfiguration([file])
            _ = configuration.servers(of: "b")
            #expect(ConfigurationDifference(old: configuration, new: configuration).isEmpty)
            let other = HAProxyConfiguration([ConfigurationFile(path: "noise", bytes: bytes)])
            _ = LivePlan.make(old: other, new: configuration, running: HAProxyVersion(2, 6))
            #expect(LivePlan.make(old: other, new: other, running: HAProxyVersion(2, 6)).isNothing)
        }
    }

    @Test("cuts words as the HAProxy that is installed does", .tags(.haproxy))
    func differential() async throws {
        try await Workspace.with { workspace in
            var random = SeededGenerator(7)
            let pieces = [
                "a", "b1", " ", "\t", "\\ ", "\\\\", "\\#", "\\'", "\\\"", "\\q", "\\x41", "#", "'", "\"", "$", "{",
                "}", "%", "-",
                "\\", "\u{0B}", "é", "!", "(", ",",
            ]
            let lines = (0..<4000).map { _ in
                ".notice x" + (0..<Int.random(in: 1..<9, using: &random)).map { _ in random.pick(pieces) }.joined()
            }
            // HAProxy shows the only word, or complains of the first that is too many, and stops at fifty complaints.
            var single: [(line: String, shown: String)] = []
            var several: [(line: String, shown: String)] = []
            for line in lines {
                let words = words(line).dropFirst()
                guard !words.contains(nil) else { continue }
                let arguments = words.compactMap { $0 }
                if let second = arguments.dropFirst().first, !second.isEmpty {
                    let complaint =
                        "Unexpected argument '\(second)' for '.notice'. Use quotes if the message should contain spaces."
                    several.append((line, complaint))
                } else {
                    single.append((line, "'\(arguments[0])'."))
                }
            }
            #expect(single.count > 1000)
            #expect(several.count > 400)
            var files = [single]
            while !several.isEmpty, files.count < 10 {
                files.append(Array(several.prefix(40)))
                several.removeFirst(min(40, several.count))
            }
            for file in files {
                try workspace.write("notices.cfg", file.map(\.line).joined(separator: "\n") + "\n")
                let result = try await execute("haproxy", ["-c", "-f", workspace.file("notices.cfg")])
                var seen: [Int: String] = [:]
                for line in result.error.split(separator: "\n") {
                    guard let open = line.firstRange(of: "notices.cfg:"), let close = line.firstRange(of: "]: "),
                        let number = Int(line[open.upperBound..<close.lowerBound])
                    else { continue }
                    seen[number] = String(line[close.upperBound...])
                }
                for (index, entry) in file.enumerated() {
                    #expect(seen[index + 1] == entry.shown, "\(entry.line)")
                }
            }
        }
    }
}
