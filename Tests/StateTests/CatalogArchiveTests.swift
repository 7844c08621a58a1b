import Catalog
import State
import Testing

@Suite struct CatalogArchiveTests {
    private static let odd = "päth \"of\" \\ the\n\u{1}\u{2028}<&>\u{1F6B0}\u{0}"
    private static let scope = QueryScope(
        registry: "other",
        datacenter: "dc2",
        parameters: ["partition": "p", "ns": "team", "peer": ""]
    )

    private static let node = Node(
        id: "5f3c",
        name: "n1",
        address: "10.0.0.1",
        datacenter: "dc1",
        taggedAddresses: ["wan": "1.2.3.4", "lan": "10.0.0.1"],
        meta: ["rack": odd, "": ""]
    )

    private static let instances =
        [
            Instance(
                service: "web",
                id: "web-1",
                node: node,
                address: "fd00::12",
                port: 65_535,
                tags: ["v1", odd, "a"],
                meta: ["version": "1.2", odd: odd],
                taggedAddresses: [
                    "wan": TaggedAddress(address: "1.2.3.4", port: 80), "lan": .init(address: "", port: 0),
                ],
                weights: Weights(passing: 0, warning: 65_535),
                checks: [
                    Check(
                        node: "n1",
                        id: "serfHealth",
                        name: "Serf",
                        status: .passing,
                        notes: odd,
                        output: "Agent alive\n",
                        serviceID: "web-1",
                        serviceName: "web",
                        serviceTags: ["v1"],
                        type: "ttl"
                    ), Check(id: "", status: .critical),
                ],
                health: .warning,
                zone: "a"
            ),
            Instance(service: "web", id: "web-2", node: node, taggedAddresses: [:]),
            Instance(service: "web", id: "web-1", node: Node(name: "n2", taggedAddresses: [:]), drains: false),
        ] + Health.allCases.map { Instance(service: odd, id: odd, node: Node(name: odd), health: $0) }

    private static let keys = [
        KeyValue(path: odd, value: odd, createIndex: .max, modifyIndex: 1, lockIndex: 2, flags: .max - 1, session: "s"),
        KeyValue(path: "", value: ""),
    ]

    private static let authority = CertificateAuthority(
        id: "1",
        name: "root",
        certificate: "-----BEGIN",
        isActive: false,
        createIndex: .max,
        modifyIndex: 3
    )

    private static let leaf = LeafCertificate(certificate: "c", privateKey: "the private key", service: "web")

    private static let losses: [ItemIdentity: PendingLosses.Loss] = [
        .instance(InstanceIdentity(service: "web", node: "n1", id: odd)): .init(firstSeen: 7, heldUntil: -1),
        .service("a"): .init(firstSeen: .max), .node("a"): .init(firstSeen: .min),
        .datacenter("a"): .init(firstSeen: 0),
        .key("a"): .init(firstSeen: 1), .authority("a"): .init(firstSeen: 2), .leaf("a"): .init(firstSeen: 3),
    ]

