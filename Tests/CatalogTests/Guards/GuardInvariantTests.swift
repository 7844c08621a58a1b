import Catalog
import Testing

/// A generator whose numbers depend on the seed alone (splitmix64).
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A registry that behaves at random, with what the invariants need to know of its past.
private struct RandomRegistry {
    var generator: SeededGenerator
    var instances: [String: Instance] = [:]
    var now = 0.0
    var readAt = 0.0
    var breakAt: Double?
    var isStated = false
    /// Since when nothing is usable.
    var noneUsableSince: Double?

    var result: QueryResult {
        .instances(instances.values.sorted { ($0.node.name, $0.id) < ($1.node.name, $1.id) })
    }

    var sighting: Sighting {
        Sighting(
            result: result,
            readAt: Timeline.moment(readAt),
            breakAt: breakAt.map(Timeline.moment),
            isStated: isStated
        )
    }

    /// Lets some time pass, and changes a few instances, or all of them.
    mutating func step() {
        now += Double.random(in: 0...12, using: &generator)
        readAt = now
        if Int.random(in: 0..<8, using: &generator) == 0 { breakAt = now }
        isStated = Int.random(in: 0..<40, using: &generator) == 0
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: instances = [:]
        case 1: for key in instances.keys.sorted() { change(key, to: .critical) }
        case 2: for key in instances.keys.sorted() { change(key, to: Health.allCases.randomElement(using: &generator)) }
        case 3: break
        default:
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let key = "\(Int.random(in: 0..<4, using: &generator))n\(Int.random(in: 0..<2, using: &generator))"
                let isRemoved = Int.random(in: 0..<3, using: &generator) == 0
                change(key, to: isRemoved ? nil : Health.allCases.randomElement(using: &generator))
            }
        }
        let isUsed = instances.values.contains { $0.isUsable }
        noneUsableSince = isUsed ? nil : noneUsableSince ?? now
    }

    private mutating func change(_ key: String, to health: Health?) {
        instances[key] = health.map {
            Timeline.instance(String(key.prefix(1)), String(key.suffix(2)), port: Int(now * 1000) % 65536, $0)
        }
    }
}

extension Instance {
    fileprivate var isUsable: Bool { health == .passing || health == .warning }
}

extension QueryResult {
    fileprivate var instances: [Instance] { if case .instances(let list) = self { list } else { [] } }
    fileprivate func instance(_ identity: InstanceIdentity) -> Instance? {
        instances.first { $0.identity == identity }
    }
}

@Suite struct GuardInvariantTests {
    @Test(arguments: 0..<60)
    func `whatever a registry does, nothing is lost that no rule lets go`(seed: UInt64) throws {
        var registry = RandomRegistry(generator: SeededGenerator(state: seed))
        var guarded = ResultGuard(GuardSettings(), for: .service(name: "web"))
        registry.step()
        _ = guarded.see(registry.sighting, at: Timeline.moment(registry.now))
        for step in 0..<300 {
            let place: Comment = "seed \(seed), step \(step)"
            let before = try #require(guarded.effective)
            let lastBreak = registry.breakAt
            switch Int.random(in: 0..<12, using: &registry.generator) {
            case 0:
                _ = guarded.release(at: Timeline.moment(registry.now))
                #expect(guarded.effective == registry.result && guarded.hold == nil, place)
            case 1:
                registry.now += 100
                let change = guarded.timer(at: Timeline.moment(registry.now), registryIsFaulty: true)
                #expect(guarded.effective == before && !change.isEffective, place)
            case 2:
                if let look = guarded.nextLook {
                    registry.now = max(registry.now, (look - Timeline.start) / .seconds(1))
                    _ = guarded.timer(at: look, registryIsFaulty: false)
                    #expect(guarded.nextLook.map { $0 > look } ?? true, place)
                }
            default:
                registry.step()
                _ = guarded.see(registry.sighting, at: Timeline.moment(registry.now))
                let again = guarded.see(registry.sighting, at: Timeline.moment(registry.now))
                #expect(!again.isEffective, place)
                let isBreak = registry.breakAt != lastBreak
                expectNoSilentLoss(before, guarded, registry, isBreak: isBreak, place)
            }
            expectOnlyHeldDiffers(guarded, registry.result, place)
        }
        expectAgreementAfterQuiet(&guarded, &registry)
    }

