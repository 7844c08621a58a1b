/// Which characters are each other's other case: Unicode's simple case folding (CaseFolding.txt, status C and S), as
/// RE2 and Go's `unicode.SimpleFold` use it.
///
/// The standard library does not offer the file, but its one-to-one case mappings connect the same characters: K, k
/// and the Kelvin sign; S, s and the long s; Σ, σ and ς.
enum CaseFolding {
    /// The highest code point that has another case.
    private static let highest: UInt32 = 0x1E943

    /// Where letters have cases: all planes without the large blocks of ideographs, syllables and old scripts, whose
    /// properties need not be looked up.
    private static let casedBlocks: [ClosedRange<UInt32>] = [
        0x41...0x2DFF, 0xA640...0xABFF, 0xFB00...0x11FFF, 0x16A40...0x16FFF, 0x1D400...highest,
    ]

    /// Characters with more than one case, each set of them in order, by each of its members.
    private static let orbits: [(scalar: UInt32, orbit: [UInt32])] = {
        var orbits: [UInt32: [UInt32]] = [:]
        func connect(_ left: UInt32, _ right: UInt32) {
            let leftOrbit = orbits[left] ?? [left]
            guard !leftOrbit.contains(right) else { return }
            let merged = (leftOrbit + (orbits[right] ?? [right])).sorted()
            for member in merged { orbits[member] = merged }
        }
        for value in casedBlocks.joined() {
            guard let scalar = Unicode.Scalar(value), scalar.properties.changesWhenCaseMapped else { continue }
            // The dotted and the dotless i of Turkish fold with i only in Turkish.
            if value == 0x130 || value == 0x131 { continue }
            let properties = scalar.properties
            for mapping in [properties.lowercaseMapping, properties.uppercaseMapping, properties.titlecaseMapping] {
                let mapped = mapping.unicodeScalars
                if let other = mapped.first, mapped.count == 1, other != scalar { connect(value, other.value) }
            }
        }
        return orbits.map { (scalar: $0.key, orbit: $0.value) }.sorted { $0.scalar < $1.scalar }
    }()

    /// The orbits that have a member in `range`, some perhaps more than once.
    static func orbits(touching range: ClosedRange<UInt32>) -> [[UInt32]] {
        guard range.upperBound >= 0x41, range.lowerBound <= highest else { return [] }
        var low = 0
        var high = orbits.count
        while low < high {
            let middle = (low + high) / 2
            if orbits[middle].scalar < range.lowerBound { low = middle + 1 } else { high = middle }
        }
        return orbits[low...].prefix { $0.scalar <= range.upperBound }.map(\.orbit)
    }
}