    static let entries: [(CatalogQuery, CatalogArchive.Entry)] = [
        (.service(name: "web"), .init(result: .instances(instances))),
        (.service(name: "web", tag: "", near: "n1"), .init(result: .instances([]))),
        (.service(name: "web", tag: "v1", near: "", scope: scope), .init(result: .instances(instances.reversed()))),
        (.connect(name: odd), .init(result: .instances([]))),
        (.connect(name: "web", tag: "v1", near: "n", scope: scope), .init(result: .instances(instances))),
        (.preparedQuery(name: "geo", near: "n", scope: scope), .init(result: .instances(instances))),
        (.preparedQuery(name: "geo"), .init(result: .instances([]))),
        (
            .services(),
            .init(result: .services([ServiceSummary(name: odd, tags: [odd, "b"]), .init(name: "", tags: [])]))
        ),
        (.services(scope: scope), .init(result: .services([]))),
        (.nodes(), .init(result: .nodes([node, Node(name: odd)]))),
        (.nodes(near: "n", scope: scope), .init(result: .nodes([]))),
        (.node(name: nil), .init(result: .node(nil))), (.node(name: ""), .init(result: .node(nil))),
        (.node(name: "n", scope: scope), .init(result: .node(NodeServices(node: node, instances: instances)))),
        (.node(name: "idle"), .init(result: .node(NodeServices(node: Node(name: "idle"), instances: [])))),
        (.datacenters(), .init(result: .datacenters(["dc1", odd]))),
        (.datacenters(scope: scope), .init(result: .datacenters([]))),
        (.key(path: odd, scope: scope), .init(result: .key(keys[0]))), (.key(path: "a"), .init(result: .key(nil))),
        (.prefix(path: ""), .init(result: .keys(keys))), (.prefix(path: "a", scope: scope), .init(result: .keys([]))),
        (.caRoots(), .init(result: .caRoots([authority, CertificateAuthority(id: "", certificate: "")]))),
        (.caRoots(scope: scope), .init(result: .caRoots([]))),
        (
            .service(name: "held"),
            .init(
                result: .instances(instances),
                pending: PendingLosses(losses: losses, noneUsableSince: 1_795_000_000, nonePassingSince: -5)
            )
        ),
        (
            .service(name: "leaving"),
            .init(
                result: .instances([]),
                draining: instances.enumerated().map { .init(instance: $0.element, until: Int64($0.offset) - 1) }
            )
        ),
    ]

    private static let full = CatalogArchive(
        savedAt: 1_795_000_000,
        entries: Dictionary(uniqueKeysWithValues: entries)
    )

    /// Runs `body` with an open state directory and the path of the catalog of `target`.
    private func withState(
        _ target: String = "edge",
        _ body: (StateDirectory, _ file: String) throws -> Void,
    ) throws {
        try withTemporaryDirectory { directory in
            let state = try StateDirectory.open(path: directory, configuration: "c")
            try state.save(CatalogArchive(savedAt: 0, entries: [:]), for: target)
            let name = try #require(try LocalFileSystem().entries(of: "\(state.path)/targets").first)
            try body(state, "\(state.path)/targets/\(name)/catalog")
        }
    }

    @Test(arguments: entries.indices)
    func `every kind of answer is read as it was written`(index: Int) throws {
        let (query, entry) = Self.entries[index]
        try withState { state, _ in
            let archive = CatalogArchive(savedAt: -1, entries: [query: entry])
            #expect(archive.entries.count == 1)
            try state.save(archive, for: "edge")
            #expect(try state.catalog(of: "edge") == archive)
        }
    }

    @Test func `all of it is read as it was written, and written alike each time`() throws {
        let target = "edge of the world\n100 %"
        try withState(target) { state, file in
            let files = LocalFileSystem()
            try state.save(Self.full, for: target)
            let first = try files.contents(of: file)
            #expect(try state.catalog(of: target) == Self.full)
            let shuffled = CatalogArchive(
                savedAt: Self.full.savedAt,
                entries: Dictionary(uniqueKeysWithValues: Self.entries.shuffled())
            )
            try state.save(shuffled, for: target)
            #expect(try files.contents(of: file) == first)
            #expect(try files.status(of: file, followingLinks: false)?.attributes.mode == 0o600)
            #expect(try state.catalog(of: "another") == nil)
            #expect(try state.journal(of: target) == nil)
        }
    }

    @Test func `secrets are not in it`() throws {
        let entries: [CatalogQuery: CatalogArchive.Entry] = [
            .caLeaf(service: "web"): .init(result: .caLeaf(Self.leaf)), .caRoots(): .init(result: .caLeaf(Self.leaf)),
            .key(path: "a"): .init(result: .key(Self.keys[0])), .prefix(path: ""): .init(result: .keys(Self.keys)),
            .services(): .init(result: .services([])),
        ]
        let archive = CatalogArchive(savedAt: 0, entries: entries)
        #expect(Set(archive.entries.keys) == [.key(path: "a"), .prefix(path: ""), .services()])
        let sensitive = CatalogArchive(savedAt: 0, entries: entries, leavingOutKeys: true)
        #expect(Set(sensitive.entries.keys) == [.services()])
        try withState { state, file in
            try state.save(archive, for: "edge")
            let bytes = try #require(try LocalFileSystem().contents(of: file))
            #expect(!String(decoding: bytes, as: UTF8.self).contains("the private key"))
        }
    }

