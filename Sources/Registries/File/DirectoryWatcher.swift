internal import Glibc
package import Logging
package import NIOCore
internal import NIOPosix
internal import Synchronization
internal import SystemPackage

/// Observes directories through inotify(7), on an event loop and without a thread of its own.
///
/// Directories are watched rather than files: a watch of a file is lost with the first rename over it.
package final class DirectoryWatcher: ChangeTrigger {
    private let group: any EventLoopGroup
    private let logger: Logger
    private let state = Mutex(State())

    /// What is watched of a directory. A file that is being written does not wake anybody before it is closed.
    private static let mask = UInt32(
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF
            | IN_ONLYDIR
    )

    private struct State {
        init(wanted: Set<String> = []) { self.wanted = wanted }

        /// While running; owned by `run`.
        var descriptor: SystemPackage.FileDescriptor?
        var wanted: Set<String>
        var watches: [String: Int32] = [:]
    }

    package init(group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, logger: Logger) {
        self.group = group
        self.logger = logger
    }

    package func run(changed: @escaping @Sendable () -> Void) async {
        do {
            // The channel closes its descriptor whenever it fails, so that watches are added through another of the same
            // inotify instance, which cannot have become somebody else's.
            let descriptor = try Self.openInotify()
            defer {
                state.withLock { $0 = State(wanted: $0.wanted) }
                try? descriptor.close()
            }
            let channel = try await channel(over: try descriptor.duplicate())
            try await channel.executeThenClose { events in
                state.withLock { state in
                    state.descriptor = descriptor
                    Self.update(&state)
                }
                changed()
                // What the events say does not matter: each means to look at everything, an overflow of the kernel's queue
                // as well, and looking renews the watches of directories that went.
                for try await _ in events { changed() }
            }
        } catch is CancellationError {
        } catch {
            logger.warning(
                "inotify does not work, files are polled",
                metadata: ["error": "\(error)", "hint": "raise fs.inotify.max_user_instances and max_user_watches"]
            )
        }
    }

    package func observe(_ directories: Set<String>) {
        state.withLock { state in
            state.wanted = directories
            Self.update(&state)
        }
    }

    // MARK: - Watches

    /// Watches what is wanted and no more. Adding a watch again is free and tells if the path leads to another directory now.
    private static func update(_ state: inout State) {
        guard let descriptor = state.descriptor else { return }
        let stale = state.watches.filter { !state.wanted.contains($0.key) }
        for path in state.wanted {
            let watch = unsafe inotify_add_watch(descriptor.rawValue, path, Self.mask)
            let before = state.watches[path]
            state.watches[path] = watch < 0 ? nil : watch
            if let before, before != watch { remove(before, from: &state, descriptor) }
        }
        for (path, watch) in stale {
            state.watches[path] = nil
            remove(watch, from: &state, descriptor)
        }
    }

    /// Ends a watch, unless another path leads to the same directory.
    private static func remove(_ watch: Int32, from state: inout State, _ descriptor: SystemPackage.FileDescriptor) {
        if !state.watches.values.contains(watch) { _ = inotify_rm_watch(descriptor.rawValue, watch) }
    }

    // MARK: - Descriptor

    private static func openInotify() throws(Errno) -> SystemPackage.FileDescriptor {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        return SystemPackage.FileDescriptor(rawValue: descriptor)
    }

    private func channel(over descriptor: SystemPackage.FileDescriptor) async throws -> NIOAsyncChannel<
        ByteBuffer, Never
    > {
        do {
            return try await NIOPipeBootstrap(group: group)
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4096))
                .takingOwnershipOfDescriptor(input: descriptor.rawValue) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, Never>(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            try? descriptor.close()
            throw error
        }
    }
}
