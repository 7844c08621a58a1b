package import Settings
import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The token and password that requests carry; those in files are read anew when the file changes.
package final class Credentials: Sendable {
    /// What a request carries.
    package struct Current: Sendable {
        package var token: String?
        /// For HTTP basic authentication.
        package var user: String?
        package var password: String?
        /// Another number, another token.
        package var generation: Int
    }

    private struct Storage {
        var token: KeptFile?
        var password: KeptFile?
        var generation = 0
    }

    private struct KeptFile {
        var stamp: Stamp
        var text: String
    }

    private struct Stamp: Equatable {
        var inode: UInt64
        var size: Int64
        var seconds: Int
        var nanoseconds: Int
    }

    private let settings: ConsulSettings
    private let storage = Mutex(Storage())

    package init(_ settings: ConsulSettings) { self.settings = settings }

    /// The credentials as they are now.
    ///
    /// - Parameter isRefused: The last ones were refused: files are read even if they seem unchanged.
    package func current(isRefused: Bool = false) throws(ConsulFault) -> Current {
        try storage.withLock { storage throws(ConsulFault) in
            var token = settings.token?.text
            if let path = settings.tokenFile {
                let fresh = try Self.read(path, known: isRefused ? nil : storage.token, what: "the token file")
                if storage.token?.text != fresh.text { storage.generation += 1 }
                storage.token = fresh
                token = fresh.text
            }
            var password = settings.password?.text
            if let path = settings.passwordFile {
                let fresh = try Self.read(path, known: isRefused ? nil : storage.password, what: "the password file")
                storage.password = fresh
                password = fresh.text
            }
            return Current(token: token, user: settings.user, password: password, generation: storage.generation)
        }
    }

    private static func read(_ path: String, known: KeptFile?, what: String) throws(ConsulFault) -> KeptFile {
        var status = stat()
        // A C string and a structure for the call alone.
        guard unsafe stat(path, &status) == 0 else {
            throw .credentials("\(what) \(path) cannot be read: \(Errno(rawValue: errno))")
        }
        let stamp = Stamp(
            inode: UInt64(status.st_ino),
            size: Int64(status.st_size),
            seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec
        )
        if let known, known.stamp == stamp { return known }
        let bytes: [UInt8]
        do throws(Errno) {
            bytes = try readFile(at: FilePath(path))
        } catch {
            throw .credentials("\(what) \(path) cannot be read: \(error)")
        }
        let words = bytes.split { $0 == 0x20 || (0x09...0x0D).contains($0) }
        // A header's value ends at a line end; what is behind it would be a header of its own.
        guard words.count == 1, words[0].allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .credentials("\(what) \(path) holds no single printable word")
        }
        return KeptFile(stamp: stamp, text: String(decoding: words[0], as: UTF8.self))
    }
}