    @Test(arguments: 0..<10)
    func `switched off, the guard never differs from the registry`(seed: UInt64) {
        var registry = RandomRegistry(generator: SeededGenerator(state: seed))
        var guarded = ResultGuard(.off, for: .service(name: "web"), restored: .instances([]))
        for _ in 0..<200 {
            registry.step()
            let before = guarded.effective
            let change = guarded.see(registry.sighting, at: Timeline.moment(registry.now))
            #expect(guarded.effective == registry.result)
            #expect(change == .init(isEffective: before != registry.result, hold: .none))
        }
    }

    private func expectNoSilentLoss(
        _ before: QueryResult,
        _ guarded: ResultGuard,
        _ registry: RandomRegistry,
        isBreak: Bool,
        _ place: Comment,
    ) {
        let after = guarded.effective ?? .instances([])
        if registry.isStated {
            #expect(after == registry.result, place)
            return
        }
        let usable = before.instances.filter(\.isUsable)
        for instance in usable where isBreak {
            let stated = registry.result.instance(instance.identity)?.health
            if stated == .draining || stated == .maintenance { continue }
            #expect(after.instance(instance.identity)?.isUsable == true, place)
        }
        if usable.count >= 2, !after.instances.contains(where: \.isUsable) {
            #expect(registry.now - (registry.noneUsableSince ?? registry.now) >= 60, place)
        }
    }

    /// What is not held is as the registry has it, in the canonical order; what is held was usable and is not.
    private func expectOnlyHeldDiffers(_ guarded: ResultGuard, _ raw: QueryResult, _ place: Comment) {
        let effective = guarded.effective ?? .instances([])
        let lost = Set(guarded.hold?.lost ?? [])
        #expect(lost.isEmpty == (guarded.hold == nil), place)
        let identities = effective.instances.map(\.identity)
        #expect(identities == identities.sorted { ($0.node, $0.id) < ($1.node, $1.id) }, place)
        for instance in effective.instances {
            let fresh = raw.instance(instance.identity)
            if lost.contains(.instance(instance.identity)) {
                #expect(instance.isUsable && fresh?.health != .passing, place)
            } else {
                #expect(instance === fresh || instance == fresh, place)
            }
        }
        for instance in raw.instances { #expect(effective.instance(instance.identity) != nil, place) }
        if let hold = guarded.hold {
            #expect((hold.reason == .afterBreak) == (hold.until == nil), place)
            #expect(guarded.nextLook != nil || guarded.wantsRead != nil, place)
        }
    }

    private func expectAgreementAfterQuiet(_ guarded: inout ResultGuard, _ registry: inout RandomRegistry) {
        registry.isStated = false
        for _ in 0..<20 {
            registry.now += 10
            registry.readAt = registry.now
            _ = guarded.see(registry.sighting, at: Timeline.moment(registry.now))
            _ = guarded.timer(at: Timeline.moment(registry.now), registryIsFaulty: false)
        }
        #expect(guarded.effective == registry.result && guarded.hold == nil)
    }

    @Test(.timeLimit(.minutes(1)))
    func `twenty thousand instances, half of them lost, are no more than a walk`() {
        func instances(_ numbers: some Sequence<Int>) -> [Instance] {
            numbers.map { Timeline.instance("i\(100_000 + $0)", "n1", port: 80, .passing) }
        }
        let all = instances(0..<20_000)
        let half = all.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
        for query in [CatalogQuery.service(name: "web"), .service(name: "web", near: "n1")] {
            var guarded = ResultGuard(GuardSettings(), for: query)
            func see(_ list: [Instance], _ second: Double, broke: Double? = nil) {
                let sighting = Sighting(
                    result: .instances(list),
                    readAt: Timeline.moment(second),
                    breakAt: broke.map(Timeline.moment)
                )
                _ = guarded.see(sighting, at: Timeline.moment(second))
            }
            see(all, 0)
            see(half, 5, broke: 5)
            #expect(guarded.hold?.lost.count == 10_000)
            #expect(guarded.effective == .instances(all))
            see(half, 35, broke: 5)
            #expect(guarded.effective == .instances(half))
        }
    }
}
