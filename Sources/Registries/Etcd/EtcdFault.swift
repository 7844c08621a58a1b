internal import Wire

/// Why an answer of etcd's is not to be had, or not to be believed.
package enum EtcdFault: Error, Hashable, Sendable {
    /// There was no whole answer.
    case transport(TransportFault)
    /// No leader is known, or the member cannot reach the others (gRPC: Unavailable, DeadlineExceeded).
    case unavailable(String)
    /// The user may not read what is asked (PermissionDenied).
    case denied(String)
    /// The token is not known any more (Unauthenticated): another one is asked for.
    case expired(String)
    /// A user is needed, or is not believed.
    case unauthenticated(String)
    /// What is asked does not exist in etcd: nodes, datacenters.
    case refused(String)
    /// A password file cannot be read.
    case credentials(String)
    /// Any other status but 200.
    case status(Int, String)
    /// The body is not the JSON that it should be.
    case malformed(String)

    /// The fault of an answer that is not a 200 (etcd: `gateway`; the codes are gRPC's).
    package static func of(status: Int, body: [UInt8]) -> EtcdFault {
        guard let json = try? JSON(parsing: body) else { return .status(status, printableStart(of: body)) }
        return of(json, status: status)
    }

    /// The fault that an error's JSON tells: `{"error": "…", "code": 14}`, and in a stream `{"message": "…", "grpc_code": 14}`.
    static func of(_ json: JSON, status: Int) -> EtcdFault {
        let words = [json["message"], json["error"]].lazy.compactMap { text -> String? in
            if case .string(let text)? = text { text } else { nil }
        }
        let text = printableStart(of: Array((words.first ?? "").utf8))
        let code = [json["code"], json["grpc_code"]].lazy.compactMap { number -> Int? in
            if case .integer(let number)? = number { number } else { nil }
        }.first
        if let fault = of(reason: text) { return fault }
        switch code {
        case 4, 14: return .unavailable(text)
        case 7: return .denied(text)
        case 16: return .expired(text)
        default: return .status(status, text)
        }
    }

    /// The fault that etcd's words tell without a code, as where it cancels a watch; nil for any others.
    static func of(reason text: String) -> EtcdFault? {
        if text.contains("invalid auth token") || text.contains("auth store is old")
            || text.contains("revision in header is old")
        {
            return .expired(text)
        }
        if text.contains("user name is empty") || text.contains("authentication failed") {
            return .unauthenticated(text)
        }
        return text.contains("permission denied") ? .denied(text) : nil
    }

    /// Whether it may be over before anybody could look: such a fault is told only if the next try fails as well.
    var isFleeting: Bool {
        switch self {
        case .transport(.tls), .transport(.tooLarge), .unauthenticated, .credentials, .refused: false
        default: true
        }
    }
}

extension EtcdFault: QuestionFault {
    package var label: String {
        switch self {
        case .transport(let fault): fault.label
        case .unavailable: "no_leader"
        case .denied: "denied"
        case .expired, .unauthenticated: "unauthenticated"
        case .refused: "refused"
        case .credentials: "credentials"
        case .status: "status"
        case .malformed: "malformed"
        }
    }

    var isOfAgent: Bool {
        switch self {
        case .denied, .refused: false
        default: true
        }
    }

    func report(address: String, question: String) -> RegistryFault {
        let (what, hint): (String, String?) =
            switch self {
            case .transport(let fault):
                (
                    fault.words,
                    fault.hint(
                        server: "etcd",
                        tls: "`tls` and at etcd:// against etcds://",
                        late: "another endpoint is asked, or this one again"
                    )
                )
            case .unavailable(let why): ("has no leader, or cannot ask the other members: \(why)", nil)
            case .denied(let why):
                ("denies access: \(why) (\(question))", "grant the user's role to read what is asked")
            case .expired(let why): ("does not know the token any more: \(why)", "another one is asked for")
            case .unauthenticated(let why):
                ("does not know who asks: \(why)", "set `auth: {user: …, password_file: …}`, or ETCDCTL_USER")
            case .refused(let why): ("cannot answer `\(question)`: \(why)", nil)
            case .credentials(let why): ("is not asked: \(why)", "the file has to be readable for headgate's user")
            case .status(404, _):
                (
                    "has no JSON gateway at /v3",
                    "headgate speaks to etcd 3.4 and later, started without --enable-grpc-gateway=false"
                )
            case .status(let status, let why): ("answered \(status)\(why.isEmpty ? "" : ": \(why)")", nil)
            case .malformed(let why): ("sent an answer that is not what it should be: \(why)", nil)
            }
        var fault = RegistryFault(label: label, message: "etcd at \(address) \(what)", hint: hint)
        switch self {
        case .transport(.tls), .unauthenticated, .credentials, .refused: fault.needsMending = true
        default: break
        }
        return fault
    }
}
