extension Renderer {
    /// A `range` that has not ended.
    struct Loop {
        enum Subject {
            case list([Value])
            case map([(key: Map.Key, value: Value)], keyOrigin: Origin)
            case count
        }

        var subject: Subject
        var turn = 0
        var count: Int
        var outerDot: Value
        /// How many outer dots there were when it began: `break` and `continue` may leave `with` blocks.
        var dots: Int
        /// The slots of its variables: none, the element's, or the index's and the element's.
        var variables: UInt8
        var first: Int
        var second: Int
    }

    /// Pops what to range over and begins the first turn; false if there is none.
    mutating func beginLoop(_ operation: Operation) throws(RenderFault) -> Bool {
        let subject = pop()
        let kind: Loop.Subject
        let count: Int
        switch subject {
        case .list(let list): (kind, count) = (.list(list.elements), list.elements.count)
        case .map(let map): (kind, count) = (.map(map.entries, keyOrigin: map.keyOrigin), map.entries.count)
        case .int(let int): (kind, count) = (.count, int)
        case .uint(let uint): (kind, count) = (.count, Int(clamping: uint))
        case .null: return false
        default:
            throw RenderFault("range can't iterate over a value of type \(subject.typeName)", hint: "range takes a list, a map or an int")
        }
        if case .count = kind, operation.flag > 1 {
            throw RenderFault("a range over an int has one variable, not two", hint: "write {{range $i := …}}")
        }
        guard count > 0 else { return false }
        loops.append(
            Loop(
                subject: kind, turn: -1, count: count, outerDot: dot, dots: dots.count, variables: operation.flag,
                first: Int(operation.a), second: Int(operation.b),
            )
        )
        return nextTurn()
    }

    /// Goes to the next element; at the last one's end the loop is left, and the result false.
    mutating func nextTurn() -> Bool {
        let last = loops.count - 1
        loops[last].turn += 1
        let turn = loops[last].turn
        guard turn < loops[last].count else {
            endLoop()
            return false
        }
        var key: Value?
        switch loops[last].subject {
        case .list(let elements): dot = elements[turn]
        case .map(let entries, let keyOrigin):
            dot = entries[turn].value
            if loops[last].variables > 1 { key = Value(entries[turn].key, origin: keyOrigin) }
        case .count: dot = .int(turn)
        }
        switch loops[last].variables {
        case 0: break
        case 1: variables[variableBase + loops[last].first] = dot
        default:
            variables[variableBase + loops[last].first] = key ?? .int(turn)
            variables[variableBase + loops[last].second] = dot
        }
        return true
    }

    /// Leaves the innermost loop.
    mutating func endLoop() {
        let loop = loops.removeLast()
        dots.removeLast(dots.count - loop.dots)
        dot = loop.outerDot
    }
}

extension Value {
    /// A map's key as a value of its own; `origin` says who wrote it.
    package init(_ key: Map.Key, origin: Origin) {
        switch key {
        case .int(let int): self = .int(int)
        case .bool(let bool): self = .bool(bool)
        case .string(let string):
            // A mixed origin is of another text: its offsets say nothing here.
            self = .text(Text(string, origin: Text(string, origin: origin).firstSource.map { .untrusted($0) } ?? .trusted))
        }
    }
}
