/// Why a server's answer is not to be had.
enum HTTPFault: Error, Hashable, Sendable {
    case transport(TransportFault)
    /// A status that is no answer, with the beginning of its body, or where it points to.
    case status(Int, String)
    /// A token or password file cannot be read.
    case credentials(String)
}

extension RegistryFault {
    /// A fault of the server at `address`.
    init(_ fault: HTTPFault, address: String) {
        let (label, what, hint): (String, String, String?) =
            switch fault {
            case .transport(let fault):
                (
                    fault.label, fault.words,
                    fault.hint(
                        server: "the server",
                        tls: "`tls` and at http:// against https://",
                        late: "`timeout` says how long a whole answer may take"
                    )
                )
            case .status(let status, let why):
                (
                    status == 401 || status == 403 ? "denied" : "status",
                    "answered \(status)\(why.isEmpty ? "" : ": \(why)")",
                    Self.hint(for: status, at: address)
                )
            case .credentials(let why):
                ("credentials", "is not asked: \(why)", "the file has to be readable for headgate's user")
            }
        self.init(label: label, message: "\(address) \(what)", hint: hint)
    }

    private static func hint(for status: Int, at address: String) -> String? {
        // Where there is no path, somebody may have meant the agent that listens there.
        let isRoot = address.hasSuffix("/") && address.count { $0 == "/" } == 3
        return switch status {
        case 300..<400 where isRoot, 404 where isRoot:
            "give the whole address; if this is a Consul agent, write consul://HOST:PORT"
        case 300..<400: "redirects are not followed: write the new address as `url`"
        case 401, 403: "look at `token_file`, `auth` or `headers`"
        case 404: "look at the path in `url`"
        default: nil
        }
    }
}
