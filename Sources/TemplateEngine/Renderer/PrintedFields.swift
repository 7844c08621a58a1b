/// A record's short plain texts and its integers as they are printed, side by side in the record's own memory.
///
/// Most fields that templates write are such; these are copied from here, without a look at the values, which lie
/// scattered. Each begins at a word and is followed by zeros up to the next.
package struct PrintedFields: Sendable {
    /// Where a field is.
    struct Place: BitwiseCopyable, Sendable {
        /// From the lowest bit: the first word (4 bits), the number of bytes (5), whether it is a text, whether it is
        /// trusted, and a one.
        fileprivate let bits: UInt16

        @inline(__always) fileprivate init(bits: UInt16) { self.bits = bits }

        fileprivate init(word: Int, count: Int, isText: Bool, isTrusted: Bool) {
            bits = UInt16(word) | UInt16(count) << 4 | (isText ? 1 << 9 : 0) | (isTrusted ? 1 << 10 : 0) | 1 << 11
        }

        /// Whether the field is here at all.
        @inline(__always) var isPrinted: Bool { bits != 0 }
        /// Whether it is a text, rather than an integer.
        @inline(__always) var isText: Bool { bits & 1 << 9 != 0 }
        /// Whether it is an integer, or a text that the author answers for.
        @inline(__always) var isTrusted: Bool { bits & 1 << 10 != 0 }
        /// How many bytes it has.
        @inline(__always) var count: Int { Int(bits >> 4 & 0x1F) }
        @inline(__always) fileprivate var word: Int { Int(bits & 0xF) }
    }

    /// How many fields can be here.
    static let placeCount = 16
    /// The longest text that is taken in, three words: a longer one would leave no room for the others.
    static let maximumCount = 24
    private static let wordCount = 16

    /// The `Place` of each field.
    private var places = InlineArray<16, UInt16>(repeating: 0)
    private var words = InlineArray<16, UInt64>(repeating: 0)

    /// Where the field of the number `place` is; any other number is that of no field.
    @inline(__always)
    subscript(place: Int) -> Place {
        guard UInt(bitPattern: place) < Self.placeCount else { return Place(bits: 0) }
        return Place(bits: places[place])
    }

    /// Eight bytes of the field at `place`, the first in the lowest bits.
    @inline(__always)
    func word(_ index: Int, of place: Place) -> UInt64 { words[place.word &+ index] }

    /// A byte of the field at `place`.
    @inline(__always)
    func byte(_ index: Int, of place: Place) -> UInt8 {
        UInt8(truncatingIfNeeded: word(index / 8, of: place) >> UInt64(index % 8 * 8))
    }

    /// Takes a field in at `place`, with its first byte at the word `start`; false if it is not short and plain.
    fileprivate mutating func take(_ string: String, at place: Int, word start: Int, isText: Bool, isTrusted: Bool) -> Bool {
        let count = string.utf8.count
        guard place < Self.placeCount, count <= Self.maximumCount, start + 3 <= Self.wordCount,
            string.utf8.allSatisfy(ByteSet.plain.contains)
        else { return false }
        for (offset, byte) in string.utf8.enumerated() {
            words[start + offset / 8] |= UInt64(byte) << UInt64(offset % 8 * 8)
        }
        places[place] = Place(word: start, count: count, isText: isText, isTrusted: isTrusted).bits
        return true
    }
}

/// Prints the fields of a record, place by place.
package struct FieldPrinter {
    private(set) var fields = PrintedFields()
    private var place = 0
    private var word = 0

    init() {}

    /// Fills the next place with a text, if it is short and plain.
    package mutating func add(_ string: String, isTrusted: Bool = false) {
        add(string, isText: true, isTrusted: isTrusted)
    }

    /// Fills the next place with an integer.
    package mutating func add(_ int: Int) { add(String(int), isText: false, isTrusted: true) }

    /// Fills the next place with a value, if it is an integer, or a short plain text of the author or of `source`.
    mutating func add(_ value: Value, writtenBy source: Origin.Source) {
        switch value {
        case .int(let int): add(int)
        case .text(let text):
            switch text.origin {
            case .trusted: add(text.string, isTrusted: true)
            case .untrusted(source): add(text.string)
            default: place += 1
            }
        default: place += 1
        }
    }

    private mutating func add(_ string: String, isText: Bool, isTrusted: Bool) {
        if fields.take(string, at: place, word: word, isText: isText, isTrusted: isTrusted) {
            word += (string.utf8.count + 7) / 8
        }
        place += 1
    }
}
