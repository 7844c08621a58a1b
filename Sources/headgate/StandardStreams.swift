import Diagnostics
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Standard output carries results; standard error carries everything else.
enum StandardStream {
    case output
    case error

    private var descriptor: FileDescriptor { self == .output ? .standardOutput : .standardError }

    /// Writes all bytes; a reader that has gone away ends headgate quietly, as it ends other tools of a pipeline.
    func write(_ bytes: some Sequence<UInt8>) {
        do {
            try descriptor.writeAll(bytes)
        } catch {
            if self == .output { exit(ExitStatus.failed.rawValue) }
        }
    }

    func write(line: String) { write("\(line)\n".utf8) }

    /// Tells of a fault that has no place in a file, and what to do next.
    func write(error message: String, hint: String? = nil) {
        write(line: "error: \(message)")
        if let hint { write(line: "hint: \(hint)") }
    }

    /// Whether colours are wanted: a terminal, and `NO_COLOR` (no-color.org) not set.
    var wantsColour: Bool {
        isatty(descriptor.rawValue) == 1 && Assembly.environment("NO_COLOR") == nil
    }

    /// Prints faults, each after a blank line but the first.
    func write(_ diagnostics: [Diagnostic]) {
        let colour = wantsColour
        write(line: diagnostics.map { $0.rendered(colour: colour) }.joined(separator: "\n\n"))
    }
}
