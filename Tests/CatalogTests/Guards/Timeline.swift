import Catalog
import Testing

/// A guard's life in a line: at which second what happens, what must be effective then, and what is held.
///
///     0 ab > ab; 5 !a > ab after-break b; 35 a > a confirmed
///
/// An answer is a row of instances: a letter is one's ID (a capital: the same at another address), behind it `?` stands for
/// warning, `-` critical, `*` unknown, `/` draining, `%` maintenance, `'` for another node; `.` is an empty answer. Before
/// it, `!` says that the stream broke, `=` that the answer is stated. Instead of an answer: `tick` and `fault` are the
/// timer's, with the registry good or faulty, `release` is the operator's. Behind what is effective comes nothing (no
/// hold), the reason with the items held, or the word for why the hold ended.
struct Timeline {
    let text: String
    /// How a row of instances becomes a result.
    var encode: @Sendable ([Instance]) -> QueryResult = { .instances($0) }
    /// The opposite.
    var decode: @Sendable (QueryResult) -> [Instance]? = { if case .instances(let list) = $0 { list } else { nil } }

    init(_ text: String) { self.text = text }

    static let start = ContinuousClock.now

    static func moment(_ seconds: Double) -> ContinuousClock.Instant {
        start + .microseconds(Int64((seconds * 1_000_000).rounded()))
    }

    /// Plays the timeline and expects what it says.
    func play(on guarded: inout ResultGuard, _ location: SourceLocation = #_sourceLocation) throws {
        var lastBreak: ContinuousClock.Instant?
        for step in text.split(separator: ";") {
            let words = step.split(separator: " ").map(String.init)
            let now = Self.moment(try #require(Double(words[0])))
            let change: ResultGuard.Change
            let before = guarded.effective
            switch words[1] {
            case "tick": change = guarded.timer(at: now, registryIsFaulty: false)
            case "fault": change = guarded.timer(at: now, registryIsFaulty: true)
            case "release": change = guarded.release(at: now)
            case let answer:
                if answer.hasPrefix("!") { lastBreak = now }
                let sighting = Sighting(
                    result: encode(Self.instances(answer)),
                    readAt: now,
                    breakAt: lastBreak,
                    isStated: answer.contains("=")
                )
                change = guarded.see(sighting, at: now)
            }
            try #require(words[2] == ">")
            let comment = Comment(rawValue: "\(step) of \(text)")
            let effective = try #require(guarded.effective.flatMap(decode), comment, sourceLocation: location)
            #expect(Self.text(effective) == words[3], comment, sourceLocation: location)
            #expect(change.isEffective == (before != guarded.effective), comment, sourceLocation: location)
            if let reason = words.dropFirst(4).first.flatMap(Hold.Reason.init) {
                #expect(guarded.hold?.reason == reason, comment, sourceLocation: location)
                #expect(Self.text(guarded.hold?.lost ?? []) == words[5], comment, sourceLocation: location)
                #expect(change.hold == .began || change.hold == .continues, comment, sourceLocation: location)
            } else {
                let ending = try words.dropFirst(4).first.map { try #require(Hold.Ending(rawValue: $0)) }
                #expect(change.hold == ending.map { .ended($0) } ?? .none, comment, sourceLocation: location)
                #expect(guarded.hold == nil, comment, sourceLocation: location)
                #expect(guarded.nextLook == nil && guarded.wantsRead == nil, comment, sourceLocation: location)
            }
        }
    }

    /// The instances of a row, in the row's order.
    static func instances(_ text: String) -> [Instance] {
        var instances: [Instance] = []
        for sign in text where sign != "!" && sign != "=" && sign != "." {
            let health: Health? =
                switch sign {
                case "?": .warning
                case "-": .critical
                case "*": .unknown
                case "/": .draining
                case "%": .maintenance
                default: nil
                }
            if let health {
                let last = instances.removeLast()
                instances.append(instance(last.id, last.node.name, port: last.port, health))
            } else if sign == "'" {
                let last = instances.removeLast()
                instances.append(instance(last.id, "n2", port: last.port, last.health))
            } else {
                instances.append(instance(sign.lowercased(), "n1", port: sign.isUppercase ? 81 : 80, .passing))
            }
        }
        return instances
    }

    static func instance(_ id: String, _ node: String, port: Int, _ health: Health) -> Instance {
        Instance(service: "web", id: id, node: Node(name: node), port: port, health: health)
    }

    /// The row of instances.
    static func text(_ instances: [Instance]) -> String {
        let signs: [Health: String] = [
            .warning: "?", .critical: "-", .unknown: "*", .draining: "/", .maintenance: "%",
        ]
        let texts = instances.map { instance in
            (instance.port == 81 ? instance.id.uppercased() : instance.id) + (instance.node.name == "n2" ? "'" : "")
                + (signs[instance.health] ?? "")
        }
        return texts.isEmpty ? "." : texts.joined()
    }

    private static func text(_ lost: [ItemIdentity]) -> String {
        lost.map { identity in
            switch identity {
            case .instance(let instance): instance.id + (instance.node == "n2" ? "'" : "")
            case .service(let name), .node(let name), .datacenter(let name), .key(let name), .authority(let name),
                .leaf(let name):
                name
            }
        }.joined()
    }
}
