/// The master's answer to `show proc`: who it is, and which workers it has (HAProxy management guide, section 9.4).
package struct ShowProc: Hashable, Sendable {
    package struct Worker: Hashable, Sendable {
        package var pid: Int32
        /// How many reloads it has lived through, failed ones too.
        package var reloads: Int

        package init(pid: Int32, reloads: Int) {
            self.pid = pid
            self.reloads = reloads
        }
    }

    package var master: Int32
    /// How often the master was told to reload.
    package var reloads: Int
    /// How many of the last reloads failed in a row; 0 after one that did not.
    package var failed: Int
    package var version: String
    /// Those of the last reload. HAProxy 3.2 has none here after a reload that failed, 2.6 the ones that go on.
    package var workers: [Worker] = []
    package var oldWorkers: [Worker] = []

    /// Nil if `answer` is none.
    package init?(parsing answer: String) {
        var master: (pid: Int32, reloads: Int, failed: Int, version: String)?
        var section = Section.workers
        for line in answer.split(whereSeparator: \.isNewline) {
            if line.hasPrefix("#") {
                section = Section(rawValue: line.dropFirst().trimmingPrefix(" ").description) ?? .others
                continue
            }
            let words = line.split(separator: " ")
            guard words.count > 3, let pid = Int32(words[0]), let reloads = Int(words[2]) else { continue }
            switch (words[1], section) {
            case ("master", _):
                // `3 [failed: 2]`
                let isTold = words[3] == "[failed:" && words.count > 4
                let failed = isTold ? Int(words[4].prefix { $0 != "]" }) ?? 0 : 0
                master = (pid, reloads, failed, String(words[words.count - 1]))
            case ("worker", .workers): workers.append(Worker(pid: pid, reloads: reloads))
            case ("worker", .oldWorkers): oldWorkers.append(Worker(pid: pid, reloads: reloads))
            default: continue
            }
        }
        guard let master else { return nil }
        self.master = master.pid
        (reloads, failed, version) = (master.reloads, master.failed, master.version)
    }

    private enum Section: String {
        case workers
        case oldWorkers = "old workers"
        /// The heading, and programs.
        case others
    }

    /// How many workers finish what they have. The worker that goes on after a failed reload is none of them.
    package var draining: Int { oldWorkers.count - (workers.isEmpty && !oldWorkers.isEmpty ? 1 : 0) }

    /// What has become of a reload.
    package enum Progress: Hashable, Sendable {
        /// The master has not heard of it, as far as is known.
        case unheard
        /// It is under way.
        case begun
        /// There are new workers. From HAProxy 3.1 on they are listed while they still load: only their answer to a
        /// command proves that they serve.
        case workers([Int32])
        /// The master refused; these go on.
        case failed(serving: [Int32])
    }

    /// What has become of a reload that was given after `before`; nil if the master could not be asked then.
    package func progress(since before: ShowProc?) -> Progress {
        let known = before.map { Set(($0.workers + $0.oldWorkers).map(\.pid)) } ?? []
        let isSameMaster = before?.master == master
        let isTold = !isSameMaster || before?.reloads != reloads || before?.failed != failed
        guard isTold else { return .unheard }
        if failed > 0 { return .failed(serving: (workers.isEmpty ? oldWorkers : workers).map(\.pid)) }
        let new = workers.filter { $0.reloads == 0 && !known.contains($0.pid) }.map(\.pid)
        return new.isEmpty ? .begun : .workers(new)
    }
}
