import Diagnostics
import SystemPackage

/// The text of a file that a person wrote, for pointing into it.
final class SourceFile: Sendable {
    /// As the user named it.
    let name: String
    let text: String
    let bytes: [UInt8]
    private let lineStarts: [Int]

    /// A file with this text; a byte order mark is left out.
    init(name: String, text: String) {
        self.name = name
        self.text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        let bytes = Array(self.text.utf8)
        self.bytes = bytes
        lineStarts = [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }

    /// Reads the file `path`, which is opened at `location`.
    convenience init(reading path: String, at location: FilePath) throws(Diagnostic) {
        let bytes: [UInt8]
        do {
            bytes = try readFile(at: location)
        } catch {
            throw Diagnostic("`\(path)` cannot be read: \(error)", hint: hint(for: error))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            // Repairing puts U+FFFD where the first bad byte is; all before it is as it was.
            let repaired = String(decoding: bytes, as: UTF8.self)
            let offset = zip(repaired.utf8, bytes).enumerated().first { $1.0 != $1.1 }?.offset ?? bytes.count
            throw Diagnostic(
                "this is not UTF-8 text",
                file: path,
                text: bytes,
                range: offset..<offset + 1,
                hint: "save the file in the UTF-8 encoding"
            )
        }
        self.init(name: path, text: text)
    }

    /// The offset in bytes of a place: line and column (in Unicode scalars) count from 1.
    func offset(line: Int, column: Int) -> Int {
        guard line >= 1 else { return 0 }
        guard line <= lineStarts.count else { return bytes.count }
        var offset = lineStarts[line - 1]
        var column = column
        while column > 1, offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") {
            offset += 1
            while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
            column -= 1
        }
        return offset
    }

    /// The bytes from the beginning of the line up to `offset`.
    func lineStart(before offset: Int) -> ArraySlice<UInt8> {
        let start = bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return bytes[start..<offset]
    }

    /// A fault at the bytes `range`.
    func fault(_ message: String, _ range: Range<Int>, hint: String? = nil, notes: [Diagnostic.Note] = []) -> Diagnostic
    {
        Diagnostic(message, file: name, text: bytes, range: range, hint: hint, notes: notes)
    }
}

/// What can be done about a file that cannot be read.
func hint(for error: Errno) -> String? {
    switch error {
    case .noSuchFileOrDirectory, .notDirectory: "check the path"
    case .permissionDenied: "give the user that headgate runs as permission to read it"
    case .isDirectory: "name a file, not a directory"
    case .fileTooLarge: "files of more than \(readLimit >> 20) MiB are refused"
    default: nil
    }
}

/// The largest file that is read, in bytes; nothing that a person writes comes near.
private let readLimit = 16 << 20

/// The whole content of the file at `path`.
func readFile(at path: FilePath) throws(Errno) -> [UInt8] {
    do {
        let descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        return try descriptor.closeAfter {
            var content: [UInt8] = []
            while true {
                let chunk = try unsafe [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
                    // The buffer is lent for the call and `read` says how much of it was filled.
                    count = try unsafe descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
                }
                if chunk.isEmpty { return content }
                content += chunk
                if content.count > readLimit { throw Errno.fileTooLarge }
            }
        }
    } catch {
        throw error as? Errno ?? .ioError
    }
}
