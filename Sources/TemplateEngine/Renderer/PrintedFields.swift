/// A record's short plain texts and its integers as they are printed, side by side in the record's own memory.
///
/// Most fields that templates write are such; these are copied from here, without a look at the values, which lie
/// scattered. Each begins at a word and is followed by zeros up to the next.
struct PrintedFields: Sendable {
    /// Where a field is.
    struct Place: BitwiseCopyable, Sendable {
        /// From the lowest bit: the first word (5 bits), the number of bytes (8), whether it is a text, and a one.
        fileprivate let bits: UInt16

        @inline(__always) fileprivate init(bits: UInt16) { self.bits = bits }

        fileprivate init(word: Int, count: Int, isText: Bool) {
            bits = UInt16(word) | UInt16(count) << 5 | (isText ? 1 << 13 : 0) | 1 << 14
        }

        /// Whether the field is here at all.
        @inline(__always) var isPrinted: Bool { bits != 0 }
        /// Whether it is a text, rather than an integer.
        @inline(__always) var isText: Bool { bits & 1 << 13 != 0 }
        /// How many bytes it has.
        @inline(__always) var count: Int { Int(bits >> 5 & 0xFF) }
        @inline(__always) fileprivate var word: Int { Int(bits & 0x1F) }
    }

    /// How many words fields may take; two more are there to be copied along. With this many a record fills a piece of
    /// the allocator's.
    private static let capacity = 17
    /// The longest text that is taken in, three words: a longer one would leave no room for the others.
    static let maximumCount = 24

    private var words = InlineArray<19, UInt64>(repeating: 0)
    /// The `Place` of each field.
    private var places = InlineArray<24, UInt16>(repeating: 0)

    /// - Parameter plain: a bit for each field that is a text of plain bytes.
    init(_ fields: [Value], plain: UInt64) {
        var word = 0
        for index in 0..<min(fields.count, 24) {
            switch fields[index] {
            case .text(let text) where plain >> UInt64(index) & 1 != 0:
                take(text.string, as: index, isText: true, at: &word)
            case .int(let int): take(String(int), as: index, isText: false, at: &word)
            default: break
            }
        }
    }

    private mutating func take(_ string: String, as index: Int, isText: Bool, at word: inout Int) {
        let count = string.utf8.count
        let size = (count + 7) / 8
        guard count <= Self.maximumCount, word + size <= Self.capacity else { return }
        for (offset, byte) in string.utf8.enumerated() {
            words[word + offset / 8] |= UInt64(byte) << UInt64(offset % 8 * 8)
        }
        places[index] = Place(word: word, count: count, isText: isText).bits
        word += size
    }

    /// Where the field at `slot` is.
    @inline(__always)
    subscript(slot: Int) -> Place {
        guard slot < 24 else { return Place(bits: 0) }
        return Place(bits: places[slot])
    }

    /// Eight bytes of the field at `place`, the first in the lowest bits.
    @inline(__always)
    func word(_ index: Int, of place: Place) -> UInt64 { words[place.word &+ index] }
}
