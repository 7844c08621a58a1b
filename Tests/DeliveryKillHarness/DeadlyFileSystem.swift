import State
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Counts down to the end of this process.
final class Countdown: Sendable {
    private let left: Mutex<Int>

    init(_ count: Int) { left = Mutex(count) }

    func step() {
        left.withLock { left in
            left -= 1
            if left == 0 { kill(getpid(), SIGKILL) }
        }
    }
}

/// The machine's file system, on which each change may be the last thing this process does.
struct DeadlyFileSystem: FileSystem {
    let countdown: Countdown
    private let local = LocalFileSystem()

    init(countdown: Countdown) { self.countdown = countdown }

    func status(of path: String, followingLinks: Bool) throws(FileFault) -> FileStatus? {
        try local.status(of: path, followingLinks: followingLinks)
    }
    func contents(of path: String) throws(FileFault) -> [UInt8]? { try local.contents(of: path) }
    func linkTarget(of path: String) throws(FileFault) -> String { try local.linkTarget(of: path) }
    func entries(of directory: String) throws(FileFault) -> [String] { try local.entries(of: directory) }
    func create(_ path: String, contents: [UInt8], attributes: FileAttributes) throws(FileFault) {
        countdown.step()
        try local.create(path, contents: contents, attributes: attributes)
    }
    func append(_ contents: [UInt8], to path: String) throws(FileFault) -> Int {
        countdown.step()
        return try local.append(contents, to: path)
    }
    func write(_ path: String, contents: [UInt8]) throws(FileFault) {
        countdown.step()
        try local.write(path, contents: contents)
    }
    func apply(_ attributes: FileAttributes, to path: String) throws(FileFault) {
        countdown.step()
        try local.apply(attributes, to: path)
    }
    func rename(_ path: String, to destination: String) throws(FileFault) {
        countdown.step()
        try local.rename(path, to: destination)
    }
    func link(_ path: String, to newName: String) throws(FileFault) {
        countdown.step()
        try local.link(path, to: newName)
    }
    func symbolicLink(_ path: String, to target: String) throws(FileFault) {
        countdown.step()
        try local.symbolicLink(path, to: target)
    }
    func remove(_ path: String) throws(FileFault) {
        countdown.step()
        try local.remove(path)
    }
    func makeDirectories(_ path: String, mode: UInt16) throws(FileFault) {
        countdown.step()
        try local.makeDirectories(path, mode: mode)
    }
    func removeDirectory(_ path: String) throws(FileFault) {
        countdown.step()
        try local.removeDirectory(path)
    }
    func synchronizeDirectory(_ path: String) throws(FileFault) {
        countdown.step()
        try local.synchronizeDirectory(path)
    }
}
