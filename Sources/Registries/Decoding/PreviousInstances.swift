internal import Catalog

/// The instances of the answer before: what did not change is the same object again, so that everything further on can
/// tell by pointer.
struct PreviousInstances {
    private let instances: [Instance]
    /// Where the next one is looked for first: answers keep their order, but for what changed.
    private var cursor = 0
    private lazy var byIdentity = Dictionary(grouping: instances, by: \.identity)

    init(_ previous: QueryResult?) {
        instances =
            switch previous {
            case .instances(let instances): instances
            case .node(let services?): services.instances
            default: []
            }
    }

    /// The instances, and for those that are as before the objects of before; the very list of before if all are.
    mutating func unified(with fresh: [Instance]) -> [Instance] {
        guard !instances.isEmpty else { return fresh }
        let unified = fresh.map { same(as: $0) }
        let isSame = unified.count == instances.count && zip(unified, instances).allSatisfy { $0 === $1 }
        return isSame ? instances : unified
    }

    private mutating func same(as fresh: Instance) -> Instance {
        for place in cursor..<min(cursor + 2, instances.count) where Self.isSame(instances[place], fresh) {
            cursor = place + 1
            return instances[place] == fresh ? instances[place] : fresh
        }
        return byIdentity[fresh.identity]?.first { $0 == fresh } ?? fresh
    }

    private static func isSame(_ one: Instance, _ other: Instance) -> Bool {
        one.id == other.id && one.node.name == other.node.name && one.service == other.service
    }
}
