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
