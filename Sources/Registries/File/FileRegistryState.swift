internal import Catalog
internal import Diagnostics

/// What a file registry knows and has reported: readings, questions and the clock go in, reports come out.
struct FileRegistryState: Sendable {
    /// How many bad files a message names, and how many faults go with it.
    private static let toldFaults = 3
    private static let toldDiagnostics = 100

    private let path: String
    private let decoder: FileRegistryDecoder

    private var files: [String: FileRecord] = [:]
    private var directory: (device: UInt64, inode: UInt64)?
    private var placeFault: RegistryFault?
    private var clashFaults: [RegistryFault] = []
    private var merged = MergedRegistry(merging: [])
    private var contents: RegistryContents?
    private var wanted: Set<CatalogQuery> = []
    private var reported: [CatalogQuery: QueryResult] = [:]
    private var reportedFault: RegistryFault?

    /// When a lease ends next, after which `advance` has something to do; nil: never.
    private(set) var nextExpiry: Timestamp?

    init(path: String, hostnames: Bool) {
        self.path = path
        decoder = FileRegistryDecoder(hostnames: hostnames)
    }

    /// What is known of the files, for the next reading.
    var known: [String: KnownFile] { files.mapValues(\.known) }

    /// Takes the questions that are asked from now on, and answers the new ones if anything is known.
    mutating func ask(_ wanted: Set<CatalogQuery>) -> [RegistryReport] {
        self.wanted = wanted
        reported = reported.filter { wanted.contains($0.key) }
        return freshAnswers()
    }

    /// Drops what has expired.
    mutating func advance(to now: Timestamp) -> [RegistryReport] {
        refreshIfExpired(at: now)
        return freshAnswers()
    }

    /// Takes what a look at the files found.
    mutating func take(_ reading: RegistryReading, now: Timestamp) -> [RegistryReport] {
        let wasUnavailable = placeFault != nil
        placeFault = fault(ofPlaceIn: reading)
        if placeFault == nil {
            var isChanged = wasUnavailable || contents == nil
            for (file, found) in reading.files {
                let hasChanged = files[file, default: FileRecord()].take(found, now: now) {
                    bytes throws(RegistryFault) in
                    try decoder.document(from: bytes, file: file, isWhole: reading.isSingleFile)
                }
                if hasChanged { isChanged = true }
            }
            let gone = files.keys.filter { reading.files[$0] == nil }
            if isChanged || !gone.isEmpty { join(without: Set(gone), now: now) }
        }
        refreshIfExpired(at: now)
        return freshAnswers() + freshFault()
    }

    // MARK: - Files

    private mutating func fault(ofPlaceIn reading: RegistryReading) -> RegistryFault? {
        switch reading.place {
        case .unavailable(let fault): return fault
        case .file:
            directory = nil
            return nil
        case .directory(let device, let inode):
            if contents == nil, reading.files.isEmpty {
                return RegistryFault(
                    label: "missing",
                    message: "\(path) holds no registry file (*.yaml, *.yml, *.json)",
                    hint: "put one there; an empty registry is a file with `services: {}`"
                )
            }
            // An empty directory in the place of a full one is no act of deregistration, but an unmounted volume.
            if let directory, directory != (device, inode), reading.files.isEmpty, !files.isEmpty {
                return RegistryFault(
                    label: "missing",
                    message: "\(path) is another directory than before, and empty",
                    hint: "mount or restore it; if it is meant to be empty, restart headgate"
                )
            }
            directory = (device, inode)
            return nil
        }
    }

