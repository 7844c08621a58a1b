import Balancers
import Diagnostics
import Planning
import Settings
import State

/// Runs a target's check command on its staged files, as the balancer would see them.
struct StagedCheck {
    var fileSystem: any FileSystem
    var runner: any ProcessRunner
    /// A directory that is private to this check; made when needed, removed afterwards.
    var directory: String

    /// What came of it.
    struct Verdict {
        /// What the command said.
        var report: CommandReport
        /// Why NGINX read a copy of its configuration; nil if it did not.
        var copyReason: String?
    }

    /// - Parameters:
    ///   - changes: All files of the target.
    ///   - staged: Those that will be written.
    ///   - pruned: The destinations of files that will be taken away.
    func run(
        _ check: CheckSettings,
        changes: [FileChange],
        staged: [StagedFile],
        pruned: [String],
    ) async throws(DeliveryFault) -> Verdict {
        defer { try? fileSystem.removeTree(directory) }
        switch check.isolation {
        case .none:
            let placeholders = try placeholders(
                for: check.command.line,
                changes: changes,
                staged: staged,
                pruned: pruned
            )
            return Verdict(
                report: await runner.run(
                    try placeholders.arguments(for: check.command.line),
                    in: check.command.directory,
                    timeout: check.command.timeout
                )
            )
        case .mount:
            return try await runInPlace(check.command, changes: changes, staged: staged, pruned: pruned)
        }
    }

    /// In a mount namespace whatever the command reads lies where it will lie. Where none can be made, a copy shows NGINX,
    /// whose files name each other in a way that is known, the same; for other programs nothing is as good.
    private func runInPlace(
        _ command: CommandSettings,
        changes: [FileChange],
        staged: [StagedFile],
        pruned: [String],
    ) async throws(DeliveryFault) -> Verdict {
        let paths = changes.isEmpty ? pruned : changes.map(\.file.destination)
        let placeholders = Placeholders(
            staged: changes.count == 1 ? paths[0] : nil,
            stagedDirectory: "/" + commonDirectory(of: paths).joined(separator: "/")
        )
        let arguments = try placeholders.arguments(for: command.line)
        do throws(DeliveryFault) {
            let isolation = MountIsolation(fileSystem: fileSystem, runner: runner, directory: directory)
            return Verdict(report: try await isolation.run(arguments, of: command, staged: staged, pruned: pruned))
        } catch {
            guard case .isolationUnavailable(let reason) = error, let check = NGINXCommand(arguments) else {
                throw error
            }
            let copy = NGINXCopy(fileSystem: fileSystem, runner: runner, directory: directory)
            let report = try await copy.run(check, of: command, staged: staged, pruned: pruned)
            return Verdict(report: report, copyReason: reason)
        }
    }

    private func placeholders(
        for line: CommandSettings.Line,
        changes: [FileChange],
        staged: [StagedFile],
        pruned: [String],
    ) throws(DeliveryFault) -> Placeholders {
        // Where the last file goes, it tells the directory.
        let paths = changes.isEmpty ? pruned : changes.map(\.file.destination)
        // A single file that is already in place is its own staged file.
        let single = changes.count == 1 ? staged.first?.staged ?? paths[0] : nil
        var placeholders = Placeholders(staged: single, stagedDirectory: nil)
        guard Placeholders.uses("{staged_dir}", in: line) else { return placeholders }
        let common = commonDirectory(of: paths)
        // A directory that holds none of the files would be a surprise: /etc, say.
        guard paths.contains(where: { components(of: directoryName(of: $0)) == common }) else {
            throw .noCommonDirectory
        }
        do throws(FileFault) {
            let shadow = "\(directory)/staged"
            try fileSystem.makeDirectories(directory, mode: 0o700)
            try ShadowDirectory(fileSystem: fileSystem, links: .absolute).make(
                of: "/" + common.joined(separator: "/"),
                at: shadow,
                staged: staged.map {
                    (Array(components(of: $0.change.file.destination).dropFirst(common.count)), $0.staged)
                }
                    + pruned.filter { components(of: $0).starts(with: common) }.map {
                        (Array(components(of: $0).dropFirst(common.count)), nil)
                    }
            )
            placeholders.stagedDirectory = shadow
        } catch {
            throw .shadow(error)
        }
        return placeholders
    }
}
