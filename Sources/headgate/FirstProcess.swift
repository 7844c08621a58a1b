import ProcessControl
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What headgate does when it is the first process of a container, or runs the balancer itself: orphans become its
/// children, and nobody but it takes note of their end.
///
/// Headgate proper then runs as a child, so that its own waiting for its commands and the reaping of everybody else's
/// children do not get in each other's way. The first process passes signals on, ends with the child's status, and leaves
/// no process behind.
enum FirstProcess {
    private static let variable = "HEADGATE_PROCESS"

    /// What `variable` says to the program that is started.
    private enum Role: String {
        case first
        case child
    }

    /// Whether this process is the child of a first process.
    static var runsAsChild: Bool { isChild.load(ordering: .relaxed) }
    private static let isChild = Atomic(false)

    private static let passedOn = [SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH]

    /// To be called before there are threads. Returns at once unless this is process 1, or was told to stand aside.
    static func standAsideIfFirst() {
        let role = Assembly.environment(variable).flatMap(Role.init(rawValue:))
        // Commands and the balancer are not to take themselves for it.
        unsafe _ = unsetenv(variable)
        if role == .child {
            isChild.store(true, ordering: .relaxed)
            // Without the first process nobody would pass a signal on.
            signal_at_end_of_parent(SIGTERM)
            return
        }
        guard getpid() == 1 || role == .first else { return }
        adopt_orphans()
        var signals = sigset_t()
        // Structures and C strings for the calls alone, here and below.
        unsafe sigemptyset(&signals)
        for signal in passedOn + [SIGCHLD] { unsafe sigaddset(&signals, signal) }
        unsafe sigprocmask(SIG_SETMASK, &signals, nil)
        guard let child = spawnSelf() else { return }
        while true {
            var signal: Int32 = 0
            guard unsafe sigwait(&signals, &signal) == 0 else { continue }
            if signal != SIGCHLD {
                kill(child, signal)
                continue
            }
            // One SIGCHLD may stand for several.
            var status: Int32 = 0
            while case let ended = unsafe waitpid(-1, &status, WNOHANG), ended > 0 {
                guard ended == child else { continue }
                endOrphans()
                exit(exitStatus(of: status))
            }
        }
    }

    /// Becomes a first process that starts this program anew with the same arguments. Returns if that cannot be.
    static func standAside() {
        unsafe _ = setenv(variable, Role.first.rawValue, 1)
        unsafe withArguments { unsafe _ = execv("/proc/self/exe", $0) }
        unsafe _ = unsetenv(variable)
    }

    /// Starts this program again with the same arguments and nothing blocked.
    private static func spawnSelf() -> pid_t? {
        unsafe _ = setenv(variable, Role.child.rawValue, 1)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe _ = posix_spawnattr_destroy(&attributes) }
        var nothing = sigset_t()
        unsafe sigemptyset(&nothing)
        unsafe posix_spawnattr_setsigmask(&attributes, &nothing)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var child: pid_t = 0
        var code: Int32 = 0
        unsafe withArguments { unsafe code = posix_spawn(&child, "/proc/self/exe", nil, &attributes, $0, environ) }
        return code == 0 ? child : nil
    }

    /// Ends what descendants have left behind: it has become the first process's children, generation by generation.
    private static func endOrphans() {
        while true {
            let children = Children.ofThisProcess
            guard !children.isEmpty else { return }
            for child in children { kill(child, SIGKILL) }
            for child in children { waitpid(child, nil, 0) }
        }
    }

    private static func withArguments(_ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Void) {
        let arguments = unsafe CommandLine.arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        unsafe arguments.withUnsafeBufferPointer { buffer in
            if let start = buffer.baseAddress { unsafe body(start) }
        }
    }

    /// The status as a shell gives it: 128 and the signal's number for a signal.
    private static func exitStatus(of status: Int32) -> Int32 {
        status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }
}