    /// Joins the newest good contents of all files. Where they contradict each other, the file that changed is at fault and
    /// keeps what it said before.
    private mutating func join(without gone: Set<String>, now: Timestamp) {
        clashFaults = []
        let present = files.keys.filter { !gone.contains($0) }.sorted(by: bytewise)
        var refused: Set<String> = []
        while true {
            let used = present.compactMap { file in
                (refused.contains(file) ? files[file]?.accepted : files[file]?.candidate).map { (file, $0) }
            }
            let joined = MergedRegistry(merging: used.map(\.1))
            guard let conflict = joined.conflicts.first else {
                commit(joined, present: present, gone: gone, refused: refused, now: now)
                return
            }
            let culprits = conflict.documents.map { used[$0].0 }.filter { isUntried($0, refused) }
            let others = present.filter { isUntried($0, refused) }
            let culprit = (culprits.isEmpty ? others : culprits).max(by: bytewise)
            guard let culprit else {
                // Only removed files are left to blame: without them the rest makes no sense, so all stays as it is.
                clashFaults.append(RegistryFault(invalid: path, joined.conflicts.map(\.diagnostic)))
                return
            }
            refused.insert(culprit)
            let involved = joined.conflicts.filter { $0.documents.contains { used[$0].0 == culprit } }
            clashFaults.append(
                RegistryFault(invalid: culprit, (involved.isEmpty ? [conflict] : involved).map(\.diagnostic))
            )
        }
    }

    /// Whether a file says something else than before that has not been refused yet.
    private func isUntried(_ file: String, _ refused: Set<String>) -> Bool {
        !refused.contains(file) && (files[file]?.isPending ?? false)
    }

    private mutating func commit(
        _ joined: MergedRegistry,
        present: [String],
        gone: Set<String>,
        refused: Set<String>,
        now: Timestamp,
    ) {
        for file in gone { files[file] = nil }
        for file in present where !refused.contains(file) { files[file]?.accept() }
        merged = joined
        // A file that was never good is a hole: answers made without it could empty a backend.
        let isComplete = files.values.allSatisfy { $0.accepted != nil }
        if isComplete || contents != nil { refresh(at: now) }
    }

    private mutating func refreshIfExpired(at now: Timestamp) {
        if contents != nil, let nextExpiry, nextExpiry <= now { refresh(at: now) }
    }

    private mutating func refresh(at now: Timestamp) {
        // Whoever cannot see a file cannot see its renewals: its leases then count as just renewed.
        let modified = files.mapValues { placeFault == nil && $0.fault == nil ? $0.modified ?? now : now }
        let moment = merged.contents(at: now, modified: modified, reusing: contents)
        contents = moment.contents
        nextExpiry = moment.nextExpiry
    }

    // MARK: - Reports

    private mutating func freshAnswers() -> [RegistryReport] {
        guard let contents else { return [] }
        var fresh: [CatalogQuery: QueryResult] = [:]
        for query in wanted {
            let answer = contents.answer(query)
            if reported[query] != answer { fresh[query] = answer }
        }
        reported.merge(fresh) { $1 }
        let stated = fresh.filter { isStatedEmpty($0.key, $0.value) }
        let others = fresh.filter { stated[$0.key] == nil }
        return (others.isEmpty ? [] : [.answers(others, continuity: .unbroken)])
            + (stated.isEmpty ? [] : [.answers(stated, continuity: .stated)])
    }

    /// Whether a file says `instances: []` of the service that is asked for.
    private func isStatedEmpty(_ query: CatalogQuery, _ answer: QueryResult) -> Bool {
        guard case .service(let name, _, _, _) = query, answer == .instances([]) else { return false }
        return merged.isStatedEmpty(name)
    }

    private mutating func freshFault() -> [RegistryReport] {
        let present = presentFault()
        defer { reportedFault = present }
        guard present != reportedFault else { return [] }
        return [present.map { .fault($0) } ?? .recovered]
    }

    /// All that is wrong, as one fault.
    private func presentFault() -> RegistryFault? {
        let ofFiles = files.sorted { bytewise($0.key, $1.key) }.compactMap(\.value.fault)
        let faults = (placeFault.map { [$0] } ?? []) + ofFiles + clashFaults
        guard var fault = faults.first else { return nil }
        if faults.count > 1 {
            fault.message = faults.prefix(Self.toldFaults).map(\.message).joined(separator: "; ")
            if faults.count > Self.toldFaults { fault.message += "; and \(faults.count - Self.toldFaults) more files" }
            fault.diagnostics = Array(faults.flatMap(\.diagnostics).prefix(Self.toldDiagnostics))
        }
        fault.needsMending = contents == nil
        if contents == nil {
            fault.message += "; nothing of this registry is known yet, so none of its questions is answered"
            if fault.label == "invalid" { fault.hint = "correct the file; headgate reads it again by itself" }
        }
        return fault
    }
}
