import Glibc
import Registries
import SystemPackage

/// A directory of its own for one test, removed with what is in it.
///
/// Its `unsafe` calls get strings that live as long as the call.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/headgate-test-XXXXXX".utf8CString)
        // The template is a terminated string, which `mkdtemp` completes in place.
        guard unsafe mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file in place.
    func write(_ name: String, _ text: String) throws {
        let file = try FileDescriptor.open(
            FilePath(self(name)),
            .writeOnly,
            options: [.create, .truncate],
            permissions: [.ownerReadWrite]
        )
        try file.closeAfter { _ = try file.writeAll(text.utf8) }
    }

    /// Writes a file beside and renames it over the old one.
    func replace(_ name: String, _ text: String) throws {
        try write("\(name).new", text)
        try rename("\(name).new", to: name)
    }

    func rename(_ name: String, to other: String) throws {
        guard unsafe Glibc.rename(self(name), self(other)) == 0 else { throw Errno(rawValue: errno) }
    }

    func remove(_ name: String) throws {
        guard unsafe unlink(self(name)) == 0 else { throw Errno(rawValue: errno) }
    }

    func makeDirectory(_ name: String) throws {
        guard unsafe mkdir(self(name), 0o700) == 0 else { throw Errno(rawValue: errno) }
    }

    func link(_ name: String, to target: String) throws {
        guard unsafe symlink(target, self(name)) == 0 else { throw Errno(rawValue: errno) }
    }

    func makePipe(_ name: String) -> Bool { unsafe mkfifo(self(name), 0o600) == 0 }

    /// Sets when a file was changed last: what `touch` does, at a moment of one's choice.
    func touch(_ name: String, at moment: Timestamp) throws {
        let (seconds, attoseconds) = moment.sinceEpoch.components
        let time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        let times = [time, time]
        // The call reads the two times.
        guard unsafe utimensat(AT_FDCWD, self(name), times, 0) == 0 else { throw Errno(rawValue: errno) }
    }

    static func remove(_ path: String) {
        guard let stat = try? Stat(FilePath(path), flags: .symlinkNoFollow) else { return }
        guard stat.type == .directory else {
            unsafe unlink(path)
            return
        }
        if let stream = unsafe opendir(path) {
            while let entry = unsafe readdir(stream) {
                let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { remove("\(path)/\(name)") }
            }
            _ = unsafe closedir(stream)
        }
        unsafe rmdir(path)
    }
}
