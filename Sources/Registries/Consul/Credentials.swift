package import Settings
import Synchronization
import SystemPackage

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
        var signature: FileSignature
        var text: String
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
        let bytes: [UInt8]
        let signature: FileSignature
        do {
            signature = FileSignature(try FilePath(path).stat())
            if let known, known.signature == signature { return known }
            bytes = try readFile(at: FilePath(path))
        } catch {
            throw .credentials("\(what) \(path) cannot be read: \(error)")
        }
        let words = bytes.split { $0 == 0x20 || (0x09...0x0D).contains($0) }
        // A header's value ends at a line end; what is behind it would be a header of its own.
        guard words.count == 1, words[0].allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .credentials("\(what) \(path) holds no single printable word")
        }
        return KeptFile(signature: signature, text: String(decoding: words[0], as: UTF8.self))
    }
}
