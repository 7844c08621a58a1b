/// The difference of two sequences: which stretches of the old one are replaced by which of the new one.
///
/// Myers' algorithm in its form that needs linear space (E. Myers, "An O(ND) Difference Algorithm and Its Variations",
/// 1986, section 4b). The result is a shortest one, unless that would take more than `maximumSteps`; then what is left
/// counts as replaced as a whole, which is longer and still right.
struct LineDiff {
    /// A stretch of the old sequence that stands for one of the new; one of the two may be empty.
    struct Change: Hashable {
        var old: Range<Int>
        var new: Range<Int>
    }

    /// In order, never adjacent.
    private(set) var changes: [Change] = []

    private let old: [Int]
    private let new: [Int]
    private var stepsLeft: Int

    /// - Parameters:
    ///   - old: The old lines, equal lines by equal numbers.
    ///   - new: The new lines, numbered alike.
    init(old: [Int], new: [Int], maximumSteps: Int = 8_000_000) {
        self.old = old
        self.new = new
        stepsLeft = maximumSteps
        compare(0..<old.count, 0..<new.count)
        slideDown()
    }

    private mutating func compare(_ oldPart: Range<Int>, _ newPart: Range<Int>) {
        var (low, newLow) = (oldPart.lowerBound, newPart.lowerBound)
        var (high, newHigh) = (oldPart.upperBound, newPart.upperBound)
        while low < high, newLow < newHigh, old[low] == new[newLow] { (low, newLow) = (low + 1, newLow + 1) }
        while low < high, newLow < newHigh, old[high - 1] == new[newHigh - 1] {
            (high, newHigh) = (high - 1, newHigh - 1)
        }
        if low == high || newLow == newHigh {
            if low < high || newLow < newHigh { add(Change(old: low..<high, new: newLow..<newHigh)) }
        } else if let middle = meetingPoint(low..<high, newLow..<newHigh) {
            compare(low..<middle.old, newLow..<middle.new)
            compare(middle.old..<high, middle.new..<newHigh)
        } else {
            add(Change(old: low..<high, new: newLow..<newHigh))
        }
    }

    private mutating func add(_ change: Change) {
        if let last = changes.last, last.old.upperBound == change.old.lowerBound,
            last.new.upperBound == change.new.lowerBound
        {
            changes[changes.count - 1] = Change(
                old: last.old.lowerBound..<change.old.upperBound,
                new: last.new.lowerBound..<change.new.upperBound
            )
        } else {
            changes.append(change)
        }
    }

    /// A point on a shortest path through the edit graph: the search from the start and the one from the end meet
    /// there. Nil if the steps ran out.
    private mutating func meetingPoint(_ oldPart: Range<Int>, _ newPart: Range<Int>) -> (old: Int, new: Int)? {
        let (width, height) = (oldPart.count, newPart.count)
        let difference = width - height
        // For each diagonal (old minus new), how far the searches got along it, in old lines; -1: not there yet. The
        // second one counts from the end.
        var forward = [Int](repeating: -1, count: width + height + 3)
        var backward = forward
        let origin = height + 1
        for depth in 0...(width + height + 1) / 2 {
            let diagonals = stride(
                from: -(depth - 2 * max(0, depth - height)),
                through: depth - 2 * max(0, depth - width),
                by: 2
            )
            for diagonal in diagonals {
                stepsLeft -= 1
                guard
                    var x = Self.step(forward, origin, diagonal, depth: depth, width: width, height: height)
                else { continue }
                var y = x - diagonal
                while x < width, y < height, old[oldPart.lowerBound + x] == new[newPart.lowerBound + y] {
                    (x, y) = (x + 1, y + 1)
                }
                forward[origin + diagonal] = x
                let opposite = difference - diagonal
                if difference % 2 != 0, abs(opposite) < depth, (-height...width).contains(opposite),
                    backward[origin + opposite] >= 0, x + backward[origin + opposite] >= width
                {
                    return (oldPart.lowerBound + x, newPart.lowerBound + y)
                }
            }
            for diagonal in diagonals {
                stepsLeft -= 1
                guard
                    var x = Self.step(backward, origin, diagonal, depth: depth, width: width, height: height)
                else { continue }
                var y = x - diagonal
                while x < width, y < height, old[oldPart.upperBound - 1 - x] == new[newPart.upperBound - 1 - y] {
                    (x, y) = (x + 1, y + 1)
                }
                backward[origin + diagonal] = x
                let opposite = difference - diagonal
                if difference % 2 == 0, abs(opposite) <= depth, (-height...width).contains(opposite),
                    forward[origin + opposite] >= 0, x + forward[origin + opposite] >= width
                {
                    return (oldPart.upperBound - x, newPart.upperBound - y)
                }
            }
            if stepsLeft <= 0 { return nil }
        }
        return nil
    }

    /// Where a search is on `diagonal` after one more deletion or insertion; nil if it cannot get there.
    private static func step(
        _ reached: [Int],
        _ origin: Int,
        _ diagonal: Int,
        depth: Int,
        width: Int,
        height: Int,
    ) -> Int? {
        if depth == 0 { return 0 }
        var best = -1
        if diagonal > -depth {
            let left = reached[origin + diagonal - 1]
            if left >= 0, left < width { best = left + 1 }
        }
        if diagonal < depth {
            let above = reached[origin + diagonal + 1]
            if above >= 0, above - diagonal <= height { best = max(best, above) }
        }
        return best >= 0 ? best : nil
    }

    /// Moves pure insertions and deletions down as far as they mean the same, as people expect to see them (a new
    /// block after its like, not within it), and joins those that then touch.
    private mutating func slideDown() {
        var result: [Change] = []
        var index = 0
        while index < changes.count {
            var change = changes[index]
            let next = index + 1 < changes.count ? changes[index + 1] : nil
            let (oldLimit, newLimit) = (next?.old.lowerBound ?? old.count, next?.new.lowerBound ?? new.count)
            if change.new.isEmpty {
                while change.old.upperBound < oldLimit, old[change.old.lowerBound] == old[change.old.upperBound] {
                    change.moveDown()
                }
            } else if change.old.isEmpty {
                while change.new.upperBound < newLimit, new[change.new.lowerBound] == new[change.new.upperBound] {
                    change.moveDown()
                }
            }
            if let next, change.old.upperBound == oldLimit, change.new.upperBound == newLimit {
                changes[index + 1] = Change(
                    old: change.old.lowerBound..<next.old.upperBound,
                    new: change.new.lowerBound..<next.new.upperBound
                )
            } else {
                result.append(change)
            }
            index += 1
        }
        changes = result
    }
}

extension LineDiff.Change {
    fileprivate mutating func moveDown() {
        old = old.lowerBound + 1..<old.upperBound + 1
        new = new.lowerBound + 1..<new.upperBound + 1
    }
}