    @Test func `what lost or changed any byte is reported once and then absent`() throws {
        try withState { state, file in
            let files = LocalFileSystem()
            let entry = CatalogArchive.Entry(result: .instances([Self.instances[0]]))
            let archive = CatalogArchive(savedAt: 1, entries: [.service(name: "web"): entry])
            try state.save(archive, for: "edge")
            let good = try #require(try files.contents(of: file))
            func expectDamaged(_ bytes: [UInt8], _ place: Comment) throws {
                try files.remove(file)
                try files.create(file, contents: bytes, attributes: FileAttributes(mode: 0o600))
                let fault = #expect(throws: StateFault.self, place) { try state.catalog(of: "edge") }
                #expect(fault?.label == "state_damaged", place)
                #expect(try state.catalog(of: "edge") == nil, place)
            }
            for length in good.indices { try expectDamaged(Array(good.prefix(length)), "cut at \(length)") }
            for index in stride(from: 0, to: good.count, by: 7) {
                var flipped = good
                flipped[index] ^= 1
                try expectDamaged(flipped, "byte \(index)")
            }
            try expectDamaged(good + [10], "one more")
            #expect(try files.contents(of: "\(file).damaged") == good + [10])
            try state.save(archive, for: "edge")
            #expect(try state.catalog(of: "edge") == archive)
        }
    }

    @Test(
        arguments: [
            ("headgate-catalog 3\n{}", "another version of headgate wrote it"),
            ("headgate-record 1\n{}", "another version of headgate wrote it"),
            ("headgate-catalog 2\n{\"target\":\"other\",\"saved\":1,\"entries\":[]}", "it is of another target"),
            ("headgate-catalog 2\n{\"saved\":1,\"entries\":[]}", "byte 43: `target` is missing"),
            ("headgate-catalog 2\n{\"target\":\"edge\",\"entries\":[]}", "byte 49: `saved` is missing"),
            ("headgate-catalog 2\n{\"target\":\"edge\",\"saved\":1,\"more\":[]}", "byte 53: `more` is not known here"),
            ("headgate-catalog 2\n{\"target\":\"edge\",\"saved\":1}{}", "byte 46: the end is expected, not `{`"),
            (
                #"headgate-catalog 2\#n{"target":"edge","saved":1,"entries":[{"query":{"caLeaf":"a"}}]}"#,
                "byte 80: `caLeaf` is not known here"
            ),
        ]
    )
    func `a file whose checksum is right may still be none of ours`(text: String, why: String) throws {
        try withState { state, file in
            let body = Array("\(text)\n".utf8)
            let bytes = body + Array("sum \(ContentHash(of: body).hexadecimal)\n".utf8)
            try LocalFileSystem().replace(file, contents: bytes, mode: 0o600)
            let fault = #expect(throws: StateFault.self) { try state.catalog(of: "edge") }
            #expect(fault == .damaged(path: file, why: why))
        }
    }

    @Test func `what an earlier headgate wrote is read`() throws {
        try withState { state, file in
            let text = #"{"target":"edge","saved":7,"entries":[{"query":{"service":"web"},"result":{"instances":[]}}]}"#
            let body = Array("headgate-catalog 1\n\(text)\n".utf8)
            let bytes = body + Array("sum \(ContentHash(of: body).hexadecimal)\n".utf8)
            try LocalFileSystem().replace(file, contents: bytes, mode: 0o600)
            let entries = [CatalogQuery.service(name: "web"): CatalogArchive.Entry(result: .instances([]))]
            #expect(try state.catalog(of: "edge") == CatalogArchive(savedAt: 7, entries: entries))
        }
    }

