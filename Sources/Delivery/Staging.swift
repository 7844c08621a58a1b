import Planning
import State
import SystemPackage

/// A file that waits beside its destination.
struct StagedFile: Hashable, Sendable {
    var change: FileChange
    /// The file that will be replaced: the destination with symbolic links followed.
    var path: String
    /// Where the new contents are until then.
    var staged: String
}

/// Puts new contents beside their destinations, and takes away what killed runs left there.
struct Staging: Sendable {
    var fileSystem: any FileSystem
    var hook: StepHook

    /// The file that writing to `destination` replaces: a symbolic link there is followed, link by link; one that leads
    /// to nothing leads to where the file will be.
    func resolve(_ destination: String) throws(DeliveryFault) -> String {
        var path = destination
        // As many as Linux follows.
        for _ in 0..<40 {
            do throws(FileFault) {
                guard try fileSystem.status(of: path, followingLinks: false)?.kind == .symbolicLink else { return path }
                let target = try fileSystem.linkTarget(of: path)
                path = target.hasPrefix("/") ? target : "\(directoryName(of: path))/\(target)"
            } catch {
                throw .staging(error, destination: destination)
            }
        }
        throw .linkLoop(destination: destination)
    }

    /// Stages all files of `changes`, or none.
    func stage(_ changes: [FileChange]) throws(DeliveryFault) -> [StagedFile] {
        var staged: [StagedFile] = []
        do throws(DeliveryFault) {
            for change in changes { staged.append(try stage(change, after: staged)) }
        } catch {
            discard(staged)
            throw error
        }
        return staged
    }

    /// Removes staged files; one that cannot be removed is taken away by a later delivery.
    func discard(_ files: [StagedFile]) {
        for file in files { try? fileSystem.remove(file.staged) }
    }

    /// Removes staged files and backups of killed runs beside `paths`, by their names; those in `needed` stay.
    func removeLeftovers(beside paths: some Sequence<String>, except needed: Set<String>) {
        hook(.removeLeftovers)
        var names: [String: [String]] = [:]
        for path in paths { names[directoryName(of: path), default: []].append(baseName(of: path)) }
        for (directory, names) in names {
            for entry in (try? fileSystem.entries(of: directory)) ?? [] {
                let path = "\(directory)/\(entry)"
                guard StagedName.isStaged(entry), !needed.contains(path),
                    names.contains(where: { StagedName.isStaged(entry, for: $0) })
                else {
                    continue
                }
                try? fileSystem.remove(path)
            }
        }
    }

    private func stage(_ change: FileChange, after others: [StagedFile]) throws(DeliveryFault) -> StagedFile {
        let destination = change.file.destination
        hook(.stage(destination))
        let path = try resolve(destination)
        if let other = others.first(where: { $0.path == path }) {
            throw .sameFile(other.change.file.destination, destination)
        }
        do throws(FileFault) {
            try ensureDirectory(of: path, for: change.file)
            let staged = StagedName(for: path).path
            try fileSystem.create(staged, contents: change.file.bytes, attributes: change.attributes)
            return StagedFile(change: change, path: path, staged: staged)
        } catch {
            // A directory that is missing has its own words.
            if error.errno == .noSuchFileOrDirectory, error.operation == .create {
                throw .missingDirectory(directoryName(of: path), destination: destination)
            }
            throw .staging(error, destination: destination)
        }
    }

    private func ensureDirectory(of path: String, for file: DesiredFile) throws(FileFault) {
        if file.createDirectories { try fileSystem.makeDirectories(directoryName(of: path), mode: 0o755) }
    }
}
