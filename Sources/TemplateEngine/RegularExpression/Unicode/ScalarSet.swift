/// A set of Unicode code points, as ranges.
///
/// Surrogates may be in it (the complement of `[a]` has them) and never match, since no text contains them.
struct ScalarSet: Hashable, Sendable {
    static let highest: UInt32 = 0x10FFFF

    /// In order, neither overlapping nor touching.
    private(set) var ranges: [ClosedRange<UInt32>] = []

    static let all = ScalarSet(0...highest)
    static let allButLineFeed = ScalarSet(0x0A).inverted()

    init() {}

    init(_ scalar: UInt32) { ranges = [scalar...scalar] }

    /// The union of `ranges`, which may be in any order and overlap.
    init(_ ranges: ClosedRange<UInt32>...) { self.init(ranges) }

    /// The union of `ranges`, which may be in any order and overlap.
    init(_ ranges: [ClosedRange<UInt32>]) {
        self.ranges.reserveCapacity(ranges.count)
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = self.ranges.last, range.lowerBound <= last.upperBound + 1 {
                self.ranges[self.ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                self.ranges.append(range)
            }
        }
    }

    /// Its member, if it has but one.
    var single: UInt32? {
        guard ranges.count == 1, ranges[0].lowerBound == ranges[0].upperBound else { return nil }
        return ranges[0].lowerBound
    }

    mutating func insert(_ range: ClosedRange<UInt32>) { formUnion(ScalarSet(range)) }

    mutating func formUnion(_ other: ScalarSet) {
        guard !other.ranges.isEmpty else { return }
        // What a class lists in order is appended without sorting it anew.
        if let last = ranges.last, other.ranges[0].lowerBound > last.upperBound + 1 {
            ranges += other.ranges
        } else {
            self = ScalarSet(ranges + other.ranges)
        }
    }

    /// All code points that are not in it.
    func inverted() -> ScalarSet {
        var result = ScalarSet()
        var next: UInt32 = 0
        for range in ranges {
            if next < range.lowerBound { result.ranges.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= Self.highest { result.ranges.append(next...Self.highest) }
        return result
    }

    func contains(_ scalar: UInt32) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < scalar { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(scalar)
    }

    /// The set with every other case of its members, by Unicode's simple case folding.
    func foldingCase() -> ScalarSet {
        var additions: [ClosedRange<UInt32>] = []
        for range in ranges {
            for orbit in CaseFolding.orbits(touching: range) { additions += orbit.map { $0...$0 } }
        }
        return additions.isEmpty ? self : ScalarSet(ranges + additions)
    }
}
