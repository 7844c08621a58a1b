internal import Settings
import Synchronization

/// Carries one question to one server.
protocol DNSTransport: Sendable {
    /// Sends `query` and returns the first message that `accepts` likes. Throws `timedOut` and `unreachable`.
    func exchange(
        _ query: [UInt8],
        with server: HostPort,
        overTCP: Bool,
        timeout: Duration,
        accepts: @escaping @Sendable ([UInt8]) -> Bool,
    ) async throws(DNSFault) -> [UInt8]
}

/// What a name has of one type.
struct DNSAnswer: Hashable, Sendable {
    /// Those of the type that was asked for; none if there is no such name, or it has none of the type.
    var records: [DNSMessage.Record] = []
    /// What came with it.
    var additionals: [DNSMessage.Record] = []
    /// How long it may be believed, in seconds; nil: the server does not say.
    var ttl: UInt32?
}

/// Asks servers, one after the other until one answers: over UDP, and over TCP where an answer does not fit or looks forged.
final class DNSResolver: Sendable {
    private let servers: @Sendable () throws(DNSFault) -> [HostPort]
    private let timeout: Duration
    private let transport: any DNSTransport
    /// Who answered last is asked first.
    private let preferred = Mutex<HostPort?>(nil)

    /// How often each server is tried.
    private static let rounds = 2
    /// How many aliases in a row are followed.
    private static let longestChain = 8
    /// What fits into one packet on any way (RFC 9715 section 3).
    private static let datagramSize: UInt16 = 1232

    /// - Parameter servers: Those to ask at present.
    init(
        servers: @escaping @Sendable () throws(DNSFault) -> [HostPort],
        timeout: Duration,
        transport: any DNSTransport,
    ) {
        self.servers = servers
        self.timeout = timeout
        self.transport = transport
    }

    /// Asks for what `name` has of a type, aliases followed.
    func ask(_ name: String, _ kind: DNSMessage.Kind) async throws(DNSFault) -> DNSAnswer {
        var name = name.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        var ttl: UInt32?
        for _ in 0..<Self.longestChain {
            let (message, server) = try await ask(DNSQuestion(name: name, kind: kind.rawValue))
            var seen: Set<String> = [name]
            var aliased = name
            while let alias = message.answers.first(where: { $0.name == aliased && $0.kind == .cname }),
                case .cname(let target) = alias.data
            {
                guard seen.insert(target).inserted else { throw .malformed(server, "its aliases go in a circle") }
                ttl = min(ttl ?? alias.ttl, alias.ttl)
                aliased = target
            }
            let records = message.answers.filter { $0.name == aliased && $0.kind == kind }
            if records.isEmpty, aliased != name, message.code == 0 {
                name = aliased
                continue
            }
            for record in records { ttl = min(ttl ?? record.ttl, record.ttl) }
            if records.isEmpty {
                for record in message.authorities {
                    guard case .soa(let minimum) = record.data else { continue }
                    ttl = min(ttl ?? minimum, minimum, record.ttl)
                }
            }
            return DNSAnswer(records: records, additionals: message.additionals, ttl: ttl)
        }
        throw .malformed(preferred.withLock { $0 } ?? HostPort(host: "", port: 0), "too many aliases in a row")
    }

    private func ask(_ question: DNSQuestion) async throws(DNSFault) -> (DNSMessage, HostPort) {
        var servers = try servers()
        if let known = preferred.withLock({ $0 }), let index = servers.firstIndex(of: known) {
            servers.swapAt(0, index)
        }
        var fault = DNSFault.noServer("none is configured")
        for _ in 0..<Self.rounds {
            for server in servers {
                do {
                    let message = try await ask(question, server)
                    preferred.withLock { $0 = server }
                    return (message, server)
                } catch {
                    fault = error
                    if Task.isCancelled { throw error }
                }
            }
        }
        throw fault
    }

    private func ask(_ question: DNSQuestion, _ server: HostPort) async throws(DNSFault) -> DNSMessage {
        do {
            return try await exchange(question, server, size: Self.datagramSize)
        } catch {
            // An old server may not know the record that says the size.
            guard case .refused(_, code: 1) = error else { throw error }
            return try await exchange(question, server, size: nil)
        }
    }

    private func exchange(
        _ question: DNSQuestion,
        _ server: HostPort,
        size: UInt16?,
    ) async throws(DNSFault) -> DNSMessage {
        for overTCP in [false, true] {
            let asked = question.inRandomCase()
            let id = UInt16.random(in: .min ... .max)
            let bytes = try await transport.exchange(
                asked.message(id: id, size: size),
                with: server,
                overTCP: overTCP,
                timeout: timeout
            ) { bytes in
                // What is no answer to this question may be anybody's.
                guard let message = try? DNSMessage(headOf: bytes) else { return false }
                return message.id == id && message.isResponse
                    && (message.question == nil || message.question?.isSame(as: asked) == true)
            }
            let message: DNSMessage
            do {
                message = try DNSMessage(bytes)
            } catch {
                throw .malformed(server, error.reason)
            }
            if !overTCP, message.isTruncated || message.question != asked && message.code != 1 { continue }
            if message.isTruncated { throw .malformed(server, "it is cut short over TCP too") }
            guard message.code == 0 || message.code == 3 else { throw .refused(server, code: message.code) }
            guard message.question?.isSame(as: asked) == true else { throw .malformed(server, "it lacks the question") }
            return message
        }
        throw .malformed(server, "it is cut short")
    }
}

extension DNSQuestion {
    /// Equality without case.
    fileprivate func isSame(as other: DNSQuestion) -> Bool {
        kind == other.kind && name.lowercased() == other.name.lowercased()
    }
}
