import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// A few clients that ask a server on this machine again and again, and never try twice.
package final class LoadClient: Sendable {
    package struct Tally: Sendable {
        package var answered = 0
        /// What went wrong, with how often.
        package var failures: [String: Int] = [:]
    }

    /// How a client asks.
    package enum Manner: Sendable {
        /// Each time over a fresh connection.
        case fresh
        /// Over a connection that is kept.
        case keptAlive
        /// For what takes a second, over fresh connections.
        case slow
    }

    private let state = Mutex(Tally())

    package var tally: Tally { state.withLock { $0 } }

    /// Runs `body` under load on 127.0.0.1:`port`, from a client in each of `manners` with pauses of 5 ms, and tells what
    /// they got.
    package static func whileAsking(
        port: Int,
        _ manners: [Manner] = [.fresh, .fresh, .fresh, .fresh],
        _ body: @Sendable (LoadClient) async throws -> Void,
    ) async throws -> Tally {
        let client = LoadClient()
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for manner in manners {
                    group.addTask {
                        while !Task.isCancelled {
                            await client.ask(http, port, manner)
                            try? await Task.sleep(for: .milliseconds(5))
                        }
                    }
                }
                try await body(client)
                group.cancelAll()
            }
        } catch {
            try? await http.shutdown()
            throw error
        }
        try await http.shutdown()
        return client.tally
    }

    private func ask(_ http: HTTPClient, _ port: Int, _ manner: Manner) async {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/\(manner == .slow ? "slow" : "")")
        // A server that reloads may close an idle connection in the moment in which it is used again: that race is the
        // client's, and no matter here.
        if manner != .keptAlive { request.headers.add(name: "Connection", value: "close") }
        do {
            let response = try await http.execute(request, timeout: .seconds(10))
            _ = try await response.body.collect(upTo: 1 << 20)
            if response.status == .ok {
                state.withLock { $0.answered += 1 }
            } else {
                fail("\(response.status)")
            }
        } catch {
            // The end of the test is no failure.
            if !Task.isCancelled { fail("\(error)") }
        }
    }

    private func fail(_ what: String) { state.withLock { $0.failures[what, default: 0] += 1 } }
}
