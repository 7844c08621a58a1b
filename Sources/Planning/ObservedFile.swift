package import State
import SystemPackage

/// What lies at a destination.
package struct FileOnDisk: Hashable, Sendable {
    package var contents: [UInt8]
    package var attributes: FileAttributes

    package init(contents: [UInt8], attributes: FileAttributes) {
        self.contents = contents
        self.attributes = attributes
    }
}

/// A desired file with what the machine says about it: all that planning looks at.
package struct ObservedFile: Hashable, Sendable {
    package var desired: DesiredFile
    /// Nil if nothing lies there.
    package var onDisk: FileOnDisk?
    /// The attributes that the file shall have.
    package var attributes: FileAttributes

    package init(desired: DesiredFile, onDisk: FileOnDisk?, user: UInt32? = nil, group: UInt32? = nil) {
        self.desired = desired
        self.onDisk = onDisk
        attributes = FileAttributes(
            mode: desired.mode ?? onDisk?.attributes.mode ?? 0o644,
            user: user ?? onDisk?.attributes.user,
            group: group ?? onDisk?.attributes.group
        )
    }
}

/// A file that lies where the target once wrote one and no longer does.
package struct ObsoleteFile: Hashable, Sendable {
    package var destination: String
    package var onDisk: FileOnDisk

    package init(destination: String, onDisk: FileOnDisk) {
        self.destination = destination
        self.onDisk = onDisk
    }

    /// Whether it is what headgate put there: nothing else is taken away.
    func isOwn(_ record: TargetRecord) -> Bool {
        let present = ContentHash(of: onDisk.contents)
        let intended = record.intent?.files.first { $0.destination == destination }
        return present == record.inForce?.contents(at: destination) || (intended != nil && present == intended?.after)
    }
}

/// Why the files of a target cannot be compared with what is on disk.
package enum ObservationFault: Error, Hashable, Sendable {
    case unreadable(FileFault)
    case notAFile(destination: String)
    case unknownUser(String, destination: String)
    case unknownGroup(String, destination: String)

    /// A stable word for metrics.
    package var label: String {
        switch self {
        case .unreadable: "unreadable"
        case .notAFile: "not_a_file"
        case .unknownUser, .unknownGroup: "unknown_owner"
        }
    }

    /// What to do next, in one sentence without a full stop.
    package var hint: String? {
        switch self {
        case .unreadable: "let the user that headgate runs as read the file"
        case .notAFile: "name a file as the destination"
        case .unknownUser: "create the user, or name another one in `user`"
        case .unknownGroup: "create the group, or name another one in `group`"
        }
    }
}

extension ObservationFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let fault): "\(fault)"
        case .notAFile(let destination): "\(destination) is not a regular file"
        case .unknownUser(let name, let destination): "there is no user `\(name)`, who shall own \(destination)"
        case .unknownGroup(let name, let destination): "there is no group `\(name)`, which shall own \(destination)"
        }
    }
}

/// Reads what lies at the destinations of `files`.
package func observe(
    _ files: [DesiredFile],
    in fileSystem: any FileSystem = LocalFileSystem(),
) throws(ObservationFault) -> [ObservedFile] {
    var observed: [ObservedFile] = []
    for file in files {
        var user: UInt32?
        if let name = file.user {
            user = userID(named: name)
            if user == nil { throw .unknownUser(name, destination: file.destination) }
        }
        var group: UInt32?
        if let name = file.group {
            group = groupID(named: name)
            if group == nil { throw .unknownGroup(name, destination: file.destination) }
        }
        let onDisk: FileOnDisk?
        do throws(FileFault) {
            onDisk = try read(file.destination, in: fileSystem)
        } catch {
            throw error.errno == .isDirectory ? .notAFile(destination: file.destination) : .unreadable(error)
        }
        observed.append(ObservedFile(desired: file, onDisk: onDisk, user: user, group: group))
    }
    return observed
}

/// Reads what lies where a target once wrote and no longer does; what is gone or no file is left out.
///
/// - Parameters:
///   - manifest: All that the target ever wrote, as far as is known.
///   - files: What it writes now.
///   - others: Where other targets write.
///   - isClaimed: Whether another target writes there: a file that changes hands is not taken away.
package func observeObsolete(
    _ manifest: Set<String>,
    besides files: [DesiredFile],
    others: [String] = [],
    isClaimed: (String) -> Bool = { _ in false },
    in fileSystem: any FileSystem = LocalFileSystem(),
) -> [ObsoleteFile] {
    let gone = manifest.subtracting(files.map(\.destination)).filter { !isClaimed($0) }.sorted()
    guard !gone.isEmpty else { return [] }
    func identity(of path: String) -> FileIdentity? {
        (try? fileSystem.status(of: path, followingLinks: true))?.identity
    }
    // A path that is not written any more may still lead to a file that is, by a symbolic link on the way.
    let kept = Set((files.map(\.destination) + others).compactMap(identity))
    return gone.compactMap { destination in
        guard identity(of: destination).map({ !kept.contains($0) }) ?? false else { return nil }
        // What cannot be read is not known to be headgate's.
        guard let onDisk = try? read(destination, in: fileSystem) else { return nil }
        return ObsoleteFile(destination: destination, onDisk: onDisk)
    }
}

private func read(_ path: String, in fileSystem: any FileSystem) throws(FileFault) -> FileOnDisk? {
    guard let status = try fileSystem.status(of: path, followingLinks: true) else { return nil }
    // A pipe or a device would never end.
    guard status.kind == .regular else { throw FileFault(.read, path, .isDirectory) }
    guard let contents = try fileSystem.contents(of: path) else { return nil }
    return FileOnDisk(contents: contents, attributes: status.attributes)
}
