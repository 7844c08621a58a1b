import Balancers
import Planning
import Settings
import State
import SystemPackage

/// Runs NGINX's check on a copy of its configuration in which the staged files have taken their places: the way where no
/// mount namespace can be made.
///
/// The copy is a directory that looks like the machine's root, nearly all of it symbolic links; in it lie the staged
/// files, and those that include others, with absolute paths led back into the copy. Relative paths count from the main
/// configuration and so stay within it. What is read is found by following `include` from the main configuration as it
/// will be, and not by `nginx -T`, which prints nothing when the files in force are broken and the staged ones mend them.
struct NGINXCopy {
    var fileSystem: any FileSystem
    var runner: any ProcessRunner
    /// Private to this check; exists no longer than it.
    var directory: String

    private var root: String { "\(directory)/nginx" }

    func run(
        _ check: NGINXCommand,
        of command: CommandSettings,
        staged: [StagedFile],
        pruned: [String],
    ) async throws(DeliveryFault) -> CommandReport {
        var build = await runner.run([check.arguments[0], "-V"], in: command.directory, timeout: command.timeout)
        guard build.succeeded else {
            build.arguments = check.arguments
            return build
        }
        let main = FilePath(command.directory ?? "/").pushing(FilePath(check.mainConfiguration(build.output.text)))
            .lexicallyNormalized().string
        let view = try StagedView(fileSystem, staged: staged, pruned: pruned)
        var places: [String: String?] = [:]
        for path in pruned { places.updateValue(nil, forKey: path) }
        for file in staged {
            places[file.path] = file.staged
            places[file.change.file.destination] = file.staged
        }
        do throws(FileFault) {
            try fileSystem.makeDirectories("\(directory)/copies", mode: 0o700)
        } catch {
            throw .shadow(error)
        }
        try follow(from: main, in: view, moved: Set(places.keys), into: &places)
        do throws(FileFault) {
            try ShadowDirectory(fileSystem: fileSystem, links: .absolute).make(
                of: "/",
                at: root,
                staged: places.map { (components(of: $0.key), $0.value) }
            )
        } catch {
            throw .shadow(error)
        }
        let report = await runner.run(
            check.reading(root + main),
            in: command.directory,
            timeout: command.timeout
        )
        return CommandReport(
            arguments: check.arguments,
            ending: report.ending,
            // A fault is looked for in the file itself.
            output: BoundedOutput(report.output.text.replacing(root, with: "")),
            duration: report.duration
        )
    }

    /// Finds what NGINX will read, and what of it has to lie in the copy.
    ///
    /// - Parameters:
    ///   - moved: The paths that a delivery writes or takes away.
    ///   - places: By path, what shall lie there; nil where nothing shall.
    private func follow(
        from main: String,
        in view: StagedView,
        moved: Set<String>,
        into places: inout [String: String?],
    ) throws(DeliveryFault) {
        var queue = [main]
        var seen: Set<String> = []
        while let path = queue.popLast() {
            guard seen.insert(path).inserted else { continue }
            let source: [UInt8]
            switch try view.fate(of: path) {
            case .pruned:
                places.updateValue(nil, forKey: path)
                continue
            case .replaced(let file):
                source = file.change.file.bytes
                places[path] = file.staged
            case nil:
                guard let contents = contents(of: path) else { continue }
                source = contents
                // It stands where relative paths count from.
                if path == main { places[path] = path }
            }
            let text = NGINXText(source)
            let rewriting = rewriting(text, below: directoryName(of: main), moved: moved)
            do throws(FileFault) {
                for path in rewriting.included {
                    queue += isPattern(path) ? try view.paths(matching: path) : [path]
                }
                guard !rewriting.words.isEmpty else { continue }
                let copy = "\(directory)/copies/\(seen.count)"
                try fileSystem.write(copy, contents: text.replacing(rewriting.words))
                places[path] = copy
            } catch {
                throw .shadow(error)
            }
        }
    }

    /// What a file includes, as absolute paths and patterns, and the words in it that have to lead into the copy.
    private func rewriting(
        _ text: NGINXText,
        below directory: String,
        moved: Set<String>,
    ) -> (included: [String], words: [(word: NGINXText.Word, text: String)]) {
        var included: [String] = []
        var words: [(word: NGINXText.Word, text: String)] = []
        for directive in text.directives {
            let isInclude = directive.words.count == 2 && text.name(of: directive) == "include"
            for word in directive.words.dropFirst() {
                let value = text.text(of: word)
                if isInclude {
                    let path = FilePath(directory).pushing(FilePath(value)).lexicallyNormalized().string
                    included.append(path)
                    if value.hasPrefix("/") { words.append((word, escapedForPattern(root) + path)) }
                } else if moved.contains(value) {
                    // A certificate, say, that is delivered together with the file that names it.
                    words.append((word, root + value))
                }
            }
        }
        return (included, words)
    }

    /// Nil if it is no file, or none that can be read: NGINX says so itself.
    private func contents(of path: String) -> [UInt8]? {
        guard (try? fileSystem.status(of: path, followingLinks: true))?.kind == .regular else { return nil }
        return try? fileSystem.contents(of: path)
    }
}

/// Whether NGINX takes what is included for a pattern.
private func isPattern(_ path: String) -> Bool { path.contains { "*?[".contains($0) } }

/// A path that stands for itself in a pattern too.
private func escapedForPattern(_ path: String) -> String {
    isPattern(path) ? String(path.flatMap { "*?[".contains($0) ? "\\\($0)" : "\($0)" }) : path
}
