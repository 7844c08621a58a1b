import Diagnostics
package import State

/// Why a delivery did not come about. Nothing was changed, unless it is `commit` and says otherwise.
package enum DeliveryFault: Error, Hashable, Sendable {
    case staging(FileFault, destination: String)
    case missingDirectory(String, destination: String)
    case linkLoop(destination: String)
    case sameFile(String, String)
    /// `{staged}` in the check of a target with several files.
    case severalStagedFiles
    /// `{staged_dir}` in the check of a target whose files have no directory in common.
    case noCommonDirectory
    /// The shadow directory for the check cannot be made.
    case shadow(FileFault)
    /// The check shall run in a mount namespace and none can be had; with what `unshare` or `mount` said.
    case isolationUnavailable(String)
    /// A file could not be put in place; those that were went back, except `unrestored`.
    case commit(FileFault, unrestored: [String])

    /// A stable word for metrics.
    package var label: String {
        switch self {
        case .staging: "staging"
        case .missingDirectory: "missing_directory"
        case .linkLoop: "link_loop"
        case .sameFile: "same_file"
        case .severalStagedFiles, .noCommonDirectory: "placeholder"
        case .shadow: "shadow"
        case .isolationUnavailable: "isolation_unavailable"
        case .commit: "commit"
        }
    }

    /// What to do next, in one sentence without a full stop.
    package var hint: String? {
        switch self {
        case .staging(let fault, _), .shadow(let fault), .commit(let fault, _): fault.hint
        case .missingDirectory(let directory, _):
            "create \(directory), or set `create_directories: true` for the file"
        case .linkLoop: "look at the links with `readlink`"
        case .sameFile: "give each file of the target a destination of its own"
        case .severalStagedFiles: "use {staged_dir}, the directory with all staged files in it"
        case .noCommonDirectory: "put the files into one directory, or use `isolation: mount`"
        case .isolationUnavailable:
            "let headgate run where mount namespaces are allowed (as root, or with user namespaces on), use `isolation: "
                + "none` with {staged} or {staged_dir}, or for NGINX write the command alone: `[nginx, -t]`"
        }
    }
}

extension DeliveryFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .staging(let fault, let destination): "\(destination) cannot be staged: \(fault); nothing was changed"
        case .missingDirectory(let directory, let destination):
            "the directory \(directory) of \(destination) does not exist"
        case .linkLoop(let destination): "the symbolic links at \(destination) lead nowhere: there are too many"
        case .sameFile(let first, let second): "\(first) and \(second) are the same file"
        case .severalStagedFiles: "the check uses {staged}, and the target has several files"
        case .noCommonDirectory: "the check uses {staged_dir}, and the target's files have no directory in common"
        case .shadow(let fault): "the directory for the check cannot be made: \(fault); nothing was changed"
        case .isolationUnavailable(let why):
            "the check needs a mount namespace, and there is none: \(printable(why)); nothing was changed"
        case .commit(let fault, let unrestored) where unrestored.isEmpty:
            "\(fault); all files of the target are as they were"
        case .commit(let fault, let unrestored):
            "\(fault); these files could not be put back: \(unrestored.joined(separator: ", "))"
        }
    }
}
