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
        /// Paths that no file `for_each` may take, whatever services are called.
        package var reservedPaths: Set<String>
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
            reservedPaths: Set<String> = [],
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
            self.reservedPaths = reservedPaths
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
    ///
    /// - Parameters:
    ///   - leftOut: Registrations that answers are given without.
    ///   - isCancelled: Asked now and then; true ends the render as failed.
    package func render(
        _ snapshot: CatalogSnapshot,
        using cache: RecordCache,
        at time: RenderTime,
        leavingOut leftOut: Set<Registrant> = [],
        isCancelled: (@Sendable () -> Bool)? = nil,
    ) -> RenderResult {
        var excluded = leftOut
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
                return .complete(
                    RenderedTarget(
                        files: pass.files,
                        dependencies: dependencies,
                        setAside: setAside + pass.unnamed,
                        leftOut: leftOut
                    )
                )
            }
            let found = pass.offenders.subtracting(excluded)
            guard passes < Self.maximumPasses, !found.isEmpty else {
                return .failed(tooManyOffences(pass.offences), dependencies: dependencies)
            }
            excluded.formUnion(found)
        }
    }

    /// What one pass over all files gave.
    struct Pass {
        let snapshot: CatalogSnapshot
        let cache: RecordCache
        let time: RenderTime
        let excluded: Set<Registrant>
        let options: RenderOptions
        var files: [RenderedFile] = []
        var offences: [SetAside] = []
        var offenders: Set<Registrant> = []
        /// Services that have no file, since none can be named for them.
        var unnamed: [SetAside] = []
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
        var pass = Pass(snapshot: snapshot, cache: cache, time: time, excluded: excluded, options: options)
        cache.beginPass()
        for (index, file) in configuration.files.enumerated() {
            switch file.count {
            case .one: render(index, configuration.values, to: file.destination, in: &pass)
            case .eachService(let tag):
                for (name, destination) in services(with: tag, of: file, in: &pass) {
                    render(index, configuration.values.adding(each: name), to: destination, in: &pass)
                }
            }
        }
        pass.dependencies.queries = cache.usedQueries()
        return pass
    }

    /// Renders one file.
    private func render(_ index: Int, _ dot: Value, to destination: String, in pass: inout Pass) {
        var options = pass.options
        options.expectedOutput = pass.cache.expectedSize(ofFile: index)
        ask(in: &pass) { session, pass throws(Diagnostic) in
            let output = try templates[index].render(dot, host: session, options: options)
            pass.cache.note(size: output.bytes.count, ofFile: index)
            pass.files.append(RenderedFile(destination: destination, bytes: output.bytes, fileIndex: index))
            for offence in output.offences { note(offence, in: &pass) }
        }
    }

    /// Lets `body` ask for data, and notes in the pass what it asked for. A fault counts only when nothing was missing: a
    /// template that is not given its data yet may well stumble over that.
    func ask(in pass: inout Pass, _ body: (RenderSession, inout Pass) throws(Diagnostic) -> Void) {
        let session = RenderSession(
            snapshot: pass.snapshot,
            cache: pass.cache,
            registries: configuration.registries,
            time: pass.time,
            excluded: pass.excluded,
            readFile: configuration.readFile
        )
        do throws(Diagnostic) {
            try body(session, &pass)
        } catch {
            if session.missing.isEmpty, pass.fault == nil { pass.fault = error }
        }
        pass.dependencies.files.formUnion(session.files)
        if session.readsClock { pass.dependencies.readsClock = true }
        for thing in session.missing where pass.missingOnes.insert(thing).inserted { pass.missing.append(thing) }
    }

    /// Takes down an offence, once for each registrant.
    private func note(_ offence: Offence, in pass: inout Pass) {
        guard let registrant = pass.cache.describe(offence.source) else {
            // Cannot be: then nothing is written rather than something unsafe.
            let fault = Diagnostic("an unsafe text of unknown origin is written here", at: offence.position)
            pass.fault = pass.fault ?? fault
            return
        }
        guard pass.offenders.insert(registrant).inserted else { return }
        pass.offences.append(
            SetAside(registrant, .unsafe(text: offence.text, byte: offence.byte, position: offence.position))
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
    /// How many files it makes.
    package enum Count: Sendable, Hashable {
        case one
        /// One for each service that the registry lists; only those with the tag, if one is given. The template's dot has
        /// the service's name as `each`, and in the destination it stands for `{each}`.
        case eachService(tag: String?)
    }

    package var source: TemplateSource
    /// Empty for `render` without an output.
    package var destination: String
    package var count: Count

    package init(_ source: TemplateSource, destination: String, count: Count = .one) {
        self.source = source
        self.destination = destination
        self.count = count
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
