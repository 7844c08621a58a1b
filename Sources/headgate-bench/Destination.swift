#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The file that a measured headgate writes.
struct Destination: Sendable {
    let path: String

    /// Another one for each time that it is replaced; nil until it is there.
    var inode: UInt64? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? UInt64(status.st_ino) : nil  // A structure for the call alone.
    }

    /// When it has become another file than `before`: looked at again and again, since to be told would take part in what
    /// is measured.
    func replaced(after before: UInt64?) async throws -> ContinuousClock.Instant {
        let limit = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < limit {
            if let now = inode, now != before { return .now }
            try await Task.sleep(for: .microseconds(200))
        }
        throw BenchmarkConsul.Refused(description: "headgate writes nothing for two minutes")
    }

    /// Waits until it has stayed the same for a second.
    func settled() async throws {
        var last = inode
        while true {
            try await Task.sleep(for: .seconds(1))
            let now = inode
            if now == last { return }
            last = now
        }
    }
}
