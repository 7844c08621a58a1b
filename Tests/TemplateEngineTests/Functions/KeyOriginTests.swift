import TemplateEngine
import Testing

@Suite("Who wrote a map's keys")
struct KeyOriginTests {
    private static let tagged = Shape("*dependency.HealthService", ["ID", "Tags", "Port", "ServiceMeta"])

    private static func service(_ number: UInt32, tags: [String], zone: String = "eu") -> Value {
        let source = Origin.untrusted(Origin.Source(number))
        return .record(
            Record(
                tagged,
                [
                    .text(Text("s\(number)", origin: source)),
                    .list(List(tags.map { .text(Text($0, origin: source)) }, kind: .string)), .int(80),
                    .map(Map([(.string("zone"), .text(Text(zone, origin: source)))], kind: .string, keyOrigin: source)),
                ]
            )
        )
    }

    private static let services = Value.records(
        service(1, tags: ["good", "a;b"]),
        service(2, tags: ["good"], zone: "us"),
        service(3, tags: ["a;b", "c d"])
    )

    /// The sources of each key's offence, when keys are written.
    private func offenders(_ template: String, _ dot: Value = services) throws -> Set<UInt32> {
        var options = RenderOptions()
        options.unsafe = LanguageProbe.unsafe
        let template = try Template(TemplateSource(name: "t", text: template.utf8), functions: StandardFunctions.pure)
        return Set(try template.render(dot, host: nil, options: options).offences.map(\.source.number))
    }

    @Test(
        "a key of a group names all that have it, and nobody else",
        arguments: [
            ("{{range $k, $v := byTag .}}{{$k}},{{end}}", [1, 3]),
            ("{{range $k, $v := groupBy \"Tags\" .}}{{$k}},{{end}}", [1, 3]),
            ("{{range $k, $v := byTag .}}{{if eq $k \"c d\"}}{{$k}}{{end}}{{end}}", [3]),
            ("{{range $k, $v := byTag .}}{{if eq $k \"good\"}}{{$k}}{{end}}{{end}}", []),
            ("{{printf \"%v\" (byTag . | sprig_keys)}}", [1, 3]),
            ("{{range byTag . | sprig_keys}}{{. | toUpper}}{{end}}", [1, 3]),
            ("{{range $k, $v := byMeta \"zone\" .}}{{$k}}{{end}}", []),
            ("{{range $k, $v := mergeMap (byTag .) (byPort .)}}{{$k}}{{end}}", [1, 3]),
        ] as [(String, [UInt32])]
    )
    func groups(template: String, expected: [UInt32]) throws {
        #expect(try offenders(template) == Set(expected))
    }

    @Test("a hundred registrations with one bad tag are all named in one pass")
    func many() throws {
        let services = (0..<100).map { Self.service(UInt32($0), tags: ["x\ny"]) }
        let found = try offenders("{{range $k, $v := byTag .}}{{$k}}{{end}}", .list(List(services, kind: .record)))
        #expect(found.count == 100)
    }

    @Test("keys keep their own origins through dict, splitToMap, explode and merging")
    func attributed() throws {
        let own = try call(
            "sprig_dict",
            [.untrusted("a", 1), .int(1), .string("b"), .int(2), .untrusted("c", 3), .int(3)]
        )
        guard case .map(let map) = own else { return }
        #expect(map.members.map { formatValue($0.key).spans } == [[span(0, 1, 1)], [], [span(0, 1, 3)]])
        guard
            case .map(let merged) = try call("mergeMap", [own, try call("sprig_dict", [.untrusted("b", 9), .int(0)])])
        else { return }
        #expect(merged.members.map { formatValue($0.key).firstSource?.number } == [1, nil, 3])
        guard
            case .map(let tree) = try call(
                "explodeMap",
                [try call("sprig_dict", [.untrusted("x/y", 4), .int(1), .string("z"), .int(2)])]
            )
        else { return }
        #expect(tree.members.map { formatValue($0.key).firstSource?.number } == [4, nil])
    }

    @Test("keys that all come from one source need no account of each")
    func uniform() throws {
        let map = Map(attributed: [.init(.string("a"), from: .untrusted(Origin.Source(1)), .int(1))])
        #expect(map.key(at: 0).isUntrusted(by: 1))
        let trusted = Map(attributed: [.init(.string("b"), .int(1)), .init(.string("a"), .int(2))])
        #expect(trusted.entries.map(\.key) == [.string("a"), .string("b")])
        #expect(Text("", origin: trusted.keyOrigin).isTrusted)
    }

    @Test("keys are told apart by their bytes, not by how they look")
    func bytes() {
        let map = Map([(.string("\u{E9}"), .int(1)), (.string("e\u{301}"), .int(2))])
        #expect(map.entries.count == 2)
        #expect(map["\u{E9}"].map { formatValue($0).string } == "1")
        #expect(map["e\u{301}"].map { formatValue($0).string } == "2")
    }
}

extension Value {
    fileprivate func isUntrusted(by number: UInt32) -> Bool { formatValue(self).firstSource?.number == number }
}
