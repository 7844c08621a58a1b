/// The difference of two versions of a file, and its unified text.
package struct FileDiff: Hashable, Sendable {
    /// How the two were compared.
    package enum Kind: Hashable, Sendable {
        case text
        /// One of the two holds a zero byte near its start.
        case binary
        /// Together they are larger than `largestInput`.
        case tooLarge
        /// One of the two holds a private key, of which nobody is shown a line.
        case secret
    }

    /// Bytes of both versions together beyond which lines are not compared.
    package static let largestInput = 64 << 20
    /// Lines shown before and after a change.
    package static let contextLines = 3

    package let kind: Kind
    /// Lines that only the new version has; 0 of what is not compared.
    package let added: Int
    /// Lines that only the old version has.
    package let removed: Int

    private let old: [UInt8]
    private let new: [UInt8]
    private let oldLines: [Range<Int>]
    private let newLines: [Range<Int>]
    private let changes: [LineDiff.Change]

    /// Compares two versions; an absent file counts as an empty one.
    package init(old: [UInt8], new: [UInt8]) {
        self.old = old
        self.new = new
        let isTooLarge = old.count + new.count > Self.largestInput
        guard !isTooLarge, !Self.looksBinary(old), !Self.looksBinary(new), old != new else {
            kind = isTooLarge ? .tooLarge : old == new ? .text : .binary
            (oldLines, newLines, changes) = ([], [], [])
            (added, removed) = (0, 0)
            return
        }
        oldLines = Self.lines(of: old)
        newLines = Self.lines(of: new)
        kind = Self.holdsKey(old, oldLines) || Self.holdsKey(new, newLines) ? .secret : .text
        // Mostly a few lines of thousands differ: only those between what is the same at both ends are looked at closely.
        let same = Self.sameEnds(old, new)
        let newline = UInt8(ascii: "\n")
        let before = oldLines.prefix { $0.upperBound <= same.start && old[$0.upperBound - 1] == newline }.count
        // The line end before it has to be the same too.
        let behind = oldLines.reversed().prefix { old.count - $0.lowerBound < same.end }.count
        let after = max(0, behind - Self.slideLines)
        var numbers: [ArraySlice<UInt8>: Int] = [:]
        func number(_ line: ArraySlice<UInt8>) -> Int {
            if let known = numbers[line] { return known }
            numbers[line] = numbers.count
            return numbers.count - 1
        }
        changes = LineDiff(
            old: oldLines[before..<oldLines.count - after].map { number(old[$0]) },
            new: newLines[before..<newLines.count - after].map { number(new[$0]) }
        ).changes.map { change in
            LineDiff.Change(
                old: change.old.lowerBound + before..<change.old.upperBound + before,
                new: change.new.lowerBound + before..<change.new.upperBound + before
            )
        }
        added = changes.reduce(0) { $0 + $1.new.count }
        removed = changes.reduce(0) { $0 + $1.old.count }
    }

    /// `+3 -1`, `binary` or `too large to compare`.
    package var summary: String {
        switch kind {
        case .text, .secret: "+\(added) -\(removed)"
        case .binary: "binary"
        case .tooLarge: "too large to compare"
        }
    }

    /// The diff as `diff -u` writes it, without time stamps; empty if nothing differs.
    ///
    /// - Parameters:
    ///   - oldName: What follows `---`; `/dev/null` for a file that is new.
    ///   - newName: What follows `+++`.
    package func unified(oldName: String, newName: String) -> [UInt8] {
        guard old != new else { return [] }
        guard kind == .text else {
            let what =
                switch kind {
                case .binary: "Binary files"
                case .secret: "Files with private keys"
                case .tooLarge, .text: "Files too large to compare"
                }
            return Array("\(what) \(oldName) and \(newName) differ (\(old.count) and \(new.count) bytes)\n".utf8)
        }
        var output = Array("--- \(oldName)\n+++ \(newName)\n".utf8)
        for hunk in hunks() { write(hunk, to: &output) }
        return output
    }

    /// Changes whose contexts touch or overlap share a hunk.
    private func hunks() -> [ArraySlice<LineDiff.Change>] {
        var hunks: [ArraySlice<LineDiff.Change>] = []
        var start = 0
        for index in changes.indices.dropFirst()
        where changes[index].old.lowerBound - changes[index - 1].old.upperBound > 2 * Self.contextLines {
            hunks.append(changes[start..<index])
            start = index
        }
        if !changes.isEmpty { hunks.append(changes[start...]) }
        return hunks
    }

    private func write(_ hunk: ArraySlice<LineDiff.Change>, to output: inout [UInt8]) {
        guard let first = hunk.first, let last = hunk.last else { return }
        let before = min(Self.contextLines, first.old.lowerBound)
        let after = min(Self.contextLines, oldLines.count - last.old.upperBound)
        let oldRange = first.old.lowerBound - before..<last.old.upperBound + after
        let newRange = first.new.lowerBound - before..<last.new.upperBound + after
        output += Array("@@ -\(Self.place(oldRange)) +\(Self.place(newRange)) @@\n".utf8)
        var position = oldRange.lowerBound
        for change in hunk {
            for line in position..<change.old.lowerBound { write(" ", old[oldLines[line]], to: &output) }
            for line in change.old { write("-", old[oldLines[line]], to: &output) }
            for line in change.new { write("+", new[newLines[line]], to: &output) }
            position = change.old.upperBound
        }
        for line in position..<oldRange.upperBound { write(" ", old[oldLines[line]], to: &output) }
    }

    private func write(_ mark: Unicode.Scalar, _ line: ArraySlice<UInt8>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: mark))
        output += line
        if line.last != UInt8(ascii: "\n") { output += Array("\n\\ No newline at end of file\n".utf8) }
    }

    /// `3,7`, `3` for a single line, `2,0` for none after line 2.
    private static func place(_ range: Range<Int>) -> String {
        switch range.count {
        case 0: "\(range.lowerBound),0"
        case 1: "\(range.lowerBound + 1)"
        default: "\(range.lowerBound + 1),\(range.count)"
        }
    }

    /// Whether a line begins a private key (RFC 7468).
    private static func holdsKey(_ bytes: [UInt8], _ lines: [Range<Int>]) -> Bool {
        lines.contains { line in
            bytes[line.lowerBound] == UInt8(ascii: "-")
                && String(decoding: bytes[line], as: UTF8.self).contains(" PRIVATE KEY-----")
        }
    }

    private static func looksBinary(_ bytes: [UInt8]) -> Bool { bytes.prefix(8192).contains(0) }

    /// Lines behind the last difference that are compared as well, since a change may be shown further down.
    private static let slideLines = 100

    /// How many bytes the two begin and end with alike, neither counted twice.
    private static func sameEnds(_ old: [UInt8], _ new: [UInt8]) -> (start: Int, end: Int) {
        let (left, right) = (old.span, new.span)
        let shorter = min(left.count, right.count)
        var start = 0
        while start < shorter, left[start] == right[start] { start += 1 }
        var end = 0
        while end < shorter - start, left[left.count - 1 - end] == right[right.count - 1 - end] { end += 1 }
        return (start, end)
    }

    /// Each line with its line end.
    private static func lines(of bytes: [UInt8]) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        let span = bytes.span
        var start = 0
        for index in span.indices where span[index] == UInt8(ascii: "\n") {
            lines.append(start..<index + 1)
            start = index + 1
        }
        if start < span.count { lines.append(start..<span.count) }
        return lines
    }
}
