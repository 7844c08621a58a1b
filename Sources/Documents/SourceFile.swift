package import Diagnostics
internal import Synchronization

/// The text of a file that a person wrote, for reading it and for pointing into it.
package final class SourceFile: Sendable {
    /// The largest file that is taken, in bytes; nothing that a person writes comes near.
    package static let sizeLimit = 64 << 20

    /// As the user named it.
    package let name: String
    /// The text in UTF-8, without a byte order mark.
    package let bytes: [UInt8]
    /// Where lines begin, found when the first place is asked for.
    private let lineStarts = Mutex<[Int]>([])

    /// A file with these bytes. Throws if they are no text, or too many.
    package init(name: String, bytes: [UInt8]) throws(Diagnostic) {
        self.name = name
        self.bytes = Self.withoutByteOrderMark(bytes)
        guard bytes.count <= Self.sizeLimit else {
            throw Diagnostic(
                "the file is larger than \(Self.sizeLimit >> 20) MiB",
                at: SourcePosition(file: name, line: 1, column: 1),
                hint: "split it into several files of one directory"
            )
        }
        if let offset = Self.firstInvalidByte(of: self.bytes) {
            throw fault("this is not UTF-8 text", offset..<offset + 1, hint: "save the file in the UTF-8 encoding")
        }
    }

    /// A file with this text.
    package init(name: String, text: String) {
        self.name = name
        bytes = Self.withoutByteOrderMark(Array(text.utf8))
    }

    private static func firstInvalidByte(of bytes: [UInt8]) -> Int? {
        let span = bytes.span
        do throws(UTF8.ValidationError) {
            let text = try UTF8Span(validating: span)
            _ = text.count
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }

    private static func withoutByteOrderMark(_ bytes: [UInt8]) -> [UInt8] {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        return bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
    }

    /// The whole text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    // MARK: - Places

    /// The line and column of the byte at `offset`.
    package func position(at offset: Int) -> SourcePosition {
        let offset = min(max(offset, 0), bytes.count)
        let (number, start) = line(at: offset)
        return SourcePosition(file: name, line: number, column: bytes[start..<offset].count(where: \.beginsScalar) + 1)
    }

    /// The place of the bytes `range`.
    package func place(_ range: Range<Int>) -> SourcePlace { SourcePlace(file: self, range: range) }

    /// A fault at the bytes `range`.
    package func fault(
        _ message: String,
        _ range: Range<Int>,
        hint: String? = nil,
        notes: [Diagnostic.Note] = [],
    ) -> Diagnostic {
        let offset = min(max(range.lowerBound, 0), bytes.count)
        let start = line(at: offset).start
        var end = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        if end > offset, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return Diagnostic(
            message,
            at: position(at: offset),
            sourceLine: end - start <= Self.shownLineLimit ? String(decoding: bytes[start..<end], as: UTF8.self) : nil,
            length: bytes[offset..<max(offset, min(range.upperBound, end))].count(where: \.beginsScalar),
            hint: hint,
            notes: notes
        )
    }

    /// A line longer than this is written by a machine, and shown to nobody.
    private static let shownLineLimit = 4096

    /// The number of the line that `offset` lies in, and where it begins.
    private func line(at offset: Int) -> (number: Int, start: Int) {
        lineStarts.withLock { starts in
            if starts.isEmpty {
                starts = [0]
                for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") { starts.append(index + 1) }
            }
            var (low, high) = (0, starts.count)
            while high - low > 1 {
                let middle = (low + high) / 2
                if starts[middle] <= offset { low = middle } else { high = middle }
            }
            return (low + 1, starts[low])
        }
    }
}

extension UInt8 {
    /// Whether a Unicode scalar begins with this byte of UTF-8.
    @inline(__always)
    var beginsScalar: Bool { self & 0xC0 != 0x80 }
}
