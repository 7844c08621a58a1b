package import Diagnostics

/// A template as its author wrote it.
package struct TemplateSource: Sendable {
    /// The file, as messages name it.
    package var name: String
    package var text: [UInt8]
    package var leftDelimiter: String
    package var rightDelimiter: String

    package init(
        name: String,
        text: some Sequence<UInt8>,
        leftDelimiter: String = "{{",
        rightDelimiter: String = "}}",
    ) {
        self.name = name
        self.text = Array(text)
        self.leftDelimiter = leftDelimiter
        self.rightDelimiter = rightDelimiter
    }
}

/// The faults of a template, all of them.
package struct TemplateFaults: Error {
    package var diagnostics: [Diagnostic]

    package init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}

/// A template, parsed and compiled once, rendered as often as data changes. Immutable.
package struct Template: Sendable {
    package let name: String
    /// What would stop a render that came by, such as a call of a template that does not exist. Go finds these only
    /// then, so that they refuse nothing.
    package let warnings: [Diagnostic]
    /// Whether the template can show the part of records that its `trace` is about; false if it was given none.
    package let revealsTraced: Bool
    private let program: Program

    /// Parses and compiles; every fault of the text is reported at once.
    package init(_ source: TemplateSource, functions: [TemplateFunction]) throws(TemplateFaults) {
        try self.init(source, partials: [], functions: functions)
    }

    /// Finds the file that a template includes: by the path that it says, and the file that says so. The result's name
    /// is what makes two paths one file.
    package typealias PartialLoader =
        @Sendable (_ path: String, _ includer: TemplateSource) throws(FunctionFault)
        -> TemplateSource

    /// How many files a template may include, and these in turn.
    package static let maximumPartials = 500

    /// Parses and compiles together with `partials`, each of which can be called by its name and brings its
    /// definitions along, as do the files that `include` names.
    package init(
        _ source: TemplateSource,
        partials: [TemplateSource],
        functions: [TemplateFunction],
        loadPartial: PartialLoader? = nil,
        trace: ValueTrace? = nil,
    ) throws(TemplateFaults) {
        var known: [String: TemplateFunction] = [:]
        for function in functions where Builtin(rawValue: function.name)?.isShortCircuit != true {
            known[function.name] = function
        }
        let names = Set(known.keys).union(Builtin.allCases.map(\.rawValue))
        var sources = SourceMap()
        var inclusions = Inclusions(files: [source] + partials, load: loadPartial)
        var faults: [Diagnostic] = []
        var definitions: [SyntaxTree.Definition] = []
        while let (file, notes) = inclusions.next() {
            let base = sources.add(file)
            guard sources.bytes.count < Int(Int32.max) else {
                throw TemplateFaults([Diagnostic("templates of more than 2 GiB are not supported")])
            }
            var parser = Parser(
                sources: sources,
                base: base,
                source: file,
                functions: names,
                definitions: definitions,
                readsIncludes: known[Builtin.include.rawValue] == nil,
            )
            parser.parse(as: file.name)
            faults += parser.faults.map { fault in
                var fault = fault
                fault.notes += notes
                return fault
            }
            definitions = parser.definitions
            for include in parser.includes {
                do throws(FunctionFault) {
                    try inclusions.add(include, of: file, in: sources, notes)
                } catch {
                    faults.append(sources.diagnostic(error.message, at: include.range, hint: error.hint, notes: notes))
                }
            }
        }
        guard faults.isEmpty else { throw TemplateFaults(faults) }
        var compiler = Compiler(sources: sources, functions: known, includedNames: inclusions.names)
        compiler.compile(definitions, startingAt: source.name)
        name = source.name
        warnings = compiler.warnings
        revealsTraced = trace.map { ValueTracer.canReveal($0, in: definitions) } ?? false
        program = compiler.program
    }

    /// The names of all templates that can be called: the file's own, and of each `define` and `block`.
    package var definedNames: [String] { program.entries.map(\.name) }

    /// Renders with `dot` as the data.
    ///
    /// - Throws: the first fault of evaluation; nothing that was written before it is returned.
    package func render(
        _ dot: Value,
        host: (any TemplateHost)?,
        options: RenderOptions = RenderOptions(),
    ) throws(Diagnostic) -> RenderOutput {
        var offences: [Offence] = []
        var fault: Diagnostic?
        var moved: [UInt8]?
        let room = OutputBuffer.room(expected: options.expectedOutput, limit: options.maximumOutput)
        // The output is written where it stays, without a copy. What counts as initialized has been written.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { memory, count in
            let output = unsafe OutputBuffer(memory, limit: options.maximumOutput)
            var renderer = Renderer(program, dot: dot, host: host, options: options, writingTo: output)
            do throws(Diagnostic) {
                try renderer.run(program)
                offences = renderer.emitter.offences
                let written = renderer.emitter.output.count
                moved = renderer.finish()
                if moved == nil { count = written }
            } catch {
                fault = error
            }
        }
        if let fault { throw fault }
        return RenderOutput(bytes: moved ?? bytes, offences: offences)
    }
}

extension Builtin {
    /// Whether it is no function, since it does not evaluate all of its operands.
    fileprivate var isShortCircuit: Bool { self == .and || self == .or }
}
