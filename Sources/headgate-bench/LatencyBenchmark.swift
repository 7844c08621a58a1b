import Controller
import Delivery
import Logging
import Registries
import Rendering
import Settings
import State
import SystemPackage
import TemplateEngine

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// From the rename of a registry file to the rename of the destination, in a running controller without check, reload and
/// quiescence.
enum LatencyBenchmark {
    static func run(changes: Int) async throws -> [Figure] {
        let directory = "/tmp/headgate-bench-\(getpid())"
        unsafe _ = mkdir(directory, 0o700)  // A C string for the call alone.
        defer { removeFiles(of: directory) }
        var figures: [Figure] = []
        for services in [1, 1_000] {
            let latencies = try await measure(
                directory,
                services: services,
                changes: min(changes, services == 1 ? changes : 60)
            )
            let what = "file changed → destination replaced, \(services) services × 10"
            for (name, part) in [("p50", 0.5), ("p99", 0.99)] {
                figures.append(
                    Figure(
                        benchmark: "latency",
                        what: "\(what), \(name)",
                        value: Measurement.percentile(part, of: latencies) / 1e6,
                        unit: "ms"
                    )
                )
            }
        }
        return figures
    }

    private static func measure(_ directory: String, services: Int, changes: Int) async throws -> [Double] {
        let registryPath = "\(directory)/services.json"
        let destination = "\(directory)/out"
        try write(Corpus.registryFile(services: services, instances: 10), to: registryPath)
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let settings = Settings(
            registries: [RegistrySettings(name: "main", url: .file(path: registryPath))],
            targets: [
                TargetSettings(
                    name: "bench",
                    files: [
                        FileSettings(template: "bench.tmpl", contents: Corpus.template, destination: destination)
                    ],
                    registry: "main",
                    wait: WaitSettings(min: .zero, max: .zero)
                )
            ]
        )
        let generation = Generation(
            targets: try CompiledTarget.compile(settings, functions: StandardFunctions.pure),
            registries: [
                FileRegistry(
                    name: "main",
                    path: registryPath,
                    timing: FileRegistry.Timing(debounce: .zero),
                    logger: logger
                )
            ],
            deliverer: Deliverer(ledger: Ledger(VolatileState()), workDirectory: directory),
            logger: logger
        )
        return try await withThrowingTaskGroup { group in
            group.addTask { await generation.run() }
            var latencies: [Double] = []
            var seen = await inode(of: destination, after: 0)
            for change in 0..<changes {
                // One port changes; the rest is the same.
                try write(
                    Corpus.registryFile(services: services, instances: 10, firstPort: 20_000 + change),
                    to: "\(registryPath).new"
                )
                let started = ContinuousClock.now
                unsafe _ = rename("\(registryPath).new", registryPath)
                seen = await inode(of: destination, after: seen)
                latencies.append((ContinuousClock.now - started) / .nanoseconds(1))
            }
            generation.stop()
            try await group.waitForAll()
            return latencies.sorted()
        }
    }

    /// The inode of a file once it is another one than `before`: looked at again and again, since to be told would take
    /// part in what is measured.
    private static func inode(of path: String, after before: UInt64) async -> UInt64 {
        let limit = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < limit {
            var status = stat()
            if unsafe stat(path, &status) == 0, UInt64(status.st_ino) != before { return UInt64(status.st_ino) }
            await Task.yield()
        }
        return before
    }

    private static func write(_ text: String, to path: String) throws {
        let descriptor = try FileDescriptor.open(
            FilePath(path),
            .writeOnly,
            options: [.create, .truncate],
            permissions: [.ownerReadWrite]
        )
        try descriptor.closeAfter { _ = try descriptor.writeAll(text.utf8) }
    }

    private static func removeFiles(of directory: String) {
        for name in ["services.json", "services.json.new", "out"] { unsafe _ = unlink("\(directory)/\(name)") }
        unsafe _ = rmdir(directory)
    }
}
