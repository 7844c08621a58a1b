import Settings
import Synchronization

/// What requests show a server; secrets in files are read anew when the file changes.
final class Credentials: Sendable {
    /// What a request carries.
    struct Current: Hashable, Sendable {
        var token: String?
        /// For HTTP basic authentication.
        var user: String?
        var password: String?
        /// Another number, another token.
        var generation = 0
    }

    private struct Storage {
        var token: SecretFile?
        var password: SecretFile?
        var generation = 0
    }

    private let settings: AccessSettings
    private let storage = Mutex(Storage())

    init(_ settings: AccessSettings) { self.settings = settings }

    /// The credentials as they are now.
    ///
    /// - Parameters:
    ///   - isRefused: The last ones were refused: files are read even if they seem unchanged.
    ///   - fault: Makes the fault of a file that cannot be read, of a sentence without a full stop.
    func current<Fault>(isRefused: Bool = false, orThrow fault: (String) -> Fault) throws(Fault) -> Current {
        do throws(SecretFile.Fault) {
            return try storage.withLock { storage throws(SecretFile.Fault) in
                let before = storage.token?.text
                storage.token = try settings.tokenFile.map { path throws(SecretFile.Fault) in
                    try SecretFile.read(path, known: isRefused ? nil : storage.token, what: "the token file")
                }
                if storage.token?.text != before { storage.generation += 1 }
                storage.password = try settings.passwordFile.map { path throws(SecretFile.Fault) in
                    try SecretFile.read(path, known: isRefused ? nil : storage.password, what: "the password file")
                }
                return Current(
                    token: storage.token?.text ?? settings.token?.text,
                    user: settings.user,
                    password: storage.password?.text ?? settings.password?.text,
                    generation: storage.generation
                )
            }
        } catch {
            throw fault(error.message)
        }
    }
}
