/// The arguments of a call by the type that a function needs; a wrong one is refused by a fault that names what came.
extension FunctionCall {
    /// The argument at `index`, counted from 0.
    func value(_ index: Int) throws(FunctionFault) -> Value {
        guard arguments.indices.contains(index) else {
            throw FunctionFault("argument \(index + 1) is missing")
        }
        return arguments[index]
    }

    /// A string.
    func text(_ index: Int) throws(FunctionFault) -> Text {
        guard case .text(let text) = try value(index) else { throw try mismatch(index, "a string") }
        return text
    }

    /// An integer.
    func integer(_ index: Int) throws(FunctionFault) -> Int {
        switch try value(index) {
        case .int(let int): return int
        case .uint(let uint) where uint <= Int.max: return Int(uint)
        default: throw try mismatch(index, "an integer")
        }
    }

    /// A list; nil counts as an empty one.
    func list(_ index: Int, of elements: String? = nil) throws(FunctionFault) -> List {
        switch try value(index) {
        case .list(let list): return list
        case .null: return List([])
        default: throw try mismatch(index, elements.map { "a list of \($0)" } ?? "a list")
        }
    }

    /// A map; nil counts as an empty one.
    func map(_ index: Int) throws(FunctionFault) -> Map {
        switch try value(index) {
        case .map(let map): return map
        case .null: return Map([])
        default: throw try mismatch(index, "a map")
        }
    }

    /// The text of a string, number or boolean.
    func scalarText(_ index: Int) throws(FunctionFault) -> Text {
        switch try value(index) {
        case .text(let text): return text
        case .int, .uint, .float, .bool: return formatValue(arguments[index])
        default: throw try mismatch(index, "a string, a number or a boolean")
        }
    }

    /// The fault that the argument at `index` is not `expected`.
    func mismatch(_ index: Int, _ expected: String, hint: String? = nil) throws(FunctionFault) -> FunctionFault {
        FunctionFault("expected \(expected) as argument \(index + 1), got \(try value(index).brief)", hint: hint)
    }
}

extension Value {
    /// The value in a few words, for messages: `string "web"`, `int 5`, `[]string of 3`.
    var brief: String {
        switch self {
        case .null: "nil"
        case .bool, .int, .uint, .float: "\(goTypeName) \(formatValue(self).string)"
        case .text(let text): "string \(GoQuoting.quoted(text.string.shortened))"
        case .list(let list): "\(goTypeName) of \(list.elements.count)"
        case .map(let map): "\(goTypeName) of \(map.entries.count)"
        case .record, .object: goTypeName
        }
    }
}

extension String {
    /// At most the first 40 characters, for messages.
    var shortened: String {
        unicodeScalars.count <= 40 ? self : String(String.UnicodeScalarView(unicodeScalars.prefix(37))) + "..."
    }
}
