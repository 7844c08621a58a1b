/// A running HAProxy at its Runtime API (management guide 9.3): one connection for each line, since HAProxy 3.0 and
/// later read no second one.
package struct RuntimeAPI: Sendable {
    /// Why commands were not, or not all, carried out.
    package enum Fault: Error, Hashable, Sendable {
        case socket(SocketFault)
        case batch(LiveBatch.Fault)
    }

    private let socket: any CommandSocket
    private let limit: Duration
    /// More backends than these are not asked for one by one.
    private static let mostAsked = 8

    /// - Parameter limit: How long each answer may take.
    package init(_ socket: any CommandSocket, limit: Duration = .seconds(5)) {
        self.socket = socket
        self.limit = limit
    }

    /// Who answers.
    package func info() async throws(SocketFault) -> HAProxyInfo {
        let limit = min(limit, .seconds(2))
        guard let info = HAProxyInfo(showInfo: try await socket.ask("show info", within: limit).utf8) else {
            throw stranger
        }
        return info
    }

    /// The servers of these backends, or of all.
    package func servers(of backends: Set<String>? = nil) async throws(SocketFault) -> RunningServers {
        var servers: RunningServers?
        for name in names(backends) {
            let answer = try await socket.ask("show servers state\(name.map { " \($0)" } ?? "")", within: limit)
            do throws(RunningServers.Fault) {
                let part = try RunningServers(Array(answer.utf8))
                if servers?.append(part) == nil { servers = part }
            } catch {
                throw error == .notState ? stranger : .broken(path: socket.path, "the answer ends in the middle")
            }
        }
        guard let servers else { throw stranger }
        return servers
    }

    /// What is counted of the servers of these backends, or of all.
    package func statistics(of backends: Set<String>? = nil) async throws(SocketFault) -> RunningStatistics {
        var statistics: RunningStatistics?
        for name in names(backends) {
            let answer = try await socket.ask("show stat \(name ?? "-1") 4 -1", within: limit)
            guard let part = RunningStatistics(Array(answer.utf8)) else {
                throw answer.hasPrefix("# ") ? .broken(path: socket.path, "the answer ends in the middle") : stranger
            }
            if statistics?.append(part) == nil { statistics = part }
        }
        guard let statistics else { throw stranger }
        return statistics
    }

    /// The servers of these backends that have idle connections and none in use, `backend/server`.
    package func idleServers(of backends: Set<String>) async throws(SocketFault) -> Set<String> {
        var servers: Set<String> = []
        for name in names(backends) {
            let answer = try await socket.ask("show servers conn\(name.map { " \($0)" } ?? "")", within: limit)
            guard let part = RunningConnections(answer) else { throw stranger }
            servers.formUnion(part.idleServers)
        }
        return servers
    }

    /// Sends a line of commands, and matches the answer of each.
    @discardableResult package func carryOut(_ batch: LiveBatch) async throws(Fault) -> String {
        let answer: String
        do throws(SocketFault) {
            answer = try await socket.ask(batch.line, within: limit)
        } catch {
            throw .socket(error)
        }
        if let fault = batch.fault(in: answer.utf8) { throw .batch(fault) }
        return answer
    }

    /// Tries to delete servers, as many as fit a line; what became of each, in order.
    package func delete(_ pending: some Sequence<PendingRemoval>) async throws(SocketFault) -> [DeletionOutcome] {
        guard let batch = PendingRemoval.deletions(Array(pending)).first else { return [] }
        let answer = try await socket.ask(batch.line, within: limit)
        guard let outcomes = DeletionOutcome.outcomes(of: batch.commands.count, in: answer.utf8) else {
            throw .broken(path: socket.path, "the answer ends in the middle")
        }
        return outcomes
    }

    private func names(_ backends: Set<String>?) -> [String?] {
        guard let backends, backends.count <= Self.mostAsked else { return [nil] }
        return backends.sorted()
    }

    func ask(_ command: String) async throws(SocketFault) -> String { try await socket.ask(command, within: limit) }

    var stranger: SocketFault { .stranger(path: socket.path, wanted: "the HAProxy of this configuration") }
}

extension RuntimeAPI.Fault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .socket(let fault): "\(fault)"
        case .batch(.refused(let command, let answer)): "HAProxy answered `\(answer)` to `\(command)`"
        case .batch(.cut(let command)): "HAProxy's answer ended before that to `\(command)`"
        }
    }
}

extension RuntimeAPI.Fault {
    /// Without what may be secret.
    package var withheld: String {
        switch self {
        case .socket: "\(self)"
        case .batch(.refused): "HAProxy refused a command"
        case .batch(.cut): "HAProxy's answer ended too early"
        }
    }

    /// Whether the step that failed so cannot have changed anything.
    package func leavesAsItWas(_ step: LiveStep) -> Bool {
        switch (self, step) {
        case (.socket(.denied), _): true
        case (.socket(let fault), _): fault.nobodyListens
        // What was refused was never in use; one command is in use at once, whatever is answered to it.
        case (.batch(.refused), .patterns(let replacement)): replacement.single == nil
        case (.batch(.refused), .certificate): true
        case (.batch, _): false
        }
    }
}
