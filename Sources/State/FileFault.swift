package import SystemPackage

/// A file operation that the system refused.
package struct FileFault: Error, Hashable, Sendable {
    /// What was tried, as a verb that reads well before a path.
    package enum Operation: String, Hashable, Sendable {
        case changeMode = "change the mode of"
        case changeOwner = "change the owner of"
        case create = "create"
        case link = "make a hard link of"
        case list = "list"
        case makeDirectory = "make the directory"
        case read = "read"
        case remove = "remove"
        case rename = "rename"
        case resolve = "follow the symbolic link"
        case symbolicLink = "make the symbolic link"
        case synchronize = "sync"
        case write = "write"
    }

    package var operation: Operation
    package var path: String
    /// The second path of a rename or link.
    package var destination: String?
    package var errno: Errno

    package init(_ operation: Operation, _ path: String, to destination: String? = nil, _ errno: Errno) {
        self.operation = operation
        self.path = path
        self.destination = destination
        self.errno = errno
    }

    /// What the operator can do about it, in one sentence without a full stop; nil if there is nothing general to say.
    package var hint: String? {
        switch errno {
        case .noSpace: "free space on the file system that holds \(directoryName(of: path))"
        case .diskQuotaExceeded: "raise the quota of the user that headgate runs as"
        case .readOnlyFileSystem: "mount the file system that holds \(directoryName(of: path)) writable"
        case .permissionDenied, .notPermitted:
            switch operation {
            case .changeOwner:
                "run headgate as root, or leave out `user` and `group` and let headgate's user own the file"
            default: "give the user that headgate runs as write access to \(directoryName(of: path))"
            }
        case .resourceBusy:
            "\(destination ?? path) may be a mount point, as a single file mounted into a container is; mount its "
                + "directory instead"
        default: nil
        }
    }
}

extension FileFault: CustomStringConvertible {
    /// `cannot rename /a/.b to /a/b: No space left on device`
    package var description: String {
        "cannot \(operation.rawValue) \(path)\(destination.map { " to \($0)" } ?? ""): \(errno)"
    }
}

/// The directory part of an absolute path: `/etc/haproxy` for `/etc/haproxy/haproxy.cfg`.
package func directoryName(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
}

/// The last component of a path: `haproxy.cfg` for `/etc/haproxy/haproxy.cfg`.
package func baseName(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.utf8.index(after: slash)...])
}
