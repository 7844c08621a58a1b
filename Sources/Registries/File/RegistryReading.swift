/// What one look at a registry's files found.
struct RegistryReading: Sendable {
    enum Place: Sendable {
        case file
        /// With the directory's device and inode, which tell it from another one mounted or moved to its place.
        case directory(device: UInt64, inode: UInt64)
        /// Neither can be read; nothing is known of the files.
        case unavailable(RegistryFault)
    }

    var place: Place
    /// The files there are, by path.
    var files: [String: FileReading] = [:]
    /// Whether the registry is one file rather than a directory of them.
    var isSingleFile: Bool { if case .file = place { true } else { false } }

    /// When to look again because a file may not be complete yet; nil: no need.
    var lookAgain: Timestamp?
}

/// What one look found of one file.
enum FileReading: Sendable {
    /// As it was when it was read last.
    case same
    case content([UInt8], FileSignature)
    /// Changed so recently that somebody may still be writing.
    case unsettled
    case failed(RegistryFault)
}

/// What is known of a file from earlier, for reading it no more often than needed.
struct KnownFile: Sendable {
    /// As the file was when it was read; nil if it has to be read even if it looks the same.
    var signature: FileSignature?
    /// Since when it has been found unsettled.
    var unsettledSince: Timestamp?
}
