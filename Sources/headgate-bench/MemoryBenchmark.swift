import Subprocess
import SystemPackage
import TestSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Resident memory of `headgate run` once it is in step.
enum MemoryBenchmark {
    static func run(headgate: String?) async throws -> [Figure] {
        let program = headgate ?? neighbour("headgate")
        var figures: [Figure] = []
        for services in [1, 1_000] {
            if let bytes = try await measure(program, services: services) {
                figures.append(
                    Figure(
                        benchmark: "memory",
                        what: "headgate run, \(services) services × 10",
                        value: Double(bytes) / 1e6,
                        unit: "MB"
                    )
                )
            }
        }
        return figures
    }

    /// The path of a program that lies beside this one.
    static func neighbour(_ name: String) -> String { FilePath("/proc/self/exe").resolvedSibling(name) }

    private static func measure(_ program: String, services: Int) async throws -> Int? {
        try await Workspace.with { try await measure(program, services: services, in: $0) }
    }

    private static func measure(_ program: String, services: Int, in workspace: Workspace) async throws -> Int? {
        let directory = workspace.path
        try workspace.write("services.json", Corpus.registryFile(services: services, instances: 10))
        try workspace.write("bench.tmpl", Corpus.template)
        let arguments = [
            "run", "--registry", "file:\(directory)/services.json", "--state-dir", "\(directory)/state", "--template",
            "\(directory)/bench.tmpl:\(directory)/out",
        ]
        return try await Subprocess.run(
            .path(FilePath(program)),
            arguments: Arguments(arguments),
            input: .none,
            output: .discarded,
            error: .sequence
        ) { execution in
            var log = ""
            for try await line in execution.standardError.strings() {
                log += line
                if log.contains("in-force") || log.contains("written") || log.contains("committed") { break }
            }
            let bytes = ProcessProbe(pid: execution.processIdentifier.value).residentBytes
            await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))])
            return bytes
        }.closureResult
    }
}

extension FilePath {
    /// The path of `name` beside the program that this link leads to.
    fileprivate func resolvedSibling(_ name: String) -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = unsafe readlink(string, &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(length, 0)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return FilePath(path).removingLastComponent().appending(name).string
    }
}
