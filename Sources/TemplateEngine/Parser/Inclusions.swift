import Diagnostics

/// The files of a template that are still to be parsed: itself, and those that it includes.
struct Inclusions {
    private var files: [(source: TemplateSource, notes: [Diagnostic.Note])]
    private var known: Set<String>
    private var place = 0
    private let load: Template.PartialLoader?
    /// The names of the included files, by the place where each include says its path.
    private(set) var names: [Int: String] = [:]

    init(files: [TemplateSource], load: Template.PartialLoader?) {
        self.files = files.map { ($0, []) }
        known = Set(files.map(\.name))
        self.load = load
    }

    /// The next file to parse, with the chain of includes that led to it.
    mutating func next() -> (source: TemplateSource, notes: [Diagnostic.Note])? {
        guard place < files.count else { return nil }
        place += 1
        return files[place - 1]
    }

    /// Finds the file of an include; each file is parsed once, however often it is included.
    mutating func add(
        _ include: Parser.Include,
        of file: TemplateSource,
        in sources: SourceMap,
        _ notes: [Diagnostic.Note],
    ) throws(FunctionFault) {
        guard let load else {
            throw FunctionFault("include has no files to read here", hint: "{{template}} calls what {{define}} defines")
        }
        let partial = try load(include.path, file)
        names[include.range.lowerBound] = partial.name
        guard known.insert(partial.name).inserted else { return }
        guard known.count <= Template.maximumPartials else {
            throw FunctionFault("more than \(Template.maximumPartials) files are included")
        }
        let note = Diagnostic.Note("included here", at: sources.position(of: include.range.lowerBound))
        files.append((partial, [note] + notes))
    }
}
