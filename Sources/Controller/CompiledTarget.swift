import Diagnostics
import Planning
package import Rendering
package import Settings
import SystemPackage
package import TemplateEngine

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A target with its templates compiled: all that can be wrong with it before there is data has been found.
package struct CompiledTarget: Sendable {
    package let settings: TargetSettings
    package let renderer: TargetRenderer
    /// Where the other targets write: a file that changes hands is not taken away.
    let otherFiles: [FileSettings]

    /// Compiles the templates of all targets. Every fault of every template is reported.
    package static func compile(
        _ settings: Settings,
        functions: [TemplateFunction],
    ) throws(SettingsFaults) -> [CompiledTarget] {
        let registries = Set(settings.registries.map(\.name))
        let paths = Set(settings.targets.flatMap(\.files).filter { $0.forEach == nil }.compactMap(\.destination))
        var targets: [CompiledTarget] = []
        var faults: [Diagnostic] = []
        for target in settings.targets {
            var files: [TemplateFile] = []
            for file in target.files {
                do throws(Diagnostic) {
                    files.append(try TemplateFile(file))
                } catch {
                    faults.append(error)
                }
            }
            do throws(TemplateFaults) {
                let renderer = try TargetRenderer(
                    TargetRenderer.Configuration(
                        name: target.name,
                        files: files,
                        values: target.values.map { Value($0) } ?? .null,
                        registry: target.registry ?? "",
                        registries: registries,
                        untrusted: UntrustedPolicy(target),
                        options: RenderOptions(target),
                        reservedPaths: paths,
                        readFile: { path throws(FunctionFault) in try readText(path) },
                        loadPartial: { path, includer throws(FunctionFault) in
                            try TemplateSource(including: path, from: includer)
                        }
                    ),
                    functions: functions
                )
                let others = settings.targets.filter { $0.name != target.name }
                targets.append(
                    CompiledTarget(
                        settings: target,
                        renderer: renderer,
                        otherFiles: others.flatMap(\.files)
                    )
                )
            } catch {
                faults += error.diagnostics
            }
        }
        guard faults.isEmpty else { throw SettingsFaults(faults) }
        return targets
    }

    /// The rendered files with where they go and whose they are.
    func desiredFiles(_ rendered: RenderedTarget) -> [DesiredFile] {
        rendered.files.map { rendered in
            let file = settings.files[rendered.fileIndex]
            return DesiredFile(
                destination: rendered.destination,
                bytes: rendered.bytes,
                mode: file.mode,
                user: file.user,
                group: file.group,
                createDirectories: file.createDirectories
            )
        }
    }
}

extension TemplateFile {
    /// Reads the template of `file`.
    fileprivate init(_ file: FileSettings) throws(Diagnostic) {
        let text: [UInt8]
        if let contents = file.contents {
            text = Array(contents.utf8)
        } else {
            do throws(Errno) {
                text = try readFile(at: FilePath(file.template))
            } catch {
                throw Diagnostic(
                    "the template \(file.template) cannot be read: \(error)",
                    at: file.position,
                    hint: "the path counts from the configuration's directory"
                )
            }
        }
        self.init(
            TemplateSource(
                name: file.template,
                text: text,
                leftDelimiter: file.leftDelimiter,
                rightDelimiter: file.rightDelimiter
            ),
            destination: file.destination ?? "",
            count: Count(file.forEach)
        )
    }
}

extension TemplateFile.Count {
    fileprivate init(_ forEach: FileSettings.ForEach?) {
        switch forEach {
        case .services(let tag): self = .eachService(tag: tag)
        case nil: self = .one
        }
    }
}

extension TemplateSource {
    /// The file that `includer` includes: its path counts from the directory that `includer` is in, and it has the same
    /// delimiters.
    fileprivate init(including path: String, from includer: TemplateSource) throws(FunctionFault) {
        let place = FilePath(includer.name).removingLastComponent().pushing(FilePath(path)).lexicallyNormalized()
        do throws(Errno) {
            self.init(
                name: place.string,
                text: try readFile(at: place),
                leftDelimiter: includer.leftDelimiter,
                rightDelimiter: includer.rightDelimiter
            )
        } catch {
            throw FunctionFault(
                "the file \(place) cannot be read: \(error)",
                hint: "the path of an include counts from the directory of the template that includes it"
            )
        }
    }
}

extension UntrustedPolicy {
    fileprivate init(_ target: TargetSettings) {
        let unsafe = UnsafeBytes(
            unquoted: Set((target.quoting?.unquoted ?? "").utf8),
            quoted: Dictionary(
                uniqueKeysWithValues: (target.quoting?.quotes ?? [:]).compactMap { quote, inside in
                    quote.utf8.first.map { ($0, Set(inside.utf8)) }
                }
            )
        )
        switch target.untrusted {
        case .setAside: self = .setAside(unsafe)
        case .report: self = .report(unsafe)
        case .off: self = .off
        }
    }
}

extension RenderOptions {
    fileprivate init(_ target: TargetSettings) {
        self.init()
        missingKey =
            switch target.missingKey {
            case .default: .default
            case .zero: .zero
            case .error: .error
            }
    }
}

extension Value {
    /// A value of the configuration as templates see it.
    package init(_ value: ConfigurationValue) {
        switch value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .float(let value): self = .float(value)
        case .string(let value): self = .string(value)
        case .list(let elements): self = .list(List(elements.map { Value($0) }))
        case .map(let members): self = .map(Map(members.map { (.string($0), Value($1)) }))
        }
    }
}

/// The text of a file for the template function `file`; nil if there is none.
private func readText(_ path: String) throws(FunctionFault) -> String? {
    do throws(Errno) {
        return String(decoding: try readFile(at: FilePath(path)), as: UTF8.self)
    } catch .noSuchFileOrDirectory {
        return nil
    } catch {
        throw FunctionFault("\(path) cannot be read: \(error)")
    }
}
