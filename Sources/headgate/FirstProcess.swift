#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What headgate does when it is the first process of a container: orphans become its children, and nobody but it takes
/// note of their end.
///
/// Headgate proper then runs as a child, so that its own waiting for its commands and the reaping of everybody else's
/// children do not get in each other's way. The first process passes signals on and ends with the child's status.
enum FirstProcess {
    private static let mark = "HEADGATE_RUNS_AS_CHILD"

    /// Returns at once unless this is process 1.
    static func standAsideIfFirst() {
        guard getpid() == 1, Assembly.environment(mark) == nil else { return }
        var passedOn = sigset_t()
        // Structures and C strings for the calls alone, here and below.
        unsafe sigemptyset(&passedOn)
        for signal in [SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCHLD] {
            unsafe sigaddset(&passedOn, signal)
        }
        unsafe sigprocmask(SIG_BLOCK, &passedOn, nil)
        guard let child = spawnSelf() else { return }
        while true {
            var signal: Int32 = 0
            guard unsafe sigwait(&passedOn, &signal) == 0 else { continue }
            if signal != SIGCHLD {
                kill(child, signal)
                continue
            }
            // One SIGCHLD may stand for several.
            var status: Int32 = 0
            while case let ended = unsafe waitpid(-1, &status, WNOHANG), ended > 0 {
                if ended == child { exit(exitStatus(of: status)) }
            }
        }
    }

    /// Starts this program again with the same arguments and nothing blocked.
    private static func spawnSelf() -> pid_t? {
        unsafe _ = setenv(mark, "1", 1)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe _ = posix_spawnattr_destroy(&attributes) }
        var nothing = sigset_t()
        unsafe sigemptyset(&nothing)
        unsafe posix_spawnattr_setsigmask(&attributes, &nothing)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var arguments = unsafe CommandLine.arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var child: pid_t = 0
        guard unsafe posix_spawn(&child, "/proc/self/exe", nil, &attributes, &arguments, environ) == 0 else {
            return nil
        }
        return child
    }

    /// The status as a shell gives it: 128 and the signal's number for a signal.
    private static func exitStatus(of status: Int32) -> Int32 {
        status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }
}