    @Test func `a look at the state leaves a damaged file where it is`() throws {
        try withTemporaryDirectory { directory in
            let state = try StateDirectory.open(path: directory, configuration: "c")
            try state.save(CatalogArchive(savedAt: 0, entries: [:]), for: "edge")
            let name = try #require(try LocalFileSystem().entries(of: "\(state.path)/targets").first)
            let file = "\(state.path)/targets/\(name)/catalog"
            try LocalFileSystem().replace(file, contents: [], mode: 0o600)
            let reading = StateDirectory.reading(path: directory, configuration: "c")
            #expect(throws: StateFault.self) { try reading.catalog(of: "edge") }
            #expect(throws: StateFault.self) { try reading.catalog(of: "edge") }
        }
    }

    @Test func `state without a directory keeps it as long as the process lives`() {
        let state = VolatileState()
        #expect(state.catalog(of: "edge") == nil)
        state.save(Self.full, for: "edge")
        #expect(state.catalog(of: "edge") == Self.full)
        #expect(state.catalog(of: "another") == nil)
    }

    @Test func `the ledger goes on without it, and reports a fault that stays once`() throws {
        try withTemporaryDirectory { directory in
            let state = try StateDirectory.open(path: directory, configuration: "c")
            let faults = FaultLog()
            let ledger = Ledger(state) { faults.add($0) }
            ledger.save(Self.full, for: "edge")
            #expect(ledger.catalog(of: "edge") == Self.full)
            #expect(faults.all.isEmpty)
            // As if the disk had gone.
            try LocalFileSystem().removeTree(directory)
            try LocalFileSystem().create(directory, contents: [], attributes: FileAttributes(mode: 0o600))
            for _ in 0..<3 { ledger.save(Self.full, for: "edge") }
            #expect(faults.all.map(\.label) == ["state_file"])
            #expect(ledger.catalog(of: "edge") == nil)
            // The disk is back, and goes again.
            try LocalFileSystem().removeTree(directory)
            ledger.save(Self.full, for: "edge")
            #expect(ledger.catalog(of: "edge") == Self.full)
        }
    }

    @Test func `a guard goes on where the process before it was`() throws {
        let query = CatalogQuery.service(name: "web")
        let web = (1...3).map { Instance(service: "web", id: "web-\($0)", node: Node(name: "n1")) }
        let start = ContinuousClock.now
        func sighting(_ list: some Collection<Instance>, _ seconds: Int) -> Sighting {
            Sighting(
                result: .instances(Array(list)),
                readAt: start + .seconds(seconds),
                breakAt: start + .seconds(seconds)
            )
        }
        try withState { state, _ in
            // The first `run --once` sees a loss that it does not believe; the second, half a minute later, does.
            try state.save(CatalogArchive(savedAt: 500, entries: [query: .init(result: .instances(web))]), for: "edge")
            for (wall, isHeld) in [(Int64(1_000), true), (1_029, true), (1_030, false)] {
                let entry = try #require(try state.catalog(of: "edge")?.entries[query])
                var guarded = ResultGuard(
                    GuardSettings(),
                    for: query,
                    restored: entry.result,
                    pending: entry.pending,
                    wallNow: wall,
                    now: start
                )
                _ = guarded.see(sighting(web.prefix(1), 0), at: start)
                #expect((guarded.hold != nil) == isHeld, "at \(wall)")
                let effective = try #require(guarded.effective)
                #expect(effective == .instances(isHeld ? web : Array(web.prefix(1))), "at \(wall)")
                let pending = guarded.pending(wallNow: wall, now: start)
                let archive = CatalogArchive(
                    savedAt: wall,
                    entries: [query: .init(result: effective, pending: pending)]
                )
                try state.save(archive, for: "edge")
            }
        }
    }
}
