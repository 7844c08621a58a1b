/// Why the API server does not give what is asked of it.
package enum KubernetesFault: Error, Hashable, Sendable {
    /// The kubeconfig or the service account is no good.
    case access(String, hint: String)
    /// There was no whole answer.
    case transport(TransportFault)
    /// Not the JSON that it should be.
    case malformed(String)
    /// 401: the token or certificate is not known, or not any more.
    case unauthorized(String)
    /// 403: RBAC does not allow it.
    case forbidden(String)
    /// 410: what was seen last is too old to go on from.
    case expired(String)
    /// 429, or another status with how long to wait, in seconds.
    case busy(String, retryAfter: Int?)
    /// 504 with `ResourceVersionTooLarge`: the server knows less than was seen of it before.
    case behind(String)
    /// 400, 404 and others that asking again does not change.
    case refused(Int, String)
    /// Any other status but 200.
    case status(Int, String)

    /// A word of few, fit for a metric's label.
    package var label: String {
        switch self {
        case .access: "access"
        case .transport(let fault): fault.label
        case .malformed: "malformed"
        case .unauthorized: "unauthorized"
        case .forbidden: "forbidden"
        case .expired: "expired"
        case .busy: "busy"
        case .behind: "behind"
        case .refused: "refused"
        case .status: "status"
        }
    }

    /// Whether it may be over before anybody could look: such a fault is told only if the next try fails as well.
    var isFleeting: Bool {
        switch self {
        case .transport(.closed), .transport(.broken), .unauthorized, .expired, .busy, .behind, .status: true
        default: false
        }
    }

    /// Whether nothing but a person ends it.
    var needsMending: Bool {
        switch self {
        case .access, .forbidden, .refused: true
        default: false
        }
    }

    /// How long the server wants to be left alone, at most a minute.
    var patience: Duration? {
        if case .busy(_, let seconds?) = self { .seconds(min(max(seconds, 1), 60)) } else { nil }
    }

    init(_ error: any Error) { self = error as? KubernetesFault ?? .transport(TransportFault(error)) }
}

extension RegistryFault {
    /// A fault of the API server at `address`, seen while `what` was read.
    init(_ fault: KubernetesFault, address: String, reading what: String) {
        let (says, hint): (String, String?) =
            switch fault {
            case .access(let why, let hint): ("cannot be asked: \(why)", hint)
            case .transport(let fault):
                (
                    fault.words,
                    fault.hint(
                        server: "it",
                        tls: "the authority, the certificate and the server's name",
                        late: "it is asked again"
                    )
                )
            case .malformed(let why): ("sent an answer that is not what it should be: \(why)", nil)
            case .unauthorized(let why):
                ("does not know who asks: \(why)", "has the token or certificate expired, or is it another cluster's?")
            case .forbidden(let why):
                (
                    "denies access: \(why)",
                    "headgate's account needs get, list and watch on services and on endpointslices.discovery.k8s.io, "
                        + "as examples/kubernetes/rbac.yaml gives them"
                )
            case .expired(let why): ("has forgotten what was asked for: \(why)", "it is listed anew")
            case .busy(let why, _): ("refuses requests because there are too many: \(why)", nil)
            case .behind(let why): ("knows less than it did: \(why)", "it is listed anew")
            case .refused(404, let why):
                ("does not have what is asked for: \(why)", "EndpointSlices need Kubernetes 1.21 or later")
            case .refused(_, let why): ("refuses the question: \(why)", "look at `labels` and at the namespaces")
            case .status(let status, let why): ("answered \(status): \(why)", nil)
            }
        self.init(label: fault.label, message: "Kubernetes at \(address) \(says) (\(what))", hint: hint)
        needsMending = fault.needsMending
        isWhole = false
    }
}
