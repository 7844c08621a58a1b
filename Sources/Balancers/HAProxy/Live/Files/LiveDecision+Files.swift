extension LiveDecision {
    /// How files that HAProxy has loaded beside its configuration are replaced, nothing for those that mean the same as
    /// before; and why others are not.
    func replacements(
        of files: [FileVersions],
        _ running: RunningFiles,
    ) -> (replacements: [FileReplacement], obstacles: [ReloadReason]) {
        var (replacements, obstacles): ([FileReplacement], [ReloadReason]) = ([], [])
        for file in files {
            do throws(ReloadReason) {
                if let replacement = try replacement(of: file, running) { replacements.append(replacement) }
            } catch {
                obstacles.append(error)
            }
        }
        return (replacements, obstacles)
    }

    private func replacement(of file: FileVersions, _ running: RunningFiles) throws(ReloadReason) -> FileReplacement? {
        guard LiveCommand.isWord(file.path) else {
            throw ReloadReason(file.name, "its path has characters that cannot be sent to HAProxy")
        }
        let uses = Set(new.uses(of: file.path))
        for case .other(let place) in uses {
            throw ReloadReason(file.name, "changed, and is named for what does not change live", at: place)
        }
        switch (uses.contains(.patterns), uses.contains(.certificate)) {
        case (true, true):
            throw ReloadReason(file.name, "changed, and is named as a certificate and as a map or an ACL")
        case (true, false):
            return try patterns(of: file, running)
        // Directories and lists of certificates do not name all that HAProxy has found there.
        case (false, _) where running.certificates.contains(file.path):
            return try certificate(of: file, running)
        case (false, true):
            throw ReloadReason(file.name, "changed, and the running HAProxy has no such certificate")
        case (false, false):
            throw ReloadReason(file.name, "changed, and `live.config` names it neither as map, ACL nor certificate")
        }
    }

    private func patterns(of file: FileVersions, _ running: RunningFiles) throws(ReloadReason) -> FileReplacement? {
        guard running.maps.contains(file.path) || running.acls.contains(file.path) else {
            throw ReloadReason(file.name, "changed, and the running HAProxy has loaded no such map or ACL")
        }
        let kind: PatternReplacement.Kind = running.maps.contains(file.path) ? .map : .acl
        do throws(PatternEntries.Fault) {
            let entries = try PatternEntries(file.new, of: kind)
            // What cannot be read went wrong at the start, or is in the way no more.
            let old = try? PatternEntries(file.old, of: kind)
            if let old, PatternEntries.areSame(entries.entries, old.entries) { return nil }
            let replacement = PatternReplacement(
                kind: kind,
                path: file.path,
                entries: entries.entries,
                old: old?.entries
            )
            guard replacement.canBeRead else { throw PatternEntries.Fault(what: "is too large to be changed live") }
            let change = old.map { entries.difference(from: $0, of: kind) } ?? "replaced"
            return FileReplacement(step: .patterns(replacement), summary: "\(kind.title) \(file.name) \(change)")
        } catch {
            throw ReloadReason(file.name, error.what)
        }
    }

    private func certificate(of file: FileVersions, _ running: RunningFiles) throws(ReloadReason) -> FileReplacement? {
        do throws(CertificateReplacement.Fault) {
            let replacement = try CertificateReplacement(path: file.path, file.new)
            guard (try? CertificateReplacement(path: file.path, file.old)) != replacement else { return nil }
            if let companion = file.companion {
                throw CertificateReplacement.Fault(what: "changed, and HAProxy has loaded \(companion) with it")
            }
            if let offered = running.offered {
                throw CertificateReplacement.Fault(what: "changed, and somebody else is about to change \(offered)")
            }
            return FileReplacement(step: .certificate(replacement), summary: "certificate \(file.name) replaced")
        } catch {
            throw ReloadReason(file.name, error.what)
        }
    }
}

/// How one file is replaced, and what people are told of it.
struct FileReplacement {
    var step: LiveStep
    var summary: String
}
