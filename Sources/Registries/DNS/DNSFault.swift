package import Settings

/// Why a name has no answer.
package enum DNSFault: Error, Hashable, Sendable {
    /// No answer within the time.
    case timedOut(HostPort)
    /// No way to the server, or it does not listen.
    case unreachable(HostPort, String)
    /// The server says that it has failed, or does not answer such questions (RFC 1035 section 4.1.1, RCODE).
    case refused(HostPort, code: UInt8)
    /// What came is no answer to the question.
    case malformed(HostPort, String)
    /// There is no server to ask.
    case noServer(String)
    /// The service's name cannot be a part of a DNS name.
    case badName(String)

    /// A word of few, fit for a metric's label.
    var label: String {
        switch self {
        case .timedOut: "timeout"
        case .unreachable: "unreachable"
        case .refused: "refused"
        case .malformed: "malformed"
        case .noServer: "no_server"
        case .badName: "bad_name"
        }
    }
}

extension RegistryFault {
    /// A fault seen while `service` was asked for.
    init(_ fault: DNSFault, service: String) {
        let (message, hint): (String, String?) =
            switch fault {
            case .timedOut(let server):
                ("the DNS server \(server) does not answer", "is it running, and is this its address?")
            case .unreachable(let server, let why):
                ("the DNS server \(server) cannot be reached: \(why)", "is it running, and is this its address?")
            case .refused(let server, let code): ("the DNS server \(server) answers \(Self.name(ofCode: code))", nil)
            case .malformed(let server, let why): ("the DNS server \(server) sent what is no answer: \(why)", nil)
            case .noServer(let why): ("there is no DNS server to ask: \(why)", "name one: `dns://10.0.0.2`")
            case .badName(let name):
                ("`\(name)` cannot be asked for over DNS", "look at the service's name in the template")
            }
        self.init(label: fault.label, message: "\(message) (service \(service))", hint: hint)
        isWhole = false
    }

    private static func name(ofCode code: UInt8) -> String {
        switch code {
        case 1: "that it does not understand the question (FORMERR)"
        case 2: "that it has failed (SERVFAIL)"
        case 4: "that it does not know such questions (NOTIMP)"
        case 5: "that it refuses (REFUSED)"
        default: "the error \(code)"
        }
    }
}
