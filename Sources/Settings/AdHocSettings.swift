import Diagnostics
import SystemPackage

/// What the command line says instead of a configuration file.
package struct AdHocSettings: Sendable, Hashable {
    /// `[name=]URL`, as `--registry` takes it. Queries without `?registry=` go to the first.
    package var registries: [String]
    /// `IN[:OUT[:COMMAND]]`, as `--template` takes it.
    package var templates: [String]
    /// A bundled profile's name or a directory, as `--profile` takes it: its check for every template, its reload and
    /// destination for those that name none, its template if none is named.
    package var profile: String?
    /// The templates' dot.
    package var values: ConfigurationValue?
    package var missingKey: TargetSettings.MissingKey
    package var stateDirectory: String?
    package var log: LogSettings
    /// For registries that take variables of their ecosystem.
    package var environment: [String: String]
    /// What relative destinations count from.
    package var workingDirectory: String

    package init(
        registries: [String] = [],
        templates: [String] = [],
        profile: String? = nil,
        values: ConfigurationValue? = nil,
        missingKey: TargetSettings.MissingKey = .zero,
        stateDirectory: String? = nil,
        log: LogSettings = LogSettings(),
        environment: [String: String] = [:],
        workingDirectory: String,
    ) {
        self.registries = registries
        self.templates = templates
        self.profile = profile
        self.values = values
        self.missingKey = missingKey
        self.stateDirectory = stateDirectory
        self.log = log
        self.environment = environment
        self.workingDirectory = workingDirectory
    }

    /// The settings that the flags say: a target for each template, named after the output's file name. Throws every
    /// fault there is.
    package func settings() throws(SettingsFaults) -> Settings {
        var faults: [Diagnostic] = []
        let registries = registrySettings(&faults)
        var settings = Settings(registries: registries, stateDirectory: stateDirectory, log: log)
        if let directory = stateDirectory { settings.stateDirectory = absolute(directory) }
        let profile = loadedProfile(&faults)
        for text in templates {
            do {
                let template = try TemplateFlag(parsing: text)
                settings.targets.append(target(template, registries.first, profile, &faults))
            } catch {
                faults.append(error)
            }
        }
        if templates.isEmpty, let profile {
            var file = profile.file
            file.destination = profile.destination.map(absolute)
            settings.targets.append(target(file, reload: nil, registries.first, profile))
        }
        if templates.isEmpty, self.profile == nil {
            faults.append(
                Diagnostic(
                    "there is no template",
                    hint: "add `--template IN:OUT`, `--profile NAME` or `--config PATH`"
                )
            )
        }
        nameTargets(&settings.targets)
        refuseSharedDestinations(settings.targets, &faults)
        guard faults.isEmpty else { throw SettingsFaults(faults) }
        return settings
    }

    private func registrySettings(_ faults: inout [Diagnostic]) -> [RegistrySettings] {
        var settings: [RegistrySettings] = []
        for text in registries {
            // A name ends at the first `=`; with a `:` before, that one is the address's own.
            let prefix = text.prefix { $0 != "=" && $0 != ":" }
            let isNamed = text.dropFirst(prefix.count).first == "="
            let name = isNamed ? String(prefix) : "main"
            let address = String(isNamed ? text.dropFirst(prefix.count + 1) : text[...])
            guard isName(name) else {
                faults.append(
                    Diagnostic(
                        "`\(name)` in `--registry \(text)` cannot be the name of a registry",
                        hint: "names are made of letters, digits, `-`, `_` and `.`, with a letter or digit first"
                    )
                )
                continue
            }
            do {
                var registry = RegistrySettings(name: name, url: try RegistryURL(parsing: address))
                try registry.complete(from: environment)
                if settings.contains(where: { $0.name == name }) {
                    faults.append(
                        Diagnostic(
                            "there are two registries `\(name)`",
                            hint: "give each a name of its own: `--registry NAME=\(address)`"
                        )
                    )
                }
                settings.append(registry)
            } catch {
                faults.append(Diagnostic("`--registry \(text)`: \(error.message)", hint: error.hint))
            }
        }
        return settings
    }

    private func loadedProfile(_ faults: inout [Diagnostic]) -> Profile? {
        guard let profile else { return nil }
        do {
            return try Profile.load(profile, at: FilePath(absolute(profile)))
        } catch {
            faults += error.diagnostics
            return nil
        }
    }

    private func target(
        _ template: TemplateFlag,
        _ registry: RegistrySettings?,
        _ profile: Profile?,
        _ faults: inout [Diagnostic],
    ) -> TargetSettings {
        if let error = unreadable(FilePath(absolute(template.input))) {
            faults.append(
                Diagnostic("the template `\(template.input)` cannot be read: \(error)", hint: hint(for: error))
            )
        }
        let file = FileSettings(
            template: template.input,
            destination: (template.output ?? profile?.destination).map(absolute)
        )
        return target(
            file,
            reload: template.command.map { ReloadSettings(CommandSettings(.shell($0))) },
            registry,
            profile
        )
    }

    private func target(
        _ file: FileSettings,
        reload: ReloadSettings?,
        _ registry: RegistrySettings?,
        _ profile: Profile?,
    ) -> TargetSettings {
        var target = TargetSettings(
            name: "",
            profile: profile?.name,
            files: [file],
            values: values,
            registry: registry?.name,
            check: profile?.check,
            reload: (reload ?? profile?.reload)?.resolved(absolute),
            quoting: profile?.quoting,
            missingKey: missingKey
        )
        target.reloadIsDefault = reload == nil
        return target
    }

    /// Gives each target the name of its file, with a number where it is taken.
    private func nameTargets(_ targets: inout [TargetSettings]) {
        var taken: Set<String> = []
        for index in targets.indices {
            let file = targets[index].files.first
            let path = FilePath(file?.destination ?? file?.template ?? "")
            let base = nameOf(path.lastComponent?.string ?? "")
            var name = base
            var number = 2
            while !taken.insert(name).inserted {
                name = "\(base)-\(number)"
                number += 1
            }
            targets[index].name = name
        }
    }

    /// A file's name as the name of a target: what names may not hold becomes `_`.
    private func nameOf(_ fileName: String) -> String {
        let name = String(fileName.map { isName("a\($0)") ? $0 : "_" })
        return isName(name) ? name : "target\(name)"
    }

    private func refuseSharedDestinations(_ targets: [TargetSettings], _ faults: inout [Diagnostic]) {
        var seen: Set<FilePath> = []
        for destination in targets.flatMap(\.files).compactMap(\.destination)
        where !seen.insert(FilePath(destination).lexicallyNormalized()).inserted {
            faults.append(
                Diagnostic(
                    "two templates write `\(destination)`",
                    hint: "give each `--template` an output of its own"
                )
            )
        }
    }

    private func absolute(_ path: String) -> String {
        let absolute = FilePath(workingDirectory).pushing(FilePath(path))
        return absolute.components.contains { $0.kind == .parentDirectory }
            ? absolute.string : absolute.lexicallyNormalized().string
    }
}
