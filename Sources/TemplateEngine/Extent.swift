/// How much a list or map holds, those inside of it included, known without walking through it.
struct Extent: BitwiseCopyable, Sendable {
    /// The deepest that values may nest; all that walks through them does so by calling itself.
    static let maximumDepth = 1_200

    private var storedCount: UInt32 = 0
    private var storedDepth: UInt16 = 0

    /// All elements, a shared one once for each place where it is.
    var count: Int { Int(storedCount) }
    /// How many lists and maps lie in one another.
    var depth: Int { Int(storedDepth) }

    init() {}

    /// That of a list whose elements are no lists, or records of a few.
    init(flat count: Int) {
        storedCount = UInt32(clamping: count)
        storedDepth = 1
    }

    init(of elements: some Sequence<Value>) {
        var count = 0
        var depth = 0
        for element in elements {
            count += 1
            switch element {
            case .list(let list):
                count += list.extent.count
                depth = max(depth, list.extent.depth)
            case .map(let map):
                count += map.extent.count
                depth = max(depth, map.extent.depth)
            default: break
            }
        }
        storedCount = UInt32(clamping: count)
        storedDepth = UInt16(clamping: depth + 1)
    }
}
