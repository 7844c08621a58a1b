internal import Documents
internal import SystemPackage

/// The file or directory of a registry, and how it is read.
struct RegistryFiles: Sendable {
    /// A file changed more recently may still be written, unless it was so for `patience`.
    static let patience = Duration.seconds(1)

    let path: String
    /// How long a file has to be left alone before it is read.
    let settling: Duration

    /// The directories in which a change can change what is read: those of the files, and of every symbolic link on the way
    /// to them.
    func directories() -> Set<String> {
        var directories = SymbolicLinks.directories(leadingTo: path)
        guard let stat = try? Stat(FilePath(path)), stat.type == .directory,
            let entries = try? DirectoryListing.entries(of: path)
        else { return directories }
        for entry in entries where entry.mayBeLink && Self.isRegistryFile(entry.name) {
            directories.formUnion(SymbolicLinks.directories(leadingTo: join(path, entry.name)))
        }
        return directories
    }

    /// Looks at all files, and reads those that are not as `known`.
    func read(known: [String: KnownFile], now: Timestamp) -> RegistryReading {
        let stat: Stat
        do {
            stat = try Stat(FilePath(path))
        } catch {
            return RegistryReading(place: .unavailable(RegistryFault(path: path, errno: error)))
        }
        guard stat.type == .directory else {
            var reading = RegistryReading(place: .file)
            look(at: path, known: known, now: now, into: &reading)
            if case .failed(let fault) = reading.files[path] { return RegistryReading(place: .unavailable(fault)) }
            return reading
        }
        let entries: [DirectoryListing.Entry]
        do {
            entries = try DirectoryListing.entries(of: path)
        } catch {
            return RegistryReading(place: .unavailable(RegistryFault(path: path, errno: error)))
        }
        let identity = FileSignature(stat)
        var reading = RegistryReading(place: .directory(device: identity.device, inode: identity.inode))
        for entry in entries where Self.isRegistryFile(entry.name) {
            look(at: join(path, entry.name), known: known, now: now, into: &reading)
        }
        return reading
    }

    /// Whether a directory's entry of this name is read: YAML and JSON, but no hidden files and no editor's leavings.
    static func isRegistryFile(_ name: String) -> Bool {
        !name.hasPrefix(".") && [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
    }

    private func look(
        at file: String,
        known: [String: KnownFile],
        now: Timestamp,
        into reading: inout RegistryReading,
    ) {
        let known = known[file]
        do {
            let stat = try Stat(FilePath(file))
            guard stat.type == .regular else {
                if stat.type != .directory || file == path {
                    reading.files[file] = .failed(
                        RegistryFault(
                            label: "unreadable",
                            message: "\(file) is not a regular file",
                            hint: "give the path of a registry file, or of a directory of them"
                        )
                    )
                }
                return
            }
            let signature = FileSignature(stat)
            if signature == known?.signature {
                reading.files[file] = .same
                return
            }
            let age = now - signature.modified
            let isPatient = known?.unsettledSince.map { now - $0 < Self.patience } ?? true
            if isPatient, .zero <= age, age < settling {
                wait(for: file, until: signature.modified + settling, in: &reading)
                return
            }
            if let (bytes, signature) = try StableRead.content(of: file, limit: SourceFile.sizeLimit + 1) {
                reading.files[file] = .content(bytes, signature)
            } else {
                wait(for: file, until: now + settling, in: &reading)
            }
        } catch {
            // Gone between listing and looking: it is simply not there any more. A link that leads nowhere still is.
            if error == .noSuchFileOrDirectory, file != path,
                (try? Stat(FilePath(file), flags: .symlinkNoFollow)) == nil
            {
                return
            }
            reading.files[file] = .failed(RegistryFault(path: file, errno: error))
        }
    }

    private func wait(for file: String, until moment: Timestamp, in reading: inout RegistryReading) {
        reading.files[file] = .unsettled
        reading.lookAgain = min(reading.lookAgain ?? moment, moment)
    }

    private func join(_ directory: String, _ name: String) -> String {
        directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
    }
}

extension RegistryFault {
    /// The fault of a path that cannot be read.
    fileprivate init(path: String, errno: Errno) {
        if errno == .noSuchFileOrDirectory || errno == .notDirectory {
            self.init(
                label: "missing",
                message: "\(path) does not exist",
                hint: "create it; an empty registry is a file with `services: {}`"
            )
        } else {
            self.init(
                label: "unreadable",
                message: "\(path) cannot be read: \(errno)",
                hint: "let the user that headgate runs as read it"
            )
        }
    }
}
