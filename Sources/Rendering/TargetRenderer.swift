package import Catalog
package import Diagnostics
package import TemplateEngine

/// The templates of a target, compiled, ready to be rendered whenever the catalog changes. Immutable.
package struct TargetRenderer: Sendable {
    /// What a target is rendered from.
    package struct Configuration: Sendable {
        /// The target's name, for messages.
        package var name: String
        package var files: [TemplateFile]
        /// The templates' dot.
        package var values: Value
        /// The registry of queries that name none.
        package var registry: String
        /// All configured registries, so that a misspelt one is a fault; empty if that is not to be checked.
        package var registries: Set<String>
        package var untrusted: UntrustedPolicy
        /// Go's `missingkey`, and the bounds of a render.
        package var options: RenderOptions
        package var readFile: FileFunctions.Reader
        /// Finds the files that templates include; nil if there are none.
        package var loadPartial: Template.PartialLoader?

        package init(
            name: String,
            files: [TemplateFile],
            values: Value = .null,
            registry: String,
            registries: Set<String> = [],
            untrusted: UntrustedPolicy = .off,
            options: RenderOptions = RenderOptions(),
            readFile: @escaping FileFunctions.Reader = { _ in nil },
            loadPartial: Template.PartialLoader? = nil,
        ) {
            self.name = name
            self.files = files
            self.values = values
            self.registry = registry
            self.registries = registries
            self.untrusted = untrusted
            self.options = options
            self.readFile = readFile
            self.loadPartial = loadPartial
        }
    }

    /// How often a target is rendered at most, each time without the registrations found unsafe before.
    package static let maximumPasses = 3

    package let configuration: Configuration
    /// What the templates' authors should know, though it refuses nothing.
    package let warnings: [Diagnostic]
    /// Whether the templates can show what checks printed (`Checks`, or an instance as a whole). If not, a change of that
    /// alone is none for this target. Errs on the side of true.
    package let readsCheckOutput: Bool
    private let templates: [Template]

    /// Compiles all files with `functions` (the pure ones and codecs) and with those of this module.
    ///
    /// - Throws: the faults of all files.
    package init(_ configuration: Configuration, functions: [TemplateFunction]) throws(TemplateFaults) {
        let functions =
            functions
            + ConstantQueries.judged(RenderingFunctions.all, registries: configuration.registries)
        var templates: [Template] = []
        var faults: [Diagnostic] = []
        for file in configuration.files {
            do throws(TemplateFaults) {
                templates.append(
                    try Template(
                        file.source,
                        partials: [],
                        functions: functions,
                        loadPartial: configuration.loadPartial,
                        trace: CheckOutput.trace
                    )
                )
            } catch {
                faults += error.diagnostics.map { RefusedFunctions.explained($0, among: functions) }
            }
        }
        guard faults.isEmpty else { throw TemplateFaults(faults) }
        self.configuration = configuration
        self.templates = templates
        warnings = templates.flatMap(\.warnings)
        readsCheckOutput = templates.contains(where: \.revealsTraced)
    }

    /// A cache for `render`: one for each target, kept from render to render.
    package func makeCache() -> RecordCache { RecordCache(defaultRegistry: configuration.registry) }

    /// Renders all files from what is known, at `time`. Stops at the first thing that can be said for sure, but not
    /// before every template has said what it depends on.
    /// `isCancelled` is asked now and then; true ends the render as failed.
    package func render(
        _ snapshot: CatalogSnapshot,
        using cache: RecordCache,
        at time: RenderTime,
        isCancelled: (@Sendable () -> Bool)? = nil,
    ) -> RenderResult {
        var excluded: Set<Registrant> = []
        var setAside: [SetAside] = []
        var dependencies = Dependencies()
        var passes = 0
        while true {
            passes += 1
            let pass = run(snapshot, using: cache, at: time, excluding: excluded, isCancelled: isCancelled)
            if passes == 1 { dependencies = pass.dependencies } else { dependencies.formUnion(pass.dependencies) }
            if let fault = pass.fault { return .failed(fault, dependencies: dependencies) }
            if !pass.missing.isEmpty { return .waiting(missing: pass.missing, dependencies: dependencies) }
            setAside += pass.offences
            guard case .setAside = configuration.untrusted, !pass.offences.isEmpty else {
                cache.forgetUnused()
                cache.stableIDs.endRender()
                let files = zip(configuration.files, pass.outputs).map {
                    RenderedFile(destination: $0.destination, bytes: $1)
                }
                return .complete(RenderedTarget(files: files, dependencies: dependencies, setAside: setAside))
            }
            let found = pass.offenders.subtracting(excluded)
            guard passes < Self.maximumPasses, !found.isEmpty else {
                return .failed(tooManyOffences(pass.offences), dependencies: dependencies)
            }
            excluded.formUnion(found)
        }
    }

    /// What one pass over all files gave.
    private struct Pass {
        var outputs: [[UInt8]] = []
        var offences: [SetAside] = []
        var offenders: Set<Registrant> = []
        var missing: [Missing] = []
        var missingOnes: Set<Missing> = []
        var dependencies = Dependencies()
        /// The first fault of a file that had all of its data.
        var fault: Diagnostic?
    }

    private func run(
        _ snapshot: CatalogSnapshot,
        using cache: RecordCache,
        at time: RenderTime,
        excluding excluded: Set<Registrant>,
        isCancelled: (@Sendable () -> Bool)?,
    ) -> Pass {
        var options = configuration.options
        options.unsafe = configuration.untrusted.unsafe
        options.isCancelled = isCancelled
        var pass = Pass()
        cache.beginPass()
        for (index, template) in templates.enumerated() {
            let session = RenderSession(
                snapshot: snapshot,
                cache: cache,
                registries: configuration.registries,
                time: time,
                excluded: excluded,
                readFile: configuration.readFile
            )
            options.expectedOutput = cache.expectedSize(ofFile: index)
            do throws(Diagnostic) {
                let output = try template.render(configuration.values, host: session, options: options)
                cache.note(size: output.bytes.count, ofFile: index)
                pass.outputs.append(output.bytes)
                for offence in output.offences { note(offence, in: &pass, cache) }
            } catch {
                // A template that is not given its data yet may well stumble over that.
                if session.missing.isEmpty, pass.fault == nil { pass.fault = error }
            }
            pass.dependencies.files.formUnion(session.files)
            if session.readsClock { pass.dependencies.readsClock = true }
            for thing in session.missing where pass.missingOnes.insert(thing).inserted { pass.missing.append(thing) }
        }
        pass.dependencies.queries = cache.usedQueries()
        return pass
    }

    /// Takes down an offence, once for each registrant.
    private func note(_ offence: Offence, in pass: inout Pass, _ cache: RecordCache) {
        guard let registrant = cache.describe(offence.source) else {
            // Cannot be: then nothing is written rather than something unsafe.
            let fault = Diagnostic("an unsafe text of unknown origin is written here", at: offence.position)
            pass.fault = pass.fault ?? fault
            return
        }
        guard pass.offenders.insert(registrant).inserted else { return }
        pass.offences.append(
            SetAside(
                registrant: registrant,
                text: offence.text,
                byte: offence.byte,
                position: offence.position
            )
        )
    }

    private func tooManyOffences(_ offences: [SetAside]) -> Diagnostic {
        let first = offences[0]
        return Diagnostic(
            "unsafe registrations are left after \(Self.maximumPasses) passes: \(first.registrant): \(first.reason)",
            at: first.position,
            hint: "pass what registrations say through `quote`, or leave it out of the output",
            notes: offences.dropFirst().prefix(9).map {
                Diagnostic.Note("\($0.registrant): \($0.reason)", at: $0.position)
            }
        )
    }
}

/// A template and where its output goes.
package struct TemplateFile: Sendable {
    package var source: TemplateSource
    /// Empty for `render` without an output.
    package var destination: String

    package init(_ source: TemplateSource, destination: String) {
        self.source = source
        self.destination = destination
    }
}

/// What is done about registrations that are unsafe where a template writes them.
package enum UntrustedPolicy: Sendable, Hashable {
    /// They are left out of the data, and named.
    case setAside(UnsafeBytes)
    /// They are named, and the output stays as it is.
    case report(UnsafeBytes)
    /// They are not looked for.
    case off

    var unsafe: UnsafeBytes? {
        switch self {
        case .setAside(let bytes), .report(let bytes): bytes
        case .off: nil
        }
    }
}
