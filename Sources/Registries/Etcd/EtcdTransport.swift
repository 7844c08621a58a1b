/// What carries requests to a cluster's members.
package protocol EtcdTransport: Sendable {
    /// How many endpoints there are, one or more; they are numbered from 0.
    var endpointCount: Int { get }
    /// All keys of a range with their values, as the leader knows them.
    func list(_ range: KeyRange, from endpoint: Int) async throws(EtcdFault) -> EtcdListing
    /// Watches ranges until the stream ends, and hands on what it says.
    func watch(
        _ starts: [EtcdWatch.Start],
        from endpoint: Int,
        receive: @escaping @Sendable (Result<EtcdWatchMessage, EtcdFault>) -> Void,
    ) async throws(EtcdFault)
    /// Closes its connections.
    func close() async
}
