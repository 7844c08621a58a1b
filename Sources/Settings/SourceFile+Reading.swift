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
    case .fileTooLarge: "files of more than \(largestFile >> 20) MiB are refused"
    case .notSupported: "name a regular file, not a pipe or a device"
    default: nil
    }
}
