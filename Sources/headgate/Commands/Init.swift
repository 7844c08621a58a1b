import ArgumentParser
import Settings
import SystemPackage

/// `headgate init`: a configuration to start from.
struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a commented starter configuration and template for a profile.",
        discussion: """
            Writes headgate.yaml, the profile's template and a small registry file into the directory. Files that are \
            there already are never overwritten.

            Examples:
              headgate init haproxy
              headgate init nginx --directory /etc/headgate
            """,
    )

    @Argument(help: "A name from `headgate profiles`, or a profile's directory.")
    var profile: String

    @Option(name: .shortAndLong, help: ArgumentHelp("Where to write; made if it is missing.", valueName: "path"))
    var directory = "."

    func run() throws {
        let files: [StarterFile]
        do {
            files = try Profile.load(profile).starterFiles()
        } catch {
            StandardStream.error.write(error.diagnostics)
            throw ExitStatus.badConfiguration.code
        }
        let paths = files.map { FilePath(directory).appending($0.path) }
        let present = paths.filter { (try? FileDescriptor.open($0, .readOnly).close()) != nil }
        guard present.isEmpty else {
            let names = present.map(\.string).joined(separator: ", ")
            StandardStream.error.write(
                error: "there already: \(names); nothing was written",
                hint: "choose another place with --directory, or move the files away"
            )
            throw ExitStatus.failed.code
        }
        for (path, file) in zip(paths, files) {
            do {
                try Self.create(path, file.contents)
            } catch {
                StandardStream.error.write(error: "cannot write \(path): \(error)")
                throw ExitStatus.failed.code
            }
            StandardStream.output.write(line: "wrote \(path)")
        }
        StandardStream.output.write(
            line: "next: headgate plan --config \(FilePath(directory).appending("headgate.yaml"))"
        )
    }

    private static func create(_ path: FilePath, _ contents: String) throws(Errno) {
        makeDirectories(path.removingLastComponent())
        do {
            let descriptor = try FileDescriptor.open(
                path,
                .writeOnly,
                options: [.create, .exclusiveCreate],
                permissions: FilePermissions(rawValue: 0o644)
            )
            try descriptor.closeAfter { _ = try descriptor.writeAll(contents.utf8) }
        } catch let error as Errno {
            throw error
        } catch {
            throw .ioError
        }
    }
}
