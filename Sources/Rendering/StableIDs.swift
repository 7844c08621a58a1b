import TemplateEngine

/// The numbers of a target's instances: each below 2^20, no two alike, and the same for as long as an instance is known.
///
/// HAProxy puts a server on its hash ring by its `id` modulo 2^20, so that two alike would starve one of them: a hash of
/// the name alone is not enough. The number is that of the hash where it is free, so that several balancers mostly agree,
/// and the next free one elsewhere. An instance that is gone keeps its number for a time, in case that it comes back.
package struct StableIDs: Hashable, Sendable {
    /// Numbers go from 1 up to, but not including, this one.
    package static let limit = 1 << 20
    /// How many instances that are gone keep their numbers, or as many as are there if that is more.
    package static let rememberedAtLeast = 1_024

    private struct Entry: Hashable {
        var number: Int
        /// When it was last used, by `clock`.
        var lastUse: Int
    }

    /// By keys that are told apart by their bytes.
    private var entries: [Map.Key: Entry] = [:]
    private var taken: Set<Int> = []
    /// Counts the renders.
    private var clock = 0

    private let limit: Int

    /// Whether a number was given or taken back since `changedText` was asked for.
    private var isChanged = false

    /// - Parameter limit: another one is for tests.
    package init(limit: Int = StableIDs.limit) { self.limit = limit }

    /// How many instances have a number.
    package var count: Int { entries.count }

    /// The number of `key`, if it has one.
    package subscript(key: String) -> Int? { entries[.string(key)]?.number }

    /// The number of `key`, which gets one if it has none yet; nil if all are taken.
    ///
    /// - Parameter name: what the number is made of where it is free; the key itself unless said.
    package mutating func allot(_ key: String, by name: String? = nil) -> Int? {
        if let entry = entries[.string(key)] {
            if entry.lastUse != clock { entries[.string(key)]?.lastUse = clock }
            return entry.number
        }
        guard taken.count < limit - 1 else { return nil }
        var number = place(of: name ?? key)
        while taken.contains(number) { number = number % (limit - 1) + 1 }
        entries[.string(key)] = Entry(number: number, lastUse: clock)
        taken.insert(number)
        isChanged = true
        return number
    }

    /// Takes back the number of `key`.
    package mutating func free(_ key: String) {
        guard let entry = entries.removeValue(forKey: .string(key)) else { return }
        taken.remove(entry.number)
        isChanged = true
    }

    /// Ends a render: what was not asked for since the last one is gone, and of all that is gone the longest gone give
    /// back their numbers if there are too many of them.
    package mutating func endRender() {
        let gone = entries.filter { $0.value.lastUse < clock }
        let excess = gone.count - max(Self.rememberedAtLeast, entries.count - gone.count)
        if excess > 0 {
            let oldest = gone.sorted { ($0.value.lastUse, $0.value.number) < ($1.value.lastUse, $1.value.number) }
            for case (.string(let key), _) in oldest.prefix(excess) { free(key) }
        }
        clock += 1
    }

    /// The number to begin the search at: from 1 up to, but not including, the limit.
    private func place(of key: String) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return Int((hash ^ hash >> 32) % UInt64(limit - 1)) + 1
    }
}

extension StableIDs {
    /// A line for each instance: its number, how many renders ago it was last used, and its key in percent-encoding.
    package var text: String {
        entries.sorted { $0.value.number < $1.value.number }
            .map {
                "\($1.number) \(clock - $1.lastUse) \(Self.encoded(formatValue(Value($0, origin: .trusted)).string))\n"
            }
            .joined()
    }

    /// `text`, if numbers were given or taken back since the last time, or since they were read: then they are to be kept.
    package mutating func changedText() -> String? {
        guard isChanged else { return nil }
        isChanged = false
        return text
    }

    /// Reads what `text` gave. A line that is damaged, or that would give a number or a key twice, is left out: its
    /// instance gets a number anew.
    package init(text: String) {
        self.init()
        var ages: [(key: String, number: Int, age: Int)] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 3, let number = Int(words[0]), let age = Int(words[1]),
                (1..<Self.limit).contains(number), (0...Int(Int32.max)).contains(age),
                let key = Self.decoded(words[2])
            else { continue }
            ages.append((key, number, age))
        }
        clock = ages.map(\.age).max() ?? 0
        for (key, number, age) in ages where entries[.string(key)] == nil && !taken.contains(number) {
            entries[.string(key)] = Entry(number: number, lastUse: clock - age)
            taken.insert(number)
        }
    }

    private static func encoded(_ key: String) -> String {
        var result = ""
        for byte in key.utf8 {
            switch byte {
            case 0x21...0x24, 0x26...0x7E: result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return result
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let value = UInt8(String(rest.prefix(2)) ?? "", radix: 16), rest.count >= 2 else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
