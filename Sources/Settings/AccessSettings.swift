/// How headgate shows a server who it is, and how it knows the server.
package struct AccessSettings: Sendable, Hashable {
    package var token: Secret?
    /// A file with the token, read anew when it changes.
    package var tokenFile: String?
    /// For HTTP basic authentication.
    package var user: String?
    package var password: Secret?
    package var passwordFile: String?
    package var tls = TLSSettings()

    package init() {}

    /// Takes over `USER:PASSWORD`, or a user alone.
    mutating func login(_ text: String) {
        let name = text.prefix { $0 != ":" }
        user = String(name)
        password = name.count < text.count ? Secret(String(text.dropFirst(name.count + 1))) : nil
    }
}

/// A text that no message and no log shows.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    package var text: String

    package init(_ text: String) { self.text = text }

    package var description: String { "(secret)" }
    package var debugDescription: String { description }
}

/// How a registry is trusted over TLS, and what it is shown.
package struct TLSSettings: Sendable, Hashable {
    /// A file of authorities in PEM, instead of the system's.
    package var authorities: String?
    /// A directory of such files.
    package var authoritiesDirectory: String?
    /// The client's certificate chain and its private key, in PEM.
    package var certificate: String?
    package var key: String?
    /// The name that the server's certificate must have, if it is not the address's.
    package var serverName: String?
    /// False: any certificate is taken. For experiments.
    package var verifies = true

    package init() {}

    /// Fills in what is not said.
    mutating func complete(authorities: String?, certificate: String?, key: String?) {
        self.authorities = self.authorities ?? authorities
        if self.certificate == nil, self.key == nil { (self.certificate, self.key) = (certificate, key) }
    }
}
