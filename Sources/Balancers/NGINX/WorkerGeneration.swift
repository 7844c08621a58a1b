/// NGINX's master and its workers, as they are at one moment.
package struct WorkerGeneration: Hashable, Sendable {
    package var master: Int32
    /// Those that take connections.
    package var serving: Set<Int32>
    /// Those that finish what they have and then end.
    package var leaving: Set<Int32>

    package init(master: Int32, serving: Set<Int32>, leaving: Set<Int32> = []) {
        self.master = master
        self.serving = serving
        self.leaving = leaving
    }

    /// Nil if the pid file names no process of NGINX: it is not running (`nginx -t` leaves an empty file, too).
    package init?(pidFile: String, in processes: ProcessTable) {
        guard let text = contents(of: pidFile, limit: 64), let master = Int32(text.prefix { $0.isNumber }),
            processes.commandLine(of: master).first?.hasPrefix("nginx: master process") == true
        else { return nil }
        self.init(master: master, serving: [])
        for child in processes.children(of: master) {
            // NGINX writes over its command line: `nginx: worker process`, later with `is shutting down` after it.
            guard let title = processes.commandLine(of: child).first, title.hasPrefix("nginx: worker process") else {
                continue
            }
            if title.contains("is shutting down") { leaving.insert(child) } else { serving.insert(child) }
        }
    }

    /// Some NGINX's master; nil if none runs.
    package static func master(in processes: ProcessTable) -> Int32? {
        processes.pids().first { processes.commandLine(of: $0).first?.hasPrefix("nginx: master process") == true }
    }

    /// Whether a reload since `before` has been carried out: all that serve are new. A single worker that crashed and was
    /// replaced does not look so where there are several.
    package func isNew(since before: WorkerGeneration?) -> Bool {
        guard let before else { return !serving.isEmpty }
        return !serving.isEmpty && serving.isDisjoint(with: before.serving.union(before.leaving))
    }
}
