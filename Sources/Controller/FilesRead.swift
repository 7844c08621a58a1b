/// The files that a target's templates read, as they were before they were read.
///
/// A file that is written between being read and being looked at would never be seen to have changed. So it is looked at
/// before; one that was read for the first time counts as changed, and is read once more.
struct FilesRead {
    private var paths: Set<String> = []
    /// Of those that existed.
    private var stamps: [String: FileStamp] = [:]

    /// How the known files are; to be taken before templates are rendered.
    func look() -> [String: FileStamp] { FileStamp.of(paths) }

    /// Notes that `files` were read, after `before` was looked at.
    mutating func note(_ files: Set<String>, before: [String: FileStamp]) {
        stamps = before.filter { files.contains($0.key) }
        for file in files.subtracting(paths) { stamps[file] = .unlike }
        paths = files
    }

    /// Whether one of them is not as it was.
    var haveChanged: Bool { look() != stamps }
}
