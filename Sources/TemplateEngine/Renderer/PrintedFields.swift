/// A record's short plain texts and its integers as they are printed, side by side.
///
/// Most fields that templates write are such; these are copied from here, without a look at the values, which lie
/// scattered. Each begins at a word and is followed by zeros up to the next.
package struct PrintedFields: Sendable {
    /// Where a field is.
    struct Place: BitwiseCopyable, Sendable {
        /// From the lowest bit: the first word (5 bits), the number of bytes (5), whether it is a text, whether it is
        /// trusted, and a one.
        fileprivate let bits: UInt16

        @inline(__always) fileprivate init(bits: UInt16) { self.bits = bits }

        fileprivate init(word: Int, count: Int, isText: Bool, isTrusted: Bool) {
            bits = UInt16(word) | UInt16(count) << 5 | (isText ? 1 << 10 : 0) | (isTrusted ? 1 << 11 : 0) | 1 << 12
        }

        /// Whether the field is here at all.
        @inline(__always) var isPrinted: Bool { bits != 0 }
        /// Whether it is a text, rather than an integer.
        @inline(__always) var isText: Bool { bits & 1 << 10 != 0 }
        /// Whether it is an integer, or a text that the author answers for.
        @inline(__always) var isTrusted: Bool { bits & 1 << 11 != 0 }
        /// How many bytes it has.
        @inline(__always) var count: Int { Int(bits >> 5 & 0x1F) }
        @inline(__always) fileprivate var word: Int { Int(bits & 0x1F) }
    }

    /// How many fields can be here.
    static let placeCount = 16
    /// The longest text that is taken in, three words: a longer one would make all records long.
    static let maximumCount = 24
    /// The words in front that hold the `Place` of each field, four in each.
    fileprivate static let placeWords = 4
    /// How many words the fields may take.
    fileprivate static let capacity = 16

    /// The places, the fields, and three words more, so that three can be copied from any field's first on.
    private let words: [UInt64]

    fileprivate init(words: [UInt64]) { self.words = words }

    /// Where the field of the number `place` is; any other number is that of no field.
    subscript(place: Int) -> Place {
        // The array goes on existing for so long.
        unsafe words.withUnsafeBufferPointer { unsafe View($0)[place] }
    }

    /// Calls `body` with the words, which lie in the same memory for as long as these fields exist.
    @inline(__always)
    func withView<Result>(_ body: (View) -> Result) -> Result {
        // Whoever keeps the view keeps the fields.
        unsafe words.withUnsafeBufferPointer { body(unsafe View($0)) }
    }

    /// The words where they lie.
    @safe struct View {
        private let words: UnsafeBufferPointer<UInt64>

        @inline(__always)
        fileprivate init(_ words: UnsafeBufferPointer<UInt64>) { unsafe self.words = words }

        /// Where the field of the number `place` is; any other number is that of no field.
        @inline(__always)
        subscript(place: Int) -> Place {
            guard UInt(bitPattern: place) < PrintedFields.placeCount else { return Place(bits: 0) }
            // There are words for so many places.
            return Place(bits: UInt16(truncatingIfNeeded: unsafe words[place >> 2] >> UInt64((place & 3) &* 16)))
        }

        /// Eight bytes of the field at `place`, the first in the lowest bits.
        @inline(__always)
        func word(_ index: Int, of place: Place) -> UInt64 {
            // A place has three words.
            unsafe words[place.word &+ index &+ PrintedFields.placeWords]
        }

        /// The text at `place`.
        func string(at place: Place) -> String {
            let words = (
                word(0, of: place).littleEndian, word(1, of: place).littleEndian, word(2, of: place).littleEndian
            )
            // The words are copied before their memory ends.
            return unsafe withUnsafeBytes(of: words) { unsafe String(decoding: $0[..<place.count], as: UTF8.self) }
        }

        /// The integer at `place`.
        func integer(at place: Place) -> Int {
            var result = 0
            var isNegative = false
            for index in 0..<place.count {
                let byte = UInt8(truncatingIfNeeded: word(index / 8, of: place) >> UInt64(index % 8 * 8))
                if byte == UInt8(ascii: "-") {
                    isNegative = true
                } else {
                    // Downwards, since the least integer has no counterpart above zero.
                    result = result &* 10 &- Int(byte &- UInt8(ascii: "0"))
                }
            }
            return isNegative ? result : 0 &- result
        }
    }
}

/// Prints the fields of a record, place by place.
package struct FieldPrinter {
    private var places = [UInt64](repeating: 0, count: PrintedFields.placeWords)
    private var words: [UInt64] = []
    private var place = 0

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
        defer { place += 1 }
        let count = string.utf8.count
        let first = words.count
        guard place < PrintedFields.placeCount, count <= PrintedFields.maximumCount,
            first + (count + 7) / 8 <= PrintedFields.capacity, string.utf8.allSatisfy(ByteSet.plain.contains)
        else { return }
        words.append(contentsOf: repeatElement(0, count: (count + 7) / 8))
        for (offset, byte) in string.utf8.enumerated() {
            words[first + offset / 8] |= UInt64(byte) << UInt64(offset % 8 * 8)
        }
        let bits = PrintedFields.Place(word: first, count: count, isText: isText, isTrusted: isTrusted).bits
        places[place / 4] |= UInt64(bits) << UInt64(place % 4 * 16)
    }

    /// What was printed.
    consuming func finish() -> PrintedFields {
        var all: [UInt64] = []
        // There are as many of these as there are records, so none takes more memory than it needs.
        all.reserveCapacity(places.count + words.count + 3)
        all += places
        all += words
        all += repeatElement(0, count: 3)
        return PrintedFields(words: all)
    }
}
