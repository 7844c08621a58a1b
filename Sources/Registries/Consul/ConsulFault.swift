/// Why an answer of Consul's is not to be had, or not to be believed.
package enum ConsulFault: Error, Hashable, Sendable {
    /// There was no whole answer. A connection that was closed before one is Consul's way to refuse those above its limit.
    case transport(TransportFault)
    /// 429, or 503 for a server's rate limit.
    case limited(String)
    /// 401, 403, or an answer that the token sees only a part of.
    case denied(String)
    /// No leader is known, or the agent cannot ask its servers.
    case noLeader(String)
    /// Any other status but 200.
    case status(Int, String)
    /// The body is not the JSON that it should be.
    case malformed(String)
    /// What is asked does not exist here: no such datacenter, bad query.
    case refused(String)
    /// A token or password file cannot be read.
    case credentials(String)

    /// A word of few, fit for a metric's label.
    package var label: String {
        switch self {
        case .transport(let fault): fault.label
        case .limited: "limited"
        case .denied: "denied"
        case .noLeader: "no_leader"
        case .status: "status"
        case .malformed: "malformed"
        case .refused: "refused"
        case .credentials: "credentials"
        }
    }

    /// Whether it is of the agent or of the way to it, rather than of one question.
    var isOfAgent: Bool {
        switch self {
        case .transport(.tooLarge), .transport(.broken), .transport(.cancelled): false
        case .transport, .limited, .noLeader, .credentials: true
        default: false
        }
    }

    /// Whether nothing at all can be asked.
    var isOfConnection: Bool {
        switch self {
        case .transport(.unreachable), .transport(.closed), .transport(.tls), .credentials: true
        default: false
        }
    }

    /// Whether it may be over before anybody could look: such a fault is told only if the next try fails as well.
    package var isFleeting: Bool {
        switch self {
        case .transport(.closed), .transport(.broken), .noLeader, .status: true
        default: false
        }
    }

    /// The fault of an answer that is not a 200, from its status and the beginning of its body.
    static func of(status: Int, body: [UInt8]) -> ConsulFault {
        let text = printableStart(of: body)
        switch status {
        case 401, 403: return .denied(text)
        case 429: return .limited(text)
        case 503 where text.contains("Exhausted") || text.contains("rate limit"): return .limited(text)
        case 500...599 where text.contains("No path to datacenter"): return .refused(text)
        case 500...599 where text.contains("No cluster leader") || text.contains("rpc error"): return .noLeader(text)
        // Over TLS' port without TLS.
        case 400 where text.contains("HTTP request to an HTTPS server"): return .transport(.tls(text))
        case 400, 404, 405: return .refused(text.isEmpty ? "status \(status)" : text)
        default: return .status(status, text)
        }
    }
}

extension ConsulFault: QuestionFault {
    func report(address: String, question: String) -> RegistryFault {
        RegistryFault(self, address: address, question: question)
    }
}

extension RegistryFault {
    /// A fault of the agent at `address`, seen while `question` was asked.
    init(_ fault: ConsulFault, address: String, question: String) {
        let (what, hint): (String, String?) =
            switch fault {
            case .transport(.closed):
                (
                    TransportFault.closed.words,
                    "is the agent still running? If so, it has more connections than limits.http_max_conns_per_client allows: "
                        + "raise that, or lower `connections`"
                )
            case .transport(let fault):
                (
                    fault.words,
                    fault.hint(
                        server: "the agent",
                        tls: "`tls` and at consul:// against consuls://",
                        late: "the answer is asked for again"
                    )
                )
            case .limited(let why):
                (
                    "refuses requests because there are too many\(why.isEmpty ? "" : ": \(why)")",
                    "lower `connections`, or raise the agent's limits"
                )
            case .denied(let why):
                (
                    "denies access: \(why)",
                    why.contains("ACL not found")
                        ? "Consul does not know this token: has it been deleted, or mistyped?"
                        : "the token needs service:read and node:read for services, key:read for keys"
                )
            case .noLeader(let why):
                (
                    "has no leader\(why.isEmpty || why == "No cluster leader" ? "" : ", or cannot ask its servers: \(why)")",
                    nil
                )
            case .status(let status, let why): ("answered \(status)\(why.isEmpty ? "" : ": \(why)")", nil)
            case .malformed(let why): ("sent an answer that is not what it should be: \(why)", nil)
            case .refused(let why):
                ("refuses the question: \(why)", "look at the datacenter, namespace and names in it")
            case .credentials(let why): ("is not asked: \(why)", "the file has to be readable for headgate's user")
            }
        self.init(label: fault.label, message: "Consul at \(address) \(what) (\(question))", hint: hint)
    }
}
