// Performs one delivery under a directory and kills itself with SIGKILL before the given step; for DeliveryTests.
//
//     delivery-kill-harness ROOT CONTENTS KILL-AT
//
// KILL-AT counts the delivery's steps and its file operations; 0 never kills. Prints the outcome; exit status 0 says that
// the target is in force, 1 that it is not.

import Delivery
import Planning
import Settings
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

let arguments = CommandLine.arguments
guard arguments.count == 4, let killAt = Int(arguments[3]) else { exit(64) }
let (root, contents) = (arguments[1], arguments[2])
let countdown = Countdown(killAt)
let files = DeadlyFileSystem(countdown: countdown)

let state = try StateDirectory.open(path: "\(root)/state", configuration: "test", fileSystem: files)
let deliverer = Deliverer(
    ledger: Ledger(state) { print("\($0)") },
    workDirectory: state.workPath,
    fileSystem: files,
    hook: { _ in countdown.step() }
)
print(deliverer.recover(target: "edge"))

// One file comes with each kind of contents and goes with it.
let kind = contents.prefix { $0 != " " }
let desired = ["etc/a.cfg", "etc/link.cfg", "etc/map.lst", "etc/only-\(kind)"].map {
    DesiredFile(destination: "\(root)/\($0)", bytes: Array("\(contents) in \($0)\n".utf8))
}
let record = deliverer.ledger.record(of: "edge")
let plan = Planner(target: "edge", reloads: true).plan(
    try observe(desired),
    obsolete: observeObsolete(record.manifest, besides: desired),
    record: record
)
print(plan)
// The balancer of this test refuses what contains `bad`, and otherwise runs what it finds.
let reload = CommandSettings(
    .shell(
        """
        cd '\(root)' && echo reload >> reloads && ! grep -q bad etc/a.cfg \
        && cat etc/a.cfg etc/link.cfg etc/map.lst > running.new && mv running.new running
        """
    ),
    timeout: .seconds(20)
)
let outcome = await deliverer.deliver(
    plan,
    check: CheckSettings(CommandSettings(.shell("test -f {staged_dir}/a.cfg"))),
    reload: ReloadSettings(reload)
)
print(outcome)
exit(outcome.isInForce ? 0 : 1)
