extension RegularExpression {
    /// The characters that a program tells apart, each class of them as one symbol.
    ///
    /// Two characters are in one class if every set of the program has both or neither.
    struct Alphabet: Sendable {
        /// How many symbols there are, numbered from 0.
        private(set) var count = 1
        /// The symbols of ASCII.
        private var ascii: [Int32]
        /// Where each run of one symbol begins, in order, the first at 0.
        private var starts: [UInt32]
        private var symbols: [Int32]

        /// The alphabet that tells the members of each of `sets` from all others.
        init(telling sets: [ScalarSet]) {
            var edges: Set<UInt32> = [0]
            for range in sets.lazy.flatMap(\.ranges) {
                edges.insert(range.lowerBound)
                if range.upperBound < ScalarSet.highest { edges.insert(range.upperBound + 1) }
            }
            starts = edges.sorted()
            symbols = Array(repeating: 0, count: starts.count)
            ascii = []

            // Each set splits the classes that it cuts; `split` tells the part inside of it by the class it came from.
            var split: [Int32] = [-1]
            for set in sets {
                var touched: [Int32] = []
                for range in set.ranges {
                    var run = Self.run(of: range.lowerBound, in: starts)
                    while run < starts.count, starts[run] <= range.upperBound {
                        let old = symbols[run]
                        if split[Int(old)] < 0 {
                            split[Int(old)] = Int32(split.count)
                            split.append(-1)
                            touched.append(old)
                        }
                        symbols[run] = split[Int(old)]
                        run += 1
                    }
                }
                for old in touched { split[Int(old)] = -1 }
            }
            renumber()
            ascii = (0..<128).map { symbols[Self.run(of: $0, in: starts)] }
        }

        /// Numbers the symbols that are left without gaps, and joins neighbouring runs of one symbol.
        private mutating func renumber() {
            var numbers: [Int32: Int32] = [:]
            var joinedStarts: [UInt32] = []
            var joinedSymbols: [Int32] = []
            for (start, symbol) in zip(starts, symbols) {
                let number = numbers[symbol] ?? Int32(numbers.count)
                numbers[symbol] = number
                if joinedSymbols.last == number { continue }
                joinedStarts.append(start)
                joinedSymbols.append(number)
            }
            starts = joinedStarts
            symbols = joinedSymbols
            count = numbers.count
        }

        /// The run that `scalar` lies in.
        private static func run(of scalar: UInt32, in starts: [UInt32]) -> Int {
            var low = 0
            var high = starts.count
            while low < high {
                let middle = (low + high) / 2
                if starts[middle] <= scalar { low = middle + 1 } else { high = middle }
            }
            return low - 1
        }

        /// The symbol of `scalar`.
        func symbol(of scalar: UInt32) -> Int32 {
            scalar < 0x80 ? ascii[Int(scalar)] : symbols[Self.run(of: scalar, in: starts)]
        }

        /// The symbol at `offset` of UTF-8 text, and how many bytes it takes.
        @inline(__always)
        func symbol(at offset: Int, in bytes: Span<UInt8>) -> (symbol: Int32, width: Int) {
            let byte = bytes[offset]
            if byte < 0x80 { return (ascii[Int(byte)], 1) }
            let (scalar, width) = UTF8Scalar.decode(at: offset, in: bytes)
            return (symbols[Self.run(of: scalar, in: starts)], width)
        }

        /// The symbols whose characters are in `set`, one of the sets that the alphabet was made for.
        func symbols(in set: ScalarSet) -> Set<Int32> {
            var result: Set<Int32> = []
            for range in set.ranges {
                var run = Self.run(of: range.lowerBound, in: starts)
                while run < starts.count, starts[run] <= range.upperBound {
                    result.insert(symbols[run])
                    run += 1
                }
            }
            return result
        }

        /// What each symbol is to assertions, given that the alphabet tells line feeds and word characters apart.
        func neighbours() -> [Assertion.Neighbour] {
            var result: [Assertion.Neighbour] = Array(repeating: .other, count: count)
            for byte: UInt8 in 0..<0x80 { result[Int(ascii[Int(byte)])] = Assertion.Neighbour(byte) }
            return result
        }
    }

    /// Sets of symbols as rows of bits.
    struct SymbolSets: Sendable {
        private var words: [UInt64] = []
        private let wordsPerSet: Int

        init(symbolCount: Int) { wordsPerSet = (symbolCount + 63) / 64 }

        /// Adds a set and returns its number.
        mutating func append(_ symbols: Set<Int32>) -> Int32 {
            let first = words.count
            words.append(contentsOf: repeatElement(0, count: wordsPerSet))
            for symbol in symbols { words[first + Int(symbol) >> 6] |= 1 << UInt64(symbol & 63) }
            return Int32(first / wordsPerSet)
        }

        @inline(__always)
        func contains(_ symbol: Int32, in set: Int32) -> Bool {
            words[Int(set) * wordsPerSet + Int(symbol) >> 6] >> UInt64(symbol & 63) & 1 != 0
        }
    }
}
