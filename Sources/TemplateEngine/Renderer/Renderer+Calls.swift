import Diagnostics

extension Renderer {
    // MARK: Functions and methods

    mutating func callFunction(_ operation: Operation, at place: Int, in program: Program) throws(RenderFault) {
        // The array that the last call had, for its memory.
        var arguments: [Value] = []
        swap(&arguments, &spareArguments)
        moveArguments(operation, to: &arguments)
        var call = FunctionCall(arguments: arguments, host: host)
        arguments = []
        let result: Value
        do throws(FunctionFault) {
            result = try program.functions[Int(operation.a)].body(&call)
        } catch {
            throw RenderFault("\(program.functions[Int(operation.a)].name): \(error.message)", hint: error.hint)
        }
        swap(&call.arguments, &spareArguments)
        spareArguments.shorten(to: 0)
        switch result {
        case .list(let list): try check(list.extent, from: program.functions[Int(operation.a)].name)
        case .map(let map): try check(map.extent, from: program.functions[Int(operation.a)].name)
        default: break
        }
        if operation.flag == 0 {
            try push(result)
        } else {
            emitter.emit(result, at: place, in: program)
        }
    }

    private mutating func push(_ result: Value, from function: String) throws(RenderFault) {
        switch result {
        case .list(let list): try check(list.extent, from: function)
        case .map(let map): try check(map.extent, from: function)
        default: break
        }
        try push(result)
    }

    /// Lists of lists can grow exponentially while each step is small.
    private func check(_ extent: Extent, from function: String) throws(RenderFault) {
        guard extent.count <= options.maximumElements else {
            throw RenderFault("\(function): a value of more than \(options.maximumElements) elements was made")
        }
        guard extent.depth <= Extent.maximumDepth else {
            throw RenderFault("\(function): a value that nests deeper than \(Extent.maximumDepth) was made")
        }
    }

    mutating func callMethod(_ operation: Operation, in program: Program) throws(RenderFault) {
        let arguments = popArguments(operation)
        let receiver = pop()
        let name = program.methodNames[Int(operation.a)]
        switch receiver {
        case .object(let object): try push(call(name, of: object, arguments), from: name)
        case .list(let list) where name == "Contains" && list.kind == .string && arguments.count == 1:
            // Templates for consul-template before 0.19 ask `.Tags.Contains "x"`.
            guard case .text(let wanted) = arguments[0] else {
                throw RenderFault("Contains: want a string, got \(arguments[0].typeName)")
            }
            let isThere = list.elements.contains {
                if case .text(let text) = $0 { bytesEqual(text.string, wanted.string) } else { false }
            }
            stack.append(.bool(isThere))
        default:
            throw RenderFault(
                "\(name) is no method of \(receiver.typeName), but has arguments",
                hint: "a space after a field begins its first argument; was a '|' or a function meant?",
            )
        }
    }

    func call(_ name: String, of object: any TemplateObject, _ arguments: [Value]) throws(RenderFault) -> Value {
        do throws(FunctionFault) {
            if let result = try object.call(name, arguments) { return result }
        } catch {
            throw RenderFault("\(name): \(error.message)", hint: error.hint)
        }
        throw RenderFault("\(object.typeName) has no method \(quoted(name))")
    }

    mutating func printFormatted(_ arguments: [Value]) throws(RenderFault) {
        guard case .text(let format) = arguments[0] else {
            throw RenderFault("printf: the format must be a string, not \(arguments[0].typeName)")
        }
        try pushText(formatPrintf(format, Array(arguments.dropFirst())))
    }

    // MARK: Comparisons

    /// `eq` with any number of values, the others with two.
    mutating func compare(_ operation: Operation) throws(RenderFault) {
        let comparison = Comparison(rawValue: operation.flag) ?? .eq
        let count = Int(operation.count)
        guard count > 1 else {
            throw RenderFault("missing argument for comparison", hint: "eq compares its first argument with the others")
        }
        let first = stack.count - count
        var result = false
        for other in first + 1..<stack.count where !result {
            result = try comparison(stack[first], stack[other])
        }
        stack.shorten(to: first)
        stack.append(.bool(result))
    }

    // MARK: Templates

    /// Calls a template; gives its first operation.
    mutating func enter(
        _ entry: Int,
        dot newDot: Value,
        from place: Int,
        capturing: Bool,
        in program: Program,
    ) throws(RenderFault) -> Int {
        guard frames.count < options.maximumDepth else {
            throw RenderFault(
                "templates call templates more than \(options.maximumDepth) deep",
                hint: "a template that calls itself needs a condition that ends it",
            )
        }
        frames.append(
            Frame(
                returnTo: place + 1,
                dot: dot,
                variableBase: variableBase,
                capture: capturing ? emitter.beginCapture() : nil,
                entry: entry,
                loopBase: outerLoops.count,
            )
        )
        variableBase = variables.count
        for _ in 0..<program.entries[entry].variableCount { variables.append(.null) }
        variables[variableBase] = newDot
        dot = newDot
        return program.entries[entry].start
    }

    /// Returns from a template; gives the operation after its call, nil if it was the first template.
    mutating func leave() throws(RenderFault) -> Int? {
        guard let frame = frames.popLast() else { return nil }
        variables.shorten(to: variableBase)
        variableBase = frame.variableBase
        dot = frame.dot
        if let capture = frame.capture {
            stack.append(.text(emitter.endCapture(capture)))
        }
        return frame.returnTo
    }

    /// `executeTemplate "name" dot`: the template's output as a text.
    mutating func executeTemplate(
        _ operation: Operation,
        from place: Int,
        in program: Program,
    ) throws(RenderFault) -> Int {
        let arguments = popArguments(operation)
        guard case .text(let name) = arguments[0] else {
            throw RenderFault("executeTemplate: the name must be a string, not \(arguments[0].typeName)")
        }
        guard let entry = program.entryIndices[name.string] else {
            throw RenderFault(
                "template \(quoted(name.string)) not defined",
                hint: nearest(to: name.string, among: program.entries.map(\.name)).map { "did you mean \(quoted($0))?" },
            )
        }
        let dot = arguments.count > 1 ? arguments[1] : .null
        return try enter(entry, dot: dot, from: place, capturing: true, in: program)
    }

    // MARK: Faults

    /// The fault with its place and the calls that led there.
    func diagnostic(_ fault: RenderFault, at place: Int, in program: Program) -> Diagnostic {
        let range = (fault.place ?? program.places[place]).range
        let shown = frames.count > 8 ? Array(frames.prefix(2)) + Array(frames.suffix(5)) : frames
        var notes = shown.reversed().map { frame in
            Diagnostic.Note(
                "in template \(quoted(program.entries[frame.entry].name)), called here",
                at: program.sources.position(of: program.places[frame.returnTo - 1].range.lowerBound),
            )
        }
        if shown.count < frames.count {
            notes.insert(Diagnostic.Note("\(frames.count - shown.count) calls between these are not shown"), at: 5)
        }
        return program.sources.diagnostic(fault.message, at: range, hint: fault.hint, notes: notes)
    }
}
