/// Why a server's answer is not to be had.
enum HTTPFault: Error, Hashable, Sendable {
    case unreachable(String)
    /// No whole answer within the time.
    case timedOut
    case tls(String)
    case tooLarge
    /// HTTP that is none, or a body cut short.
    case broken(String)
    /// A status that is no answer, with the beginning of its body, or where it points to.
    case status(Int, String)
    /// A token or password file cannot be read.
    case credentials(String)
    case cancelled

    /// From what the transport says.
    init(_ fault: ConsulFault) {
        self =
            switch fault {
            case .unreachable(let why): .unreachable(why)
            case .closed: .broken("the connection ended before an answer")
            case .timedOut: .timedOut
            case .tls(let why): .tls(why)
            case .tooLarge: .tooLarge
            case .credentials(let why): .credentials(why)
            case .cancelled: .cancelled
            default: .broken("\(fault)")
            }
        if case .broken(let why) = fault { self = .broken(why) }
    }
}

extension RegistryFault {
    /// A fault of the server at `address`.
    init(_ fault: HTTPFault, address: String) {
        let (label, what, hint): (String, String, String?) =
            switch fault {
            case .unreachable(let why):
                ("unreachable", "cannot be reached: \(why)", "is the server running, and is this its address?")
            case .timedOut: ("timeout", "did not answer in time", "`timeout` says how long a whole answer may take")
            case .tls(let why):
                ("tls", "cannot be spoken to over TLS: \(why)", "look at `tls` and at http:// against https://")
            case .tooLarge: ("too_large", "sent an answer that is too large", nil)
            case .broken(let why): ("broken", "sent an answer that is no HTTP, or only a part of one: \(why)", nil)
            case .status(let status, let why):
                (
                    status == 401 || status == 403 ? "denied" : "status",
                    "answered \(status)\(why.isEmpty ? "" : ": \(why)")",
                    Self.hint(for: status)
                )
            case .credentials(let why):
                ("credentials", "is not asked: \(why)", "the file has to be readable for headgate's user")
            case .cancelled: ("cancelled", "was not asked to the end", nil)
            }
        self.init(label: label, message: "\(address) \(what)", hint: hint)
    }

    private static func hint(for status: Int) -> String? {
        switch status {
        case 300..<400: "redirects are not followed: write the new address as `url`"
        case 401, 403: "look at `token_file`, `auth` or `headers`"
        case 404: "look at the path in `url`"
        default: nil
        }
    }
}
