extension Renderer {
    /// A `range` that has not ended.
    struct Loop {
        /// What it goes over; empty for a range over an int.
        var elements: [Value] = []
        /// A map's keys, if there is a variable for them.
        var keys: [Value] = []
        var turn = -1
        var count = 0
        var outerDot = Value.null
        /// How many outer dots there were when it began: `break` and `continue` may leave `with` blocks.
        var dots = 0
        /// The variables that it sets.
        var sets: Operation.LoopVariables = []
        /// Their places in `variables`.
        var indexPlace = 0
        var elementPlace = 0

        /// Whether this turn's element is nil, and the variable at `place` is it.
        func isAtNullElement(of place: Int) -> Bool {
            guard sets.contains(.element), elementPlace == place, elements.indices.contains(turn) else { return false }
            return if case .null = elements[turn] { true } else { false }
        }
    }

    /// Pops what to range over and begins the first turn; false if there is none.
    mutating func beginLoop(_ operation: Operation) throws(RenderFault) -> Bool {
        let subject = pop()
        let sets = Operation.LoopVariables(rawValue: operation.flag)
        var elements: [Value] = []
        var keys: [Value] = []
        var count = 0
        switch subject {
        case .list(let list):
            elements = list.elements
            count = elements.count
        case .map(let map):
            elements = map.entries.map(\.value)
            if sets.contains(.index) { keys = map.members.map(\.key) }
            count = elements.count
        case .int, .uint:
            if sets.contains(.index) {
                throw RenderFault(
                    "a range over an int has one variable, not two",
                    hint: "write {{range $i := …}}"
                )
            }
            if case .uint(let uint) = subject { count = Int(clamping: uint) }
            if case .int(let int) = subject { count = int }
        case .null: break
        default:
            throw RenderFault(
                "range can't iterate over a value of type \(subject.typeName)",
                hint: "range takes a list, a map or an int",
            )
        }
        guard count > 0 else { return false }
        outerLoops.append(loop)
        loop = Loop(
            elements: elements,
            keys: keys,
            count: count,
            outerDot: dot,
            dots: dots.count,
            sets: sets,
            indexPlace: variableBase + Int(operation.a),
            elementPlace: variableBase + Int(operation.b),
        )
        return nextTurn()
    }

    /// Goes to the next element; at the last one's end the loop is left, and the result false.
    mutating func nextTurn() -> Bool {
        let turn = loop.turn + 1
        guard turn < loop.count else {
            endLoop()
            return false
        }
        loop.turn = turn
        if loop.elements.isEmpty { dot = .int(turn) } else { dot = loop.elements[turn] }
        setVariables()
        return true
    }

    /// Sets the loop's variables to what they are in this turn.
    @inline(__always)
    mutating func setVariables() {
        let turn = loop.turn
        if loop.sets.contains(.index) {
            variables[loop.indexPlace] = loop.keys.isEmpty ? .int(turn) : loop.keys[turn]
        }
        if loop.sets.contains(.element) {
            variables[loop.elementPlace] = loop.elements.isEmpty ? .int(turn) : loop.elements[turn]
        }
    }

    /// Leaves the innermost loop.
    mutating func endLoop() {
        dots.shorten(to: loop.dots)
        dot = loop.outerDot
        loop = outerLoops.removeLast()
    }
}

extension Value {
    /// A map's key as a value of its own; `origin` says who wrote it.
    package init(_ key: Map.Key, origin: Origin) {
        switch key {
        case .int(let int): self = .int(int)
        case .bool(let bool): self = .bool(bool)
        case .string(let string):
            self = .text(Text(string, origin: origin))
        }
    }
}
