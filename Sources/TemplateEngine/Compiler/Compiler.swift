import Diagnostics

/// Turns definitions into a program.
struct Compiler {
    var program = Program()
    /// What would fail if the render came by; Go finds it only then, so templates that never do must still work.
    var warnings: [Diagnostic] = []
    let functions: [String: TemplateFunction]
    /// The functions used so far, with their place in the program.
    private var functionIndices: [String: Int] = [:]
    /// The names of the templates that included files are, by the place of each file's name.
    let includedNames: [Int: String]
    /// The variables in scope; the index is the slot.
    var variables: [String] = []
    private var mostVariables = 0
    /// The loops around the current statement, innermost last.
    var loops: [OpenLoop] = []
    /// No operation before this one may be joined with what follows: a jump leads here.
    private var label = 0

    /// Jumps of a loop's body whose targets are not known yet.
    struct OpenLoop {
        var breaks: [Int] = []
        var continues: [Int] = []
    }

    init(sources: SourceMap, functions: [String: TemplateFunction], includedNames: [Int: String]) {
        self.functions = functions
        self.includedNames = includedNames
        program.sources = sources
        program.text = sources.bytes
    }

    /// Compiles all definitions; `main` comes first, and rendering begins there.
    mutating func compile(_ definitions: [SyntaxTree.Definition], startingAt main: String) {
        let definitions = definitions.filter { $0.name == main } + definitions.filter { $0.name != main }
        for (index, definition) in definitions.enumerated() {
            program.entries.append(Program.Entry(name: definition.name, start: 0, variableCount: 1))
            program.entryIndices[definition.name] = index
        }
        for (index, definition) in definitions.enumerated() {
            variables = ["$"]
            mostVariables = 1
            program.entries[index].start = mark()
            statements(definition.body)
            add(.ret, at: definition.range)
            program.entries[index].variableCount = mostVariables
        }
        // Short texts are copied in pieces of a fixed size, which must not reach behind the end.
        program.text.append(contentsOf: repeatElement(0, count: 32))
    }

    // MARK: Operations

    /// Appends an operation that came from `range`; gives its index.
    @discardableResult
    mutating func add(
        _ code: Operation.Code,
        at range: Range<Int>,
        flag: UInt8 = 0,
        count: Int = 0,
        a: Int = 0,
        b: Int = 0,
        c: Int = 0,
    ) -> Int {
        program.operations.append(
            Operation(
                code: code,
                flag: flag,
                count: UInt16(clamping: count),
                a: Int32(clamping: a),
                b: Int32(clamping: b),
                c: Int32(clamping: c),
            )
        )
        program.places.append(Program.Place(range))
        return program.operations.count - 1
    }

    /// The index of the next operation, to which a jump will lead.
    mutating func mark() -> Int {
        label = program.operations.count
        return label
    }

    /// Takes back the text just written, for the operation that comes next to write it.
    mutating func takeText() -> (start: Int, count: Int) {
        guard label < program.operations.count, let last = program.operations.last, last.code == .text else {
            return (0, 0)
        }
        program.operations.removeLast()
        program.places.removeLast()
        return (Int(last.b), Int(last.c))
    }

    /// Makes the function call just added write its result; false if what was added last is none.
    mutating func emitCall() -> Bool {
        guard label < program.operations.count, program.operations.last?.code == .callFunction else { return false }
        program.operations[program.operations.count - 1].flag = 1
        return true
    }

    /// Writes bytes of the pool.
    mutating func text(_ range: Range<Int>, at source: Range<Int>) {
        guard !range.isEmpty else { return }
        add(.text, at: source, b: range.lowerBound, c: range.count)
    }

    /// Writes text known at compile time.
    mutating func text(_ string: String, at source: Range<Int>) {
        let start = program.text.count
        program.text.append(contentsOf: string.utf8)
        text(start..<program.text.count, at: source)
    }

    // MARK: Pools

    mutating func constant(_ value: Value) -> Int {
        program.constants.append(value)
        return program.constants.count - 1
    }

    /// The first of the sites of `fields`.
    mutating func path(_ fields: [SyntaxTree.Field]) -> Int {
        let first = program.siteNames.count
        for (index, field) in fields.enumerated() {
            program.siteNames.append(field.name)
            program.sitePlaces.append(Program.Place(field.range))
            program.siteCounts.append(fields.count - index)
        }
        return first
    }

    mutating func method(_ name: String) -> Int {
        program.methodNames.append(name)
        return program.methodNames.count - 1
    }

    mutating func functionIndex(_ function: TemplateFunction) -> Int {
        if let index = functionIndices[function.name] { return index }
        program.functions.append(function)
        functionIndices[function.name] = program.functions.count - 1
        return program.functions.count - 1
    }

    // MARK: Variables

    /// The slot of a new variable.
    mutating func declare(_ name: String) -> Int {
        variables.append(name)
        mostVariables = max(mostVariables, variables.count)
        return variables.count - 1
    }

    func slot(of name: String) -> Int? { variables.lastIndex(of: name) }

    mutating func scoped(_ body: (inout Compiler) -> Void) {
        let count = variables.count
        body(&self)
        variables.removeLast(variables.count - count)
    }

    // MARK: Faults

    /// An operation that stops the render, and a warning now.
    mutating func fault(_ message: String, at range: Range<Int>, hint: String? = nil) {
        program.faults.append(program.sources.diagnostic(message, at: range, hint: hint))
        warnings.append(program.sources.diagnostic(message, at: range, severity: .warning, hint: hint))
        add(.fault, at: range, a: program.faults.count - 1)
    }
}
