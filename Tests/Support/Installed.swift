import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The programs under test and beside it.
package enum Installed {
    /// The headgate built with these tests, which lies beside the test runner; or the one that HEADGATE_PROGRAM names, such as
    /// an optimised one.
    package static let headgate: String = {
        if let program = environment("HEADGATE_PROGRAM") { return program }
        let runner = FilePath(CommandLine.arguments.first ?? "")
        let directories = [runner.removingLastComponent(), FilePath(".build/debug")]
        return directories.map { $0.appending("headgate").string }.first { isExecutable($0) } ?? "headgate"
    }()

    /// The Consul on the PATH, or the one that `Tests/run` has unpacked.
    package static let consul: String = {
        let unpacked = Repository.file(".build/consul/usr/bin/consul")
        let onPath = (environment("PATH") ?? "").split(separator: ":").contains { isExecutable("\($0)/consul") }
        return !onPath && isExecutable(unpacked) ? unpacked : "consul"
    }()

    /// Whether the tests that take long are wanted: `Tests/run --soak`.
    package static let isSoak = environment("HEADGATE_SOAK") != nil

    private static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    private static func isExecutable(_ path: String) -> Bool {
        (try? FileDescriptor.open(FilePath(path), .readOnly))?.closeQuietly() != nil
    }
}

extension FileDescriptor {
    fileprivate func closeQuietly() { try? close() }
}
