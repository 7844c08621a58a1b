import Synchronization

/// Regular expressions that were compiled, for patterns that come up again and again.
///
/// A template compiles a pattern with every call of a function that takes one, and most calls have the same pattern.
/// Holds as many as its capacity and forgets the one that was used longest ago. Faults are kept as well.
package final class RegularExpressionCache: Sendable {
    private let capacity: Int
    private let known: Mutex<Known>

    /// - Parameter capacity: how many patterns are kept, at least one.
    package init(capacity: Int = 256) {
        self.capacity = max(capacity, 1)
        known = Mutex(Known())
    }

    /// The regular expression of `pattern`, compiled if it is not known.
    package func expression(_ pattern: String) throws(RegularExpressionFault) -> RegularExpression {
        if let result = known.withLock({ $0.use(pattern) }) { return try result.get() }
        // Compiled outside of the lock: two threads may both compile a new pattern, and none waits for another's.
        let result = Result { () throws(RegularExpressionFault) in try RegularExpression(pattern) }
        known.withLock { $0.add(result, of: pattern, capacity: capacity) }
        return try result.get()
    }

    /// How many patterns it holds.
    package var count: Int { known.withLock { $0.count } }

    /// Whether it holds `pattern`; asking does not count as a use.
    package func holds(_ pattern: String) -> Bool { known.withLock { $0.holds(pattern) } }
}

extension RegularExpressionCache {
    fileprivate typealias Compiled = Result<RegularExpression, RegularExpressionFault>

    /// A pattern by its bytes: strings that are equal to Swift, since they look alike, may be different patterns.
    private struct Pattern: Hashable {
        var text: String

        static func == (left: Pattern, right: Pattern) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

        func hash(into hasher: inout Hasher) {
            for byte in text.utf8 { hasher.combine(byte) }
        }
    }

    private struct Known {
        private var entries: [Pattern: (result: Compiled, lastUse: Int)] = [:]
        private var uses = 0

        var count: Int { entries.count }

        func holds(_ pattern: String) -> Bool { entries[Pattern(text: pattern)] != nil }

        mutating func use(_ pattern: String) -> Compiled? {
            uses += 1
            entries[Pattern(text: pattern)]?.lastUse = uses
            return entries[Pattern(text: pattern)]?.result
        }

        mutating func add(_ result: Compiled, of pattern: String, capacity: Int) {
            let pattern = Pattern(text: pattern)
            if entries[pattern] == nil, entries.count >= capacity,
                let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                entries[oldest.key] = nil
            }
            uses += 1
            entries[pattern] = (result, uses)
        }
    }
}
