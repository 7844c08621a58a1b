import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A program that a test starts, freezes and ends by hand, for servers that have to fail and come back within one test.
package final class SpawnedProgram: Sendable {
    package let pid: Int32
    /// The status of waitpid(2) once the program has ended.
    private let status = Mutex<Int32?>(nil)

    /// Closes what is inherited before it becomes the program. NIO's accepted connections are not close-on-exec: with a copy
    /// of one in the program, its peer would not see the end when this process closes it.
    private static let script =
        #"for f in /proc/$$/fd/*; do n=${f##*/}; [ $n -le 2 ] || exec {n}>&-; done; exec "$0" "$@""#

    /// Starts `program`, found on the PATH; what it writes is appended to the file `output`.
    package init(_ program: String, _ arguments: [String], output: String) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe _ = posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // The threads of Swift's pool block signals; the program is to start with none blocked.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe _ = posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let command = ["bash", "-c", Self.script, program]
        // C strings for the call alone.
        var words = unsafe (command + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var started: Int32 = 0
        let result = unsafe posix_spawnp(&started, command[0], &actions, &attributes, &words, environ)
        guard result == 0 else { throw Errno(rawValue: result) }
        pid = started
    }

    package func signal(_ signal: Signal) {
        // Under the lock, so that the number is still this program's.
        status.withLock { if $0 == nil { try? ProcessSignal.send(signal, to: pid) } }
    }

    package var hasEnded: Bool {
        status.withLock { status in
            if status != nil { return true }
            var found: Int32 = 0
            guard unsafe waitpid(pid, &found, WNOHANG) == pid else { return false }
            status = found
            return true
        }
    }

    /// Ends the program with SIGTERM, and with SIGKILL if it is there ten seconds later.
    package func terminate() async {
        signal(.terminate)
        if await eventually({ self.hasEnded }) { return }
        kill()
    }

    /// Ends the program at once, and returns when it is gone. Frozen programs end too.
    package func kill() {
        signal(.kill)
        status.withLock { status in
            guard status == nil else { return }
            var found: Int32 = 0
            while unsafe waitpid(pid, &found, 0) == -1, errno == EINTR {}
            status = found
        }
    }
}
