import Planning
import Testing

@Suite("A file's diff")
struct FileDiffTests {
    @Test("reads as diff -u writes it", arguments: DiffCase.all)
    func unified(_ example: DiffCase) {
        let diff = FileDiff(old: Array(example.old.utf8), new: Array(example.new.utf8))
        let text = String(decoding: diff.unified(oldName: "o", newName: "n"), as: UTF8.self)
        #expect(text == "--- o\n+++ n\n" + example.unified)
    }

    @Test("counts the lines of each side")
    func counts() {
        let diff = FileDiff(old: Array("a\nb\nc\n".utf8), new: Array("a\nx\ny\nc\n".utf8))
        #expect(diff.added == 2)
        #expect(diff.removed == 1)
        #expect(diff.summary == "+2 -1")
    }

    @Test("is empty for equal texts")
    func equal() {
        let diff = FileDiff(old: Array("a\n".utf8), new: Array("a\n".utf8))
        #expect(diff.unified(oldName: "o", newName: "n").isEmpty)
        #expect(diff.summary == "+0 -0")
    }

    @Test("shows no line of a file with a private key")
    func secret() {
        let key = "cert\n-----BEGIN EC PRIVATE KEY-----\nabc\n-----END EC PRIVATE KEY-----\n"
        for (old, new) in [(key, key.replacing("cert", with: "new")), ("", key), (key, "")] {
            let diff = FileDiff(old: Array(old.utf8), new: Array(new.utf8))
            #expect(diff.kind == .secret)
            let text = String(decoding: diff.unified(oldName: "o", newName: "n"), as: UTF8.self)
            #expect(text == "Files with private keys o and n differ (\(old.utf8.count) and \(new.utf8.count) bytes)\n")
        }
        let diff = FileDiff(old: Array(key.utf8), new: Array(key.replacing("cert", with: "new").utf8))
        #expect(diff.summary == "+1 -1")
    }

    @Test("shows no bytes of a binary file")
    func binary() {
        let diff = FileDiff(old: [1, 0, 2], new: Array("text\n".utf8))
        #expect(diff.kind == .binary)
        let text = String(decoding: diff.unified(oldName: "o", newName: "n"), as: UTF8.self)
        #expect(text == "Binary files o and n differ (3 and 5 bytes)\n")
    }

    @Test("applied to the old text gives the new one", arguments: 0..<300)
    func applies(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let old = text(&random)
        let new = seed % 3 == 0 ? text(&random) : edited(old, &random)
        let diff = FileDiff(old: old, new: new)
        let patched = try apply(diff.unified(oldName: "o", newName: "n"), to: old)
        #expect(patched == new)
    }

    @Test("is a shortest one", arguments: 0..<200)
    func shortest(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) &+ 1000)
        let (old, new) = (text(&random), text(&random))
        let diff = FileDiff(old: old, new: new)
        #expect(diff.added + diff.removed == editDistance(lines(old), lines(new)))
    }

    @Test("of two long texts with nothing in common ends, and is right")
    func hostile() throws {
        var random = SeededGenerator(seed: 7)
        func noise() -> [UInt8] {
            (0..<30_000).flatMap { _ in Array("\(UInt8.random(in: 0...40, using: &random))\n".utf8) }
        }
        let (old, new) = (noise(), noise())
        let diff = FileDiff(old: old, new: new)
        #expect(try apply(diff.unified(oldName: "o", newName: "n"), to: old) == new)
    }

    /// Few different lines, so that many are alike; sometimes without a final newline.
    private func text(_ random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...40, using: &random) {
            bytes += Array("\(["a", "b", "c", "", "  d"].randomElement(using: &random) ?? "")\n".utf8)
        }
        if Bool.random(using: &random), !bytes.isEmpty { bytes.removeLast() }
        return bytes
    }

    private func edited(_ text: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var lines = lines(text)
        for _ in 0..<Int.random(in: 0...4, using: &random) where !lines.isEmpty {
            let index = Int.random(in: 0..<lines.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: lines.remove(at: index)
            case 1: lines.insert(Array("new\n".utf8)[...], at: index)
            default: lines[index] = Array("b\n".utf8)[...]
            }
        }
        return Array(lines.joined())
    }
}

/// xorshift64*: the same numbers on each run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

/// Lines with their ends.
func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var rest = bytes[...]
    while !rest.isEmpty {
        let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
        lines.append(rest[..<end])
        rest = rest[end...]
    }
    return lines
}

struct PatchFault: Error { var line: String }

/// A strict `patch`: every line number, context and removed line has to fit.
func apply(_ patch: [UInt8], to old: [UInt8]) throws -> [UInt8] {
    let oldLines = lines(old)
    var output: [UInt8] = []
    var position = 0
    for line in lines(patch).dropFirst(2) {
        let text = String(decoding: line, as: UTF8.self)
        switch line.first {
        case UInt8(ascii: "@"):
            let old = text.split(separator: " ")[1].dropFirst().split(separator: ",").compactMap { Int($0) }
            let start = old.last == 0 && old.count == 2 ? old[0] : old[0] - 1
            guard start >= position else { throw PatchFault(line: text) }
            output += oldLines[position..<start].joined()
            position = start
        case UInt8(ascii: " "), UInt8(ascii: "-"):
            guard position < oldLines.count, withoutNewline(oldLines[position]) == withoutNewline(line.dropFirst())
            else { throw PatchFault(line: text) }
            if line.first == UInt8(ascii: " ") { output += line.dropFirst() }
            position += 1
        case UInt8(ascii: "+"):
            output += line.dropFirst()
        case UInt8(ascii: "\\"):
            // It speaks of the line before; after a removed line it says nothing about the new text.
            if position < oldLines.count || output.last != UInt8(ascii: "\n") { break }
            pendingNewline(&output, patch: patch, at: line.startIndex)
        default:
            throw PatchFault(line: text)
        }
    }
    output += oldLines[position...].joined()
    return output
}

/// Takes the newline off the last new line if the marker at `index` follows one.
private func pendingNewline(_ output: inout [UInt8], patch: [UInt8], at index: Int) {
    let before = lines(Array(patch[..<index])).last
    if before?.first != UInt8(ascii: "-") { output.removeLast() }
}

private func withoutNewline(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    line.last == UInt8(ascii: "\n") ? line.dropLast() : line
}

/// Insertions and deletions by the quadratic textbook method.
func editDistance(_ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>]) -> Int {
    var row = Array(0...new.count)
    for (index, line) in old.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for column in new.indices {
            let above = row[column + 1]
            row[column + 1] = line == new[column] ? diagonal : min(above, row[column]) + 1
            diagonal = above
        }
    }
    return row[new.count]
}
