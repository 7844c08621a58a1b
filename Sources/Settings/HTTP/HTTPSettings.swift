/// What is particular to a registry that is read over HTTP.
package struct HTTPSettings: Sendable, Hashable {
    package var access = AccessSettings()
    /// Sent with every request, by name.
    package var headers: [String: Secret] = [:]
    /// From one answer to the next request, unless the server holds requests until something changes.
    package var interval = Duration.seconds(10)
    /// How long a whole answer may take.
    package var timeout = Duration.seconds(10)
    /// How long a server that can may hold a request (RFC 7240, `Prefer: wait`); zero: it is not asked to.
    package var wait = Duration.seconds(55)
    /// The label that names the service in Prometheus' target groups; nil: the usual ones are tried.
    package var serviceLabel: String?

    package init() {}
}

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
}

extension ConsulSettings {
    package var access: AccessSettings {
        var access = AccessSettings()
        access.token = token
        access.tokenFile = tokenFile
        access.user = user
        access.password = password
        access.passwordFile = passwordFile
        access.tls = tls
        return access
    }
}
