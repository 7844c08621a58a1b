import Settings
import Synchronization

/// What requests show a server; secrets in files are read anew when the file changes.
final class HTTPCredentials: Sendable {
    /// What a request carries.
    struct Current: Hashable, Sendable {
        var token: String?
        /// For HTTP basic authentication.
        var user: String?
        var password: String?
    }

    private let settings: AccessSettings
    private let files = Mutex<(token: SecretFile?, password: SecretFile?)>((nil, nil))

    init(_ settings: AccessSettings) { self.settings = settings }

    /// The credentials as they are now.
    ///
    /// - Parameter isRefused: The last ones were refused: files are read even if they seem unchanged.
    func current(isRefused: Bool = false) throws(HTTPFault) -> Current {
        do {
            return try files.withLock { files throws(SecretFile.Fault) in
                if isRefused { files = (nil, nil) }
                files.token = try settings.tokenFile.map { path throws(SecretFile.Fault) in
                    try SecretFile.read(path, known: files.token, what: "the token file")
                }
                files.password = try settings.passwordFile.map { path throws(SecretFile.Fault) in
                    try SecretFile.read(path, known: files.password, what: "the password file")
                }
                return Current(
                    token: files.token?.text ?? settings.token?.text,
                    user: settings.user,
                    password: files.password?.text ?? settings.password?.text
                )
            }
        } catch {
            throw .credentials(error.message)
        }
    }
}
