/// Ends one of a group's tasks before the others.
struct StopSignal: Sendable {
    private let stream: AsyncStream<Void>
    private let sink: AsyncStream<Void>.Continuation

    init() { (stream, sink) = AsyncStream.makeStream() }

    func stop() { sink.finish() }

    /// Runs `body`, and cancels it when stopped.
    func unlessStopped(_ body: @escaping @Sendable () async -> Void) async {
        await withTaskGroup { race in
            race.addTask { await body() }
            race.addTask { for await _ in stream {} }
            await race.next()
            race.cancelAll()
        }
    }
}
