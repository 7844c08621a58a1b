import ArgumentParser
import Controller
import Rendering
import Settings
import SystemPackage

/// `headgate render`: the dry run.
struct Render: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print what would be written; touches nothing and runs no command.",
        discussion: """
            One template without an output prints its bytes and nothing else; several files, or one for each service, \
            come each under a line `==> path <==`.

            Examples:
              headgate render --registry file:services.yaml --template upstreams.tmpl
              headgate render --template report.tmpl --values data.json
              headgate render --config headgate.yaml --output-dir /tmp/preview
            """,
    )

    @OptionGroup var source: SourceOptions
    @OptionGroup var timeout: TimeoutOption
    @OptionGroup var log: LogOptions

    @Option(help: ArgumentHelp("Write the files below this directory instead of printing them.", valueName: "dir"))
    var outputDir: String?

    func run() async throws {
        let preparation = try Preparation.reading(source)
        let logger = log.logger(preparation.settings.log, quiet: .error)
        let ledger = Assembly.ledgerForReading(preparation)
        let gathered = await preparation.gather(timeout: timeout.timeout, ledger: ledger, logger: logger)
        gathered.tellHolds()
        let files = gathered.rendered.flatMap { outcome -> [RenderedFile] in
            if case .complete(let rendered) = outcome.result { rendered.files } else { [] }
        }
        if let outputDir {
            for file in files { try write(file, below: FilePath(outputDir)) }
        } else if preparation.isSingleFile, files.count == 1 {
            StandardStream.output.write(files[0].bytes)
        } else {
            for file in files {
                StandardStream.output.write(line: "==> \(file.destination) <==")
                StandardStream.output.write(file.bytes)
            }
        }
        if let failure = gathered.failure { throw failure.code }
        if gathered.isHeld { throw ExitStatus.dataMissing.code }
    }

    private func write(_ file: RenderedFile, below directory: FilePath) throws {
        let name = file.destination.isEmpty ? "output" : file.destination
        // Every destination is absolute; its components cannot lead out of the directory once they are normal.
        let path = directory.appending(FilePath(name).lexicallyNormalized().components)
        do {
            makeDirectories(path.removingLastComponent())
            let descriptor = try FileDescriptor.open(
                path,
                .writeOnly,
                options: [.create, .truncate],
                permissions: FilePermissions(rawValue: 0o644)
            )
            try descriptor.closeAfter { _ = try descriptor.writeAll(file.bytes) }
        } catch {
            StandardStream.error.write(
                error: "cannot write \(path): \(error)",
                hint: "choose another place with --output-dir"
            )
            throw ExitStatus.failed.code
        }
        StandardStream.error.write(line: "wrote \(path)")
    }
}
