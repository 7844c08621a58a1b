/// Something that is wrong with the state directory.
package enum StateFault: Error, Hashable, Sendable {
    /// It cannot be made or written; headgate can go on without it, with `VolatileState`.
    case notWritable(path: String, FileFault)
    /// Another headgate works with the same state; its process id, where the lock says it.
    case locked(path: String, holder: Int32?)
    /// A record does not have the contents that were written; it is treated as absent.
    case damaged(path: String, why: String)
    /// A record or kept contents could not be read or written.
    case file(FileFault)

    /// A stable word for metrics.
    package var label: String {
        switch self {
        case .notWritable: "state_not_writable"
        case .locked: "state_locked"
        case .damaged: "state_damaged"
        case .file: "state_file"
        }
    }

    /// What to do next, in one sentence without a full stop.
    package var hint: String? {
        switch self {
        case .notWritable(let path, _):
            "make \(path) writable for the user that headgate runs as, or name another `state_dir`"
        case .locked(_, let holder):
            holder.map { "stop process \($0), or give this headgate another configuration or `state_dir`" }
                ?? "stop the other headgate, or give this one another configuration or `state_dir`"
        case .damaged: nil
        case .file(let fault): fault.hint
        }
    }

    /// What is not promised any more when headgate goes on without a state directory.
    package static let lostPromises =
        "after a restart headgate will not know what is in force: a reload that failed is forgotten, a delivery that "
        + "was interrupted is not undone, there is no snapshot to start from without a registry, and a second headgate "
        + "on the same files is not kept out"
}

extension StateFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notWritable(let path, let fault):
            "the state directory \(path) cannot be used (\(fault)); without it \(Self.lostPromises)"
        case .locked(let path, let holder):
            "another headgate\(holder.map { " (process \($0))" } ?? "") works with the state directory \(path)"
        case .damaged(let path, let why): "\(path) is damaged (\(why)); it is treated as absent"
        case .file(let fault): "state: \(fault)"
        }
    }
}
