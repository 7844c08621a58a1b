package import Settings
import Synchronization

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
        var token: SecretFile?
        var password: SecretFile?
        var generation = 0
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

    private static func read(_ path: String, known: SecretFile?, what: String) throws(ConsulFault) -> SecretFile {
        do throws(SecretFile.Fault) {
            return try SecretFile.read(path, known: known, what: what)
        } catch {
            throw .credentials(error.message)
        }
    }
}
