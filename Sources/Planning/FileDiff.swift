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
    /// The lines around all that differs, of each version; so many lines that are the same are before them.
    private let oldLines: [Range<Int>]
    private let newLines: [Range<Int>]
    private let linesBefore: Int
    /// In places of `oldLines` and `newLines`.
    private let changes: [LineDiff.Change]

    /// Compares two versions; an absent file counts as an empty one.
    package init(old: [UInt8], new: [UInt8]) {
        self.old = old
        self.new = new
        let isTooLarge = old.count + new.count > Self.largestInput
        guard !isTooLarge, !Self.looksBinary(old), !Self.looksBinary(new), old != new else {
            kind = isTooLarge ? .tooLarge : old == new ? .text : .binary
            (oldLines, newLines, changes) = ([], [], [])
            (added, removed, linesBefore) = (0, 0, 0)
            return
        }
        kind = Self.holdsKey(old) || Self.holdsKey(new) ? .secret : .text
        // Mostly a few lines of thousands differ: only those between what is the same at both ends are looked at.
        let window = DifferingLines(old.span, new.span, before: Self.contextLines, behind: Self.slideLines)
        linesBefore = window.linesBefore
        oldLines = window.old
        newLines = window.new
        var numbers: [ArraySlice<UInt8>: Int] = [:]
        func number(_ line: ArraySlice<UInt8>) -> Int {
            if let known = numbers[line] { return known }
            numbers[line] = numbers.count
            return numbers.count - 1
        }
        // The last of them are there to be shown: a change that is shown further down has lines behind it too.
        let shownOnly = window.isLast ? 0 : Self.contextLines
        changes =
            LineDiff(
                old: oldLines.dropLast(shownOnly).map { number(old[$0]) },
                new: newLines.dropLast(shownOnly).map { number(new[$0]) }
            ).changes
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
        output += Array("@@ -\(place(oldRange)) +\(place(newRange)) @@\n".utf8)
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
    private func place(_ range: Range<Int>) -> String {
        let first = linesBefore + range.lowerBound
        return switch range.count {
        case 0: "\(first),0"
        case 1: "\(first + 1)"
        default: "\(first + 1),\(range.count)"
        }
    }

    /// Whether a line begins a private key (RFC 7468).
    private static func holdsKey(_ bytes: [UInt8]) -> Bool {
        let span = bytes.span
        var start = 0
        while start < span.count {
            let end = DifferingLines.lineEnd(at: start, in: span)
            if span[start] == UInt8(ascii: "-"),
                String(decoding: bytes[start..<end], as: UTF8.self).contains(" PRIVATE KEY-----")
            {
                return true
            }
            start = end
        }
        return false
    }

    private static func looksBinary(_ bytes: [UInt8]) -> Bool { bytes.prefix(8192).contains(0) }

    /// Lines behind the last difference that are looked at as well, since a change may be shown further down.
    private static let slideLines = 100 + contextLines
}
