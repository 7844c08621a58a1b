internal import Diagnostics

/// How a registry is read over HTTP: what is sent next and when, and what an answer comes to.
///
/// A server that keeps its answer's validator (ETag or Last-Modified, RFC 9110 section 8.8) is asked whether something has
/// changed. One that says `Preference-Applied: wait` (RFC 7240 sections 3 and 4.3) holds such a request until something has,
/// and is asked again at once.
struct HTTPPolling: Sendable {
    struct Request: Hashable, Sendable {
        /// Headers beside those that are always sent.
        var headers: [String: String] = [:]
        /// For the whole answer.
        var timeout: Duration
    }

    /// What the server said that is used.
    struct Answer: Hashable, Sendable {
        var status: Int
        var etag: String?
        var lastModified: String?
        /// `Preference-Applied`.
        var applied: String?
        /// `Retry-After`, in seconds.
        var retryAfter: Int?
        /// `Location`.
        var location: String?
        var body: [UInt8] = []
    }

    enum Verdict: Hashable, Sendable {
        case text([UInt8])
        /// It is as it was.
        case unchanged
        case fault(HTTPFault)
    }

    private struct Validator: Hashable, Sendable {
        var etag: String?
        var lastModified: String?

        var isThere: Bool { etag != nil || lastModified != nil }
    }

    private let interval: Duration
    private let timeout: Duration
    private let wait: Duration
    /// Of the last good text, and of the one that is being judged.
    private var good = Validator()
    private var fresh = Validator()
    private var isHeld = false
    private var retries: RetrySchedule
    private var retryAfter: Duration?

    /// A server that answers at once though it says that it waits is not asked more often than this.
    static let floor = Duration.milliseconds(100)
    /// The longest `Retry-After` that is obeyed.
    static let longestRetry = Duration.seconds(300)

    init(interval: Duration, timeout: Duration, wait: Duration) {
        self.interval = interval
        self.timeout = timeout
        self.wait = wait
        retries = RetrySchedule(base: min(interval, .seconds(1)), limit: max(interval, .seconds(30)))
    }

    var next: Request {
        var request = Request(timeout: timeout)
        request.headers["If-None-Match"] = good.etag
        request.headers["If-Modified-Since"] = good.lastModified
        if wait > .zero {
            request.headers["Prefer"] = "wait=\(Int(wait / .seconds(1)))"
            if isHeld, good.isThere { request.timeout += wait }
        }
        return request
    }

    mutating func judge(_ answer: Answer) -> Verdict {
        retryAfter = nil
        switch answer.status {
        case 200:
            fresh = Validator(etag: answer.etag, lastModified: answer.lastModified)
            isHeld = answer.applied.map(Self.saysWait) ?? false
            return .text(answer.body)
        case 304 where good.isThere:
            fresh = good
            isHeld = answer.applied.map(Self.saysWait) ?? isHeld
            return .unchanged
        default:
            retryAfter = answer.retryAfter.map { min(.seconds(max(0, $0)), Self.longestRetry) }
            return .fault(.status(answer.status, Self.reason(answer)))
        }
    }

    /// The text was good. Returns how long after the request's beginning the next one is sent.
    mutating func accepted() -> Duration {
        good = fresh
        retries.succeeded()
        return isHeld && good.isThere && wait > .zero ? Self.floor : interval
    }

    /// There was no good text. Returns how long to wait from now on. What was good last is still what is compared with: a
    /// server that goes back to it may say so in a 304.
    mutating func failed() -> Duration {
        isHeld = false
        return max(retries.failed(), retryAfter ?? .zero)
    }

    private static func saysWait(_ applied: String) -> Bool {
        applied.split { $0 == "," || $0 == ";" || $0 == " " }.contains {
            $0.prefix { $0 != "=" }.lowercased() == "wait"
        }
    }

    /// The first 200 characters of what the server says on one line, without what a terminal would obey.
    private static func reason(_ answer: Answer) -> String {
        if (300..<400).contains(answer.status), let location = answer.location {
            return "it is at \(printable(String(location.prefix(200))))"
        }
        return printableStart(of: answer.body)
    }
}
