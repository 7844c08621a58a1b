/// An answer of Consul's HTTP API (Consul: HTTP API Structure).
package struct ConsulAnswer: Sendable {
    package var status: Int
    /// `X-Consul-Index`; only believed on a 200 and on a key's 404, since error answers say 1.
    package var index: UInt64?
    /// `X-Consul-KnownLeader`; nil where it is not said.
    package var knowsLeader: Bool?
    /// `X-Consul-LastContact`: how long ago the server that answered heard of the leader.
    package var lastContact: Duration?
    /// `X-Consul-Results-Filtered-By-ACLs` (Consul 1.11 and later): the token may not see all of it.
    package var isFiltered: Bool
    package var body: [UInt8]
    /// Which token it was asked with: another number, another token.
    package var tokenGeneration: Int

    package init(
        status: Int,
        index: UInt64? = nil,
        knowsLeader: Bool? = nil,
        lastContact: Duration? = nil,
        isFiltered: Bool = false,
        body: [UInt8] = [],
        tokenGeneration: Int = 0,
    ) {
        self.status = status
        self.index = index
        self.knowsLeader = knowsLeader
        self.lastContact = lastContact
        self.isFiltered = isFiltered
        self.body = body
        self.tokenGeneration = tokenGeneration
    }
}

/// What carries a request to Consul.
package protocol ConsulTransport: Sendable {
    /// Sends a request and reads the whole answer.
    func fetch(_ request: ConsulTransfer) async throws(ConsulFault) -> ConsulAnswer
    /// Closes its connections.
    func close() async
}

/// A request as it goes over the wire.
package struct ConsulTransfer: Sendable {
    /// Path and query.
    package var target: String
    /// Nil: a GET; else a POST of this.
    package var body: [UInt8]?
    /// Whether the agent lets it wait for a change. Such requests have connections of their own, so that those that are
    /// answered at once never have to look for one.
    package var waits: Bool
    package var timeout: Duration

    package init(_ target: String, posting body: [UInt8]? = nil, waits: Bool = false, timeout: Duration = .seconds(15))
    {
        self.target = target
        self.body = body
        self.waits = waits
        self.timeout = timeout
    }
}
