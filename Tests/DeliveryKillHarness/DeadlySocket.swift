import Balancers

/// A command socket of the machine, to which each line may be the last thing this process does not say.
struct DeadlySocket: CommandSocket {
    let countdown: Countdown
    private let socket: RuntimeSocket

    var path: String { socket.path }

    init(_ path: String, countdown: Countdown) {
        socket = RuntimeSocket(path: path)
        self.countdown = countdown
    }

    func ask(_ command: String, within limit: Duration) async throws(SocketFault) -> String {
        countdown.step()
        return try await socket.ask(command, within: limit)
    }
}
