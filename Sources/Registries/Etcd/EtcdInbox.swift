import Catalog
import Synchronization

/// What a follower has to look at next. What gathers while it is busy is taken all at once.
final class EtcdInbox: Sendable {
    enum Signal: Sendable {
        /// The whole set of questions; none is skipped.
        case wanted(Set<CatalogQuery>)
        /// A line of the stream with this number, or its end.
        case line(Result<EtcdWatchMessage, EtcdFault>, Int)
        /// The stream should be there by now.
        case late(Int)
        /// The stream is old.
        case due(Int)
    }

    private struct Storage {
        var signals: [Signal] = []
        var streams = 0
    }

    private let storage = Mutex(Storage())
    private let posted: AsyncStream<Void>
    private let posts: AsyncStream<Void>.Continuation

    init() { (posted, posts) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    func post(_ signal: Signal) {
        storage.withLock { $0.signals.append(signal) }
        posts.yield()
    }

    /// All that has been posted.
    func take() -> [Signal] {
        storage.withLock { storage in
            defer { storage.signals = [] }
            return storage.signals
        }
    }

    /// Waits until something has been posted since the last wait, or the task is cancelled.
    func wait() async {
        for await _ in posted { return }
    }

    /// The number of a new stream; lines of the ones before are nobody's any more.
    func begin() -> Int {
        storage.withLock { storage in
            storage.streams += 1
            return storage.streams
        }
    }
}
