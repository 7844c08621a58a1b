import Diagnostics

/// Takes one command for each connection and answers with text, as HAProxy's Runtime API and master CLI do.
///
/// A seam: tests answer here without a balancer.
package protocol CommandSocket: Sendable {
    /// Where it is.
    var path: String { get }

    /// What the balancer answers to `command`, a line without its end; empty if it closes the connection without a word.
    func ask(_ command: String, within limit: Duration) async throws(SocketFault) -> String
}

/// Why a command got no answer.
package enum SocketFault: Error, Hashable, Sendable {
    /// There is no such socket.
    case absent(path: String)
    /// The socket is there, and nobody listens.
    case refused(path: String)
    /// Headgate's user may not connect.
    case denied(path: String)
    /// The connection broke, with what the system says. The command may have been heard.
    case broken(path: String, String)
    /// There was no whole answer in time. The command may have been heard.
    case timedOut(path: String, Duration)
    /// The answer was longer than may be kept, in bytes.
    case tooLong(path: String, limit: Int)
    /// Who answers is not who was asked for.
    case stranger(path: String, wanted: String)

    /// Whether nobody was there to hear the command.
    package var nobodyListens: Bool {
        switch self {
        case .absent, .refused: true
        case .denied, .broken, .timedOut, .tooLong, .stranger: false
        }
    }
}

extension SocketFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .absent(let path): "there is no socket \(path)"
        case .refused(let path): "nobody listens at \(path)"
        case .denied(let path): "permission to connect to \(path) is denied"
        case .broken(let path, let why): "the connection to \(path) broke: \(why)"
        case .timedOut(let path, let limit): "no answer from \(path) within \(limit.readable)"
        case .tooLong(let path, let limit): "the answer from \(path) is longer than \(limit) bytes"
        case .stranger(let path, let wanted): "what answers at \(path) is not \(wanted)"
        }
    }
}
