import Diagnostics

/// One render: walks the program's operations and writes.
struct Renderer: ~Copyable {
    let host: (any TemplateHost)?
    let options: RenderOptions
    var emitter: Emitter
    var dot: Value
    /// Operands of the expression being evaluated.
    var stack: [Value] = []
    /// What the arguments of the last call were in, emptied.
    var spareArguments: [Value] = []
    /// The variables of all frames; those of the innermost begin at `variableBase`.
    var variables: [Value]
    var variableBase = 0
    /// The outer dots of `with` blocks.
    var dots: [Value] = []
    /// The innermost loop, and those around it.
    var loop = Loop()
    var outerLoops: [Loop] = []
    var frames: [Frame] = []
    /// For each site that asks for a field: the layout last seen there, and where the field is in it.
    var sites: [Site]
    var watch: RenderWatch

    /// Where a path leads in the records of one layout.
    struct Site: BitwiseCopyable {
        /// `Record.layoutNumber`; no layout has 0.
        var layout: UInt32 = 0
        /// The slot of the path's first field.
        var slot: Int32 = 0
        /// The place where the value at the path's end is printed, if it is; negative if it never is.
        var place: Int32 = -1
    }

    /// A call of a template that has not returned.
    struct Frame {
        var returnTo: Int
        var dot: Value
        var variableBase: Int
        /// The text that `executeTemplate` gathers.
        var capture: Emitter.Capture?
        var entry: Int
        /// How many loops there were when it was called.
        var loopBase: Int
    }

    /// A render that writes to `output`.
    init(
        _ program: Program,
        dot: Value,
        host: (any TemplateHost)?,
        options: RenderOptions,
        writingTo output: consuming OutputBuffer,
    ) {
        self.host = host
        self.options = options
        self.dot = dot
        emitter = Emitter(output, judgedBy: options.unsafe)
        variables = [Value](repeating: .null, count: program.entries.first?.variableCount ?? 1)
        variables[0] = dot
        sites = [Site](repeating: Site(), count: program.siteNames.count)
        watch = RenderWatch(options)
    }

    /// Renders the first template of `program`.
    mutating func run(_ program: Program) throws(Diagnostic) {
        var place = program.entries.first?.start ?? 0
        do throws(RenderFault) {
            let operations = program.operations.span
            repeat {
                if operations[place].code.isWalked { try walkRecords(operations, at: &place, in: program) }
            } while try step(operations[place], at: &place, in: program)
            if emitter.output.isOverfull { throw overfull }
        } catch {
            throw diagnostic(error, at: place, in: program)
        }
    }

    /// All that was written, if it is no longer in the memory that the caller gave.
    consuming func finish() -> [UInt8]? { emitter.output.finish() }

