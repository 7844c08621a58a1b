internal import Diagnostics
package import Settings
import Synchronization

/// A registry that a program prints: run at an interval, or running on and printing a document in a line each time something
/// has changed.
package struct ProgramSource: PublishedSource {
    package let address: String
    private let arguments: [String]
    private let settings: ProgramSettings
    /// The largest document that is read, in bytes.
    private let limit: Int

    /// How long after a document of a stream it counts as confirmed by the silence, again and again.
    private static let confirmation = Duration.seconds(10)

    /// So many characters of the command are in messages.
    private static let shown = 80

    package init(_ line: CommandSettings.Line, _ settings: ProgramSettings, limit: Int = 64 << 20) {
        self.settings = settings
        self.limit = limit
        switch line {
        case .arguments(let words):
            arguments = words
            address = "exec:" + String(words.joined(separator: " ").prefix(Self.shown))
        case .shell(let text):
            arguments = ["sh", "-c", text]
            address = "exec:" + String(text.prefix(Self.shown))
        }
    }

    package func run(_ reader: PublishedReader) async {
        var retries = RetrySchedule(
            base: min(settings.interval, .seconds(1)),
            limit: max(settings.interval, .seconds(60))
        )
        while !Task.isCancelled {
            let begun = ContinuousClock.now
            let isGood = settings.streams ? await stream(to: reader) : await runOnce(reader)
            if Task.isCancelled { return }
            // A stream that ends at once each time is none, whatever it says before.
            if isGood, !settings.streams || .now - begun >= Self.confirmation { retries.succeeded() }
            let pause = isGood && !settings.streams ? settings.interval : retries.failed()
            try? await Task.sleep(for: pause)
        }
    }

    /// Runs the program to its end; false if it told nothing good.
    private func runOnce(_ reader: PublishedReader) async -> Bool {
        let output = Mutex<[UInt8]>([])
        let run = await program.run(timeout: settings.timeout) { part in
            output.withLock { output in
                output += part
                return output.count <= limit
            }
        }
        guard run.ending == .exited(0) else {
            reader.fail(fault(run))
            return false
        }
        return reader.take(output.withLock { $0 })
    }

    /// Runs the program and takes each of its lines until it ends; whether there was a good one.
    private func stream(to reader: PublishedReader) async -> Bool {
        let lines = ProgramLines(limit: limit, reader: reader)
        let run = await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while (try? await Task.sleep(for: Self.confirmation)) != nil { lines.confirm() }
            }
            defer { group.cancelAll() }
            return await program.run(timeout: nil) { lines.take($0) }
        }
        guard !Task.isCancelled else { return false }
        var fault = fault(run)
        if lines.isCut { fault.message += "; its last line has no end, and is not used" }
        reader.fail(fault)
        return lines.wasGood
    }

    private var program: ProgramRun { ProgramRun(arguments: arguments, directory: settings.directory) }

    private func fault(_ run: ProgramRun.Result) -> RegistryFault {
        let (label, hint): (String, String?) =
            switch run.ending {
            case .notStarted: ("not_started", "install it, or write its path")
            case .timedOut: ("timeout", "`timeout` says how long it may run")
            case .tooMuch: ("too_large", nil)
            case .exited(0): ("ended", "a program with `stream: true` runs on; it is started again")
            case .exited, .signalled: ("failed", "it is run again")
            }
        var fault = RegistryFault(label: label, message: "`\(printable(address))`: \(run.ending)", hint: hint)
        if let line = run.lastLine { fault.message += ": \(printable(line))" }
        if case .notStarted = run.ending { fault.needsMending = true }
        return fault
    }
}
