import Balancers
import Settings
import State

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Runs a command in a mount namespace of its own in which the staged files lie at their destinations.
///
/// For a balancer whose main configuration includes files by absolute paths, as Debian's NGINX does: a shadow directory
/// would be checked against the live files and found good. Nothing outside the namespace sees the mounts, and they end
/// with the command.
struct MountIsolation {
    var fileSystem: any FileSystem
    var runner: any ProcessRunner
    /// Private to this check; exists no longer than it.
    var directory: String

    /// Mounts what its arguments say, tells that it succeeded, and becomes the command.
    private static let script = """
        set -e
        mounted=$1
        shift
        while [ "$1" != -- ]; do
            mount "$1" "$2" "$3"
            shift 3
        done
        shift
        : > "$mounted"
        exec "$@"
        """

    /// A mount: `--bind` or `--rbind`, what, where.
    private typealias Mount = [String]

    /// In which kinds of namespace a command is tried, in order: who may not mount may still be allowed a user namespace.
    ///
    /// Not as root of one for NGINX: it would give its directories to a user that does not exist there, and fail.
    private static func namespaces(forNGINX isNGINX: Bool) -> [[String]] {
        [["--mount"]] + (geteuid() == 0 ? [] : [["--map-current-user", "--keep-caps", "--mount"]])
            + (isNGINX ? [] : [["--map-root-user", "--mount"]])
    }

    /// Why no mount namespace can be had on this machine; nil if one can.
    static func refusal(_ runner: any ProcessRunner, forNGINX isNGINX: Bool) async -> String? {
        var refusal: String?
        for options in namespaces(forNGINX: isNGINX) {
            let report = await runner.run(
                ["unshare"] + options + ["--", "mount", "--bind", "/dev/null", "/dev/null"],
                in: nil,
                timeout: .seconds(10)
            )
            if report.succeeded { return nil }
            refusal = report.summary
        }
        return refusal
    }

    /// Runs `arguments`, which `command` has come to.
    func run(
        _ arguments: [String],
        of command: CommandSettings,
        staged: [StagedFile],
        pruned: [String],
    ) async throws(DeliveryFault) -> CommandReport {
        let mounts: [Mount]
        do throws(FileFault) {
            try fileSystem.makeDirectories(directory, mode: 0o700)
            // A file that goes is an empty one to who includes a directory.
            mounts = try self.mounts(for: staged) + pruned.map { ["--bind", "/dev/null", $0] }
        } catch {
            throw .shadow(error)
        }
        let mounted = "\(directory)/mounted"
        var refusal = ""
        for options in Self.namespaces(forNGINX: NGINXCommand(arguments) != nil) {
            let report = await runner.run(
                ["unshare"] + options + ["--", "/bin/sh", "-c", Self.script, "headgate", mounted]
                    + mounts.flatMap { $0 } + ["--"] + arguments,
                in: command.directory,
                timeout: command.timeout
            )
            let ran: Bool
            do throws(FileFault) {
                ran = try fileSystem.status(of: mounted, followingLinks: false) != nil
            } catch {
                throw .shadow(error)
            }
            if ran {
                return CommandReport(
                    arguments: arguments,
                    ending: report.ending,
                    output: report.output,
                    duration: report.duration
                )
            }
            refusal = report.summary
        }
        throw .isolationUnavailable(refusal)
    }

    /// What of the directory `target` the check's own directory lies in; nil if it lies elsewhere, as it mostly does.
    private func entryOfOwn(in target: String) -> Substring? {
        let (own, covered) = (components(of: directory), components(of: target))
        return own.starts(with: covered) && own.count > covered.count ? own[covered.count] : nil
    }

    /// A file over a file; where there is none to mount over, a shadow of its directory over the directory.
    private func mounts(for staged: [StagedFile]) throws(FileFault) -> [Mount] {
        var mounts: [Mount] = []
        var directories: [String: [StagedFile]] = [:]
        for file in staged {
            if try fileSystem.status(of: file.path, followingLinks: true) == nil {
                directories[directoryName(of: file.path), default: []].append(file)
            } else {
                mounts.append(["--bind", file.staged, file.path])
            }
        }
        for (index, entry) in directories.sorted(by: { $0.key < $1.key }).enumerated() {
            let (target, files) = entry
            let original = "\(directory)/original-\(index)"
            let shadow = "\(directory)/shadow-\(index)"
            try fileSystem.makeDirectories(original, mode: 0o700)
            try ShadowDirectory(fileSystem: fileSystem, links: .mounted(original: original)).make(
                of: target,
                at: shadow,
                staged: files.map { ([Substring(baseName(of: $0.path))], "\(original)/\(baseName(of: $0.staged))") }
            )
            // After the files' own mounts, which the original then carries along.
            mounts.append(["--rbind", target, original])
            if let way = entryOfOwn(in: target) {
                // A link there would lead in a circle: the original is mounted below what is covered.
                try fileSystem.remove("\(shadow)/\(way)")
                try fileSystem.makeDirectories("\(shadow)/\(way)", mode: 0o700)
                mounts.append(["--rbind", "\(target)/\(way)", "\(shadow)/\(way)"])
            }
            mounts.append(["--rbind", shadow, target])
        }
        return mounts
    }
}
