import Diagnostics
import Documents
import SystemPackage

extension SourceFile {
    /// Reads the file `path`, which lies at `location`.
    convenience init(reading path: String, at location: FilePath) throws(Diagnostic) {
        let bytes: [UInt8]
        do {
            bytes = try readFile(at: location)
        } catch {
            throw Diagnostic("`\(path)` cannot be read: \(error)", hint: hint(for: error))
        }
        try self.init(name: path, bytes: bytes)
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
