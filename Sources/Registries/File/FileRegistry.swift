package import Catalog
package import Logging

/// A registry that lies in a file, or in a directory of files: `file:PATH`.
///
/// A file says what instances there are, and is believed until it says something else. One that cannot be read or is bad
/// keeps its last good content in force; a missing one is not an empty one. In a directory each file stands for itself, and
/// removing one removes what it said. As long as a file was never good since the start nothing is answered at all: answers
/// made without it could empty a backend.
package struct FileRegistry: Registry {
    package let name: String
    private let files: RegistryFiles
    private let hostnames: Bool
    private let timing: Timing
    private let clock: WallClock
    private let trigger: any ChangeTrigger

    /// When files are looked at.
    package struct Timing: Sendable, Hashable {
        /// From a change to the look at it, so that several changes are one; files changed more recently are not read yet.
        package var debounce: Duration
        /// Between looks without a cause, for file systems whose changes inotify does not see.
        package var poll: Duration

        package init(debounce: Duration = .milliseconds(50), poll: Duration = .seconds(5)) {
            self.debounce = debounce
            self.poll = poll
        }
    }

    /// A registry of the file or directory at `path`, where `hostnames` tells if addresses may be host names.
    package init(
        name: String,
        path: String,
        hostnames: Bool = false,
        timing: Timing = Timing(),
        clock: WallClock = .system,
        trigger: any ChangeTrigger,
    ) {
        self.name = name
        self.hostnames = hostnames
        self.timing = timing
        self.clock = clock
        self.trigger = trigger
        files = RegistryFiles(path: path, settling: timing.debounce)
    }

    /// A registry of the file or directory at `path`, watched through inotify.
    package init(name: String, path: String, hostnames: Bool = false, timing: Timing = Timing(), logger: Logger) {
        self.init(
            name: name,
            path: path,
            hostnames: hostnames,
            timing: timing,
            trigger: DirectoryWatcher(logger: logger)
        )
    }

    package func watch(
        _ wanted: AsyncStream<Set<CatalogQuery>>,
        report: @escaping @Sendable (RegistryReport) async -> Void,
    ) async {
        let (events, occur) = AsyncStream.makeStream(of: Event.self)
        await withDiscardingTaskGroup { group in
            group.addTask { for await questions in wanted { occur.yield(.asked(questions)) } }
            group.addTask { await trigger.run { occur.yield(.changed) } }
            group.addTask {
                while (try? await clock.sleep(clock.now() + timing.poll)) != nil { occur.yield(.alarm(.look)) }
            }
            occur.yield(.alarm(.look))

            var state = FileRegistryState(path: files.path, hostnames: hostnames)
            var alarms: [Alarm: Timestamp] = [:]
            for await event in events {
                let now = clock.now()
                var reports: [RegistryReport] = []
                var due: [Alarm: Timestamp] = [:]
                switch event {
                case .asked(let questions): reports = state.ask(questions)
                case .changed: due[.look] = now + timing.debounce
                case .alarm(.look):
                    alarms[.look] = nil
                    let reading = look(known: state.known, now: now)
                    due[.look] = reading.lookAgain
                    reports = state.take(reading, now: now)
                case .alarm(.expiry):
                    alarms[.expiry] = nil
                    reports = state.advance(to: now)
                }
                due[.expiry] = state.nextExpiry
                for (alarm, moment) in due where alarms[alarm].map({ moment < $0 }) ?? true {
                    alarms[alarm] = moment
                    group.addTask { if (try? await clock.sleep(moment)) != nil { occur.yield(.alarm(alarm)) } }
                }
                for one in reports { await report(one) }
            }
            group.cancelAll()
        }
    }

    /// Reads the files, with the directories they lie in observed before, so that no change falls between.
    private func look(known: [String: KnownFile], now: Timestamp) -> RegistryReading {
        var observed = files.directories()
        trigger.observe(observed)
        for _ in 0..<3 {
            let directories = files.directories()
            if directories == observed { break }
            observed = directories
            trigger.observe(observed)
        }
        return files.read(known: known, now: now)
    }

    private enum Event: Sendable {
        case asked(Set<CatalogQuery>)
        case changed
        case alarm(Alarm)
    }

    private enum Alarm: Hashable, Sendable {
        case look
        case expiry
    }
}
