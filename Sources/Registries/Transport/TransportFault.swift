import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL
import SystemPackage

/// Why an exchange over HTTP came to nothing, whatever was asked.
package enum TransportFault: Error, Hashable, Sendable {
    /// No connection: refused, no such host, no route.
    case unreachable(String)
    /// The connection was closed before an answer.
    case closed
    /// No whole answer within the time.
    case timedOut
    /// The peer is not trusted, or does not trust.
    case tls(String)
    /// More bytes than any answer should have.
    case tooLarge
    /// HTTP that is none, or a body cut short.
    case broken(String)
    /// The task was cancelled.
    case cancelled

    /// A word of few, fit for a metric's label.
    package var label: String {
        switch self {
        case .unreachable: "unreachable"
        case .closed: "closed"
        case .timedOut: "timeout"
        case .tls: "tls"
        case .tooLarge: "too_large"
        case .broken: "broken"
        case .cancelled: "cancelled"
        }
    }

    /// What happened, said of the server.
    var words: String {
        switch self {
        case .unreachable(let why): "cannot be reached: \(why)"
        case .closed: "closed the connection without an answer"
        case .timedOut: "did not answer in time"
        case .tls(let why): "cannot be spoken to over TLS: \(why)"
        case .tooLarge: "sent an answer that is too large"
        case .broken(let why): "sent an answer that is no HTTP, or only a part of one: \(why)"
        case .cancelled: "was not asked to the end"
        }
    }

    /// What to do about it.
    ///
    /// - Parameters:
    ///   - server: What it is called.
    ///   - tls: What to look at if it is TLS.
    ///   - late: What is done, or to be done, about a late answer.
    func hint(server: String, tls: String, late: String) -> String? {
        switch self {
        case .unreachable: "is \(server) running, and is this its address?"
        case .closed: "is \(server) still running?"
        case .timedOut: late
        case .tls: "look at \(tls)"
        case .tooLarge, .broken, .cancelled: nil
        }
    }

    /// What the HTTP client, TLS or the system says, in our words.
    init(_ error: any Error) {
        switch error {
        case let fault as TransportFault: self = fault
        case is CancellationError: self = .cancelled
        case let error as HTTPClientError:
            switch error {
            case .cancelled: self = .cancelled
            case .remoteConnectionClosed: self = .closed
            case .connectTimeout: self = .unreachable("no connection in time")
            case .readTimeout, .writeTimeout, .deadlineExceeded: self = .timedOut
            case .tlsHandshakeTimeout: self = .tls("no handshake in time")
            case .uncleanShutdown: self = .broken("the connection ended within the answer")
            default: self = .broken(error.shortDescription)
            }
        case let error as BoringSSLError: self = .tls(Self.reason(in: "\(error)"))
        case let error as NIOSSLError: self = .tls(Self.reason(in: "\(error)"))
        case let error as NIOSSLExtraError: self = .tls(error.description)
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first?.error {
                self = TransportFault(first)
            } else {
                self = .unreachable("\(error.host) has no address")
            }
        case let error as IOError:
            let code = Errno(rawValue: error.errnoCode)
            self = code == .connectionReset || code == .brokenPipe ? .closed : .unreachable("\(code)")
        case ChannelError.ioOnClosedChannel, ChannelError.alreadyClosed, ChannelError.eof: self = .closed
        case NIOHTTPDecompression.DecompressionError.limit: self = .tooLarge
        case let error as HTTPParserError: self = .broken("\(error)")
        default: self = .broken("\(error)")
        }
    }

    /// BoringSSL's word for what went wrong, such as `CERTIFICATE_VERIFY_FAILED`, out of what it says with files and lines.
    private static func reason(in text: String) -> String {
        guard let start = text.firstRange(of: "OPENSSL_internal:")?.upperBound else { return text }
        let word = text[start...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        return word.isEmpty ? text : word.lowercased().split(separator: "_").joined(separator: " ")
    }
}

/// The first 200 characters of an answer on one line, without what a terminal would obey.
func printableStart(of body: [UInt8]) -> String {
    let text = String(decoding: body.prefix(400), as: UTF8.self).unicodeScalars.prefix(200)
    let clean = text.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? " " : Character($0) }
    return String(clean.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
}
