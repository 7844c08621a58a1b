internal import Wire

extension KubernetesFault {
    /// The fault of an answer that is not a 200, from its status, its `Retry-After` in seconds and the beginning of its
    /// body, mostly a `Status` (Kubernetes API, `meta/v1`).
    package static func of(status: Int, retryAfter: Int?, body: [UInt8]) -> KubernetesFault {
        let tree = try? JSON(parsing: body)
        var fault = StatusText(tree)
        if fault.message.isEmpty { fault.message = printableStart(of: body) }
        if fault.message.isEmpty { fault.message = "status \(status)" }
        return of(status, fault, retryAfter: retryAfter)
    }

    /// The fault that the object of an `ERROR` event is.
    static func of(_ status: JSON) -> KubernetesFault {
        let fault = StatusText(status)
        return of(fault.code ?? 500, fault, retryAfter: nil)
    }

    private static func of(_ code: Int, _ fault: StatusText, retryAfter: Int?) -> KubernetesFault {
        let (text, retryAfter) = (fault.message, fault.retryAfter ?? retryAfter)
        switch code {
        case 401: return .unauthorized(text)
        case 403: return .forbidden(text)
        case 410: return .expired(text)
        case 504 where fault.isBehind: return .behind(text)
        case 429: return .busy(text, retryAfter: retryAfter)
        case 500...599: return retryAfter == nil ? .status(code, text) : .busy(text, retryAfter: retryAfter)
        case 400, 404, 405, 406, 422: return .refused(code, text)
        default: return .status(code, text)
        }
    }
}

/// What is read of a `Status`.
private struct StatusText {
    var message = ""
    var code: Int?
    var retryAfter: Int?
    /// Whether the server has not seen the resourceVersion that it was asked for.
    var isBehind = false

    init(_ tree: JSON?) {
        guard let tree else { return }
        if case .string(let text)? = tree["message"] { message = printableStart(of: Array(text.utf8)) }
        if case .integer(let code)? = tree["code"] { self.code = code }
        if case .integer(let seconds)? = tree["details"]?["retryAfterSeconds"] { retryAfter = seconds }
        if case .array(let causes)? = tree["details"]?["causes"] {
            isBehind = causes.contains { $0["reason"] == .string("ResourceVersionTooLarge") }
        }
    }
}