    /// Takes one step; false at the end of the render. `place` is where it stands, and stays there on a fault.
    @inline(__always)
    private mutating func step(
        _ operation: Operation,
        at place: inout Int,
        in program: Program
    ) throws(RenderFault) -> Bool {
        if watch.isDue { try checkBounds() }
        switch operation.code {
        case .text: emitter.writeText(operation, in: program)
        case .emitField, .emitPath:
            emitter.writeText(operation, in: program)
            emitter.emit(try walk(.dot, operation, in: program), at: place, in: program)
        case .emitVariable:
            emitter.emit(
                try walk(.variable(variableBase + Int(operation.b)), operation, in: program),
                at: place,
                in: program,
            )
        case .emit: emitter.emit(pop(), at: place, in: program)
        case .emitFormatted: emitFormatted(operation, at: place, in: program)
        case .emitFormattedFields: try emitFormattedFields(operation, at: place, in: program)

        case .pushConstant: stack.append(program.constants[Int(operation.a)])
        case .pushPath: stack.append(try walk(.dot, operation, in: program))
        case .pushVariable:
            stack.append(try walk(.variable(variableBase + Int(operation.b)), operation, in: program))
        case .walk: stack.append(try walk(.result(pop()), operation, in: program))
        case .roll: stack.append(stack.remove(at: stack.count - 1 - Int(operation.count)))
        case .nip: stack.remove(at: stack.count - 2)
        case .store: variables[variableBase + Int(operation.a)] = pop()
        case .storeKeeping: variables[variableBase + Int(operation.a)] = stack[stack.count - 1]

        case .callFunction: try callFunction(operation, at: place, in: program)
        case .callMethod: try callMethod(operation, in: program)
        case .compare: try compare(operation)
        case .branchUnlessCompares, .branchUnlessPath:
            if try !holds(operation, in: program) {
                place = Int(operation.c)
                return true
            }
        case .branchUnlessText:
            let bytes = program.text[Int(operation.b)..<Int(operation.b) + Int(operation.count)]
            let value = try walk(.dot, from: Int(operation.a), count: 1, in: program)
            let comparison = Comparison(rawValue: operation.flag) ?? .eq
            if try !comparison(value, .string(String(decoding: bytes, as: UTF8.self))) {
                place = Int(operation.c)
                return true
            }
        case .not: stack.append(.bool(!pop().isTrue))
        case .length: stack.append(.int(try length(of: pop())))
        case .index:
            let arguments = popArguments(operation)
            stack.append(try index(arguments))
        case .slice:
            let arguments = popArguments(operation)
            stack.append(try slice(arguments))
        case .print: try pushText(formatPrint(popArguments(operation)))
        case .printLine: try pushText(formatPrintln(popArguments(operation)))
        case .printFormatted: try printFormatted(popArguments(operation))
        case .escape:
            let arguments = popArguments(operation)
            try pushText((Escaping(rawValue: operation.flag) ?? .html)(arguments))
        case .call: throw RenderFault("call of a value that is no function: \(popArguments(operation)[0].typeName)")
        case .executeTemplate:
            place = try executeTemplate(operation, from: place, in: program)
            return true

        case .jump:
            place = Int(operation.a)
            return true
        case .jumpIfFalse:
            if !pop().isTrue {
                place = Int(operation.a)
                return true
            }
        case .jumpIfFalseKeeping, .jumpIfTrueKeeping:
            if stack[stack.count - 1].isTrue == (operation.code == .jumpIfTrueKeeping) {
                place = Int(operation.a)
                return true
            }
            stack.removeLast()
        case .withBegin:
            let value = pop()
            guard value.isTrue else {
                place = Int(operation.a)
                return true
            }
            dots.append(dot)
            dot = value
        case .withEnd: dot = dots.removeLast()
        case .rangeBegin:
            if try !beginLoop(operation) {
                place = Int(operation.c)
                return true
            }
        case .rangeNext:
            if nextTurn() {
                place = Int(operation.a)
                return true
            }
        case .breakLoop:
            endLoop()
            place = Int(operation.a)
            return true
        case .continueLoop:
            dots.shorten(to: loop.dots)
            place = Int(operation.a)
            return true
        case .callTemplate:
            place = try enter(Int(operation.a), dot: pop(), from: place, capturing: false, in: program)
            return true
        case .ret:
            guard let next = try leave() else { return false }
            place = next
            return true
        case .fault:
            let fault = program.faults[Int(operation.a)]
            throw RenderFault(fault.message, hint: fault.hint)
        }
        place += 1
        return true
    }

    // MARK: The stack

    @inline(__always)
    mutating func pop() -> Value { stack.removeLast() }

    /// The topmost values, in order.
    mutating func popArguments(_ operation: Operation) -> [Value] {
        var arguments: [Value] = []
        arguments.reserveCapacity(Int(operation.count))
        moveArguments(operation, to: &arguments)
        return arguments
    }

    /// Moves the topmost values to the end of `arguments`, in order.
    mutating func moveArguments(_ operation: Operation, to arguments: inout [Value]) {
        if operation.count == 1 { return arguments.append(pop()) }
        let start = stack.count - Int(operation.count)
        for index in start..<stack.count { arguments.append(stack[index]) }
        stack.shorten(to: start)
    }

    /// Pushes a text that was made, unless it outgrew the bounds.
    mutating func push(_ value: Value) throws(RenderFault) {
        if case .text(let text) = value { return try pushText(text) }
        stack.append(value)
    }

    mutating func pushText(_ text: Text) throws(RenderFault) {
        guard text.string.utf8.count <= options.maximumOutput else {
            throw RenderFault("a text of more than \(options.maximumOutput) bytes was made", hint: "see maximumOutput")
        }
        stack.append(.text(text))
    }
}

extension Array {
    /// Removes what is behind the first `count` elements; for few of them quicker than `removeLast(_:)`.
    @inline(__always)
    mutating func shorten(to count: Int) {
        while self.count > count { removeLast() }
    }
}
