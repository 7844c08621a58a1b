import SystemPackage
import Testing

/// The programs under test and beside it.
enum Installed {
    /// The headgate built with these tests: it lies beside the test runner.
    static let headgate: String = {
        let runner = FilePath(CommandLine.arguments.first ?? "")
        let directories = [runner.removingLastComponent(), FilePath(".build/debug")]
        return directories.map { $0.appending("headgate").string }.first { isExecutable($0) } ?? "headgate"
    }()

    private static func isExecutable(_ path: String) -> Bool {
        (try? FileDescriptor.open(FilePath(path), .readOnly))?.closeQuietly() != nil
    }
}

extension FileDescriptor {
    fileprivate func closeQuietly() { try? close() }
}

extension Tag {
    /// Talks to a real HAProxy.
    @Tag static var haproxy: Tag
    /// Talks to a real NGINX.
    @Tag static var nginx: Tag
}
