import TemplateEngine

/// Writes a template value as TOML, as BurntSushi's library writes what the value stands for: plain keys before tables,
/// nulls left out, sub-tables indented by two spaces.
struct TOMLEncoder {
    private static let maximumDepth = 1_000

    private var output = AttributedBytes()
    private var hasWritten = false
    private var depth = 0

    /// The TOML of `value`, without the line feed at its end; a value that is no table stands alone.
    static func encode(_ value: Value) throws(FunctionFault) -> Text {
        var encoder = TOMLEncoder()
        switch Kind(value) {
        case .absent: break
        case .table: try encoder.members(of: value, [])
        case .tables: throw FunctionFault("a list of tables needs a key in TOML", hint: "put the list into a map")
        case .plain: try encoder.element(value)
        }
        return encoder.output.finish()
    }

    /// What a value is in TOML.
    private enum Kind {
        case absent, plain, table, tables

        init(_ value: Value) {
            switch value {
            case .null: self = .absent
            case .map, .record: self = .table
            case .list(let list):
                self = !list.elements.isEmpty && list.elements.allSatisfy { Kind($0) == .table } ? .tables : .plain
            default: self = .plain
            }
        }
    }

    private typealias Member = (key: Text, value: Value)

    private static func members(of value: Value) throws(FunctionFault) -> [Member] {
        switch value {
        case .map(let map):
            var members: [Member] = []
            for (key, value) in map.members {
                guard case .text(let text) = key else {
                    throw FunctionFault("TOML's keys are strings, not \(key.typeName)s")
                }
                members.append((text, value))
            }
            return members
        case .record(let record):
            return (0..<RecordShapes.portableFieldCount(of: record.shape)).compactMap { index in
                let name = record.shape.fieldNames[index]
                if case .map(let map) = record.fields[index], map.entries.isEmpty,
                    RecordShapes.isNilWhenEmpty(name, of: record.shape)
                {
                    return nil
                }
                return (Text(name), record.fields[index])
            }
        default: return []
        }
    }

    // MARK: Tables

    /// The members of a table; first those that stand under its own header.
    private mutating func members(of table: Value, _ path: [Text]) throws(FunctionFault) {
        try descend()
        defer { depth -= 1 }
        let members = try Self.members(of: table)
        for (key, value) in members where Kind(value) == .plain {
            indent(path.count)
            write(key: key)
            put(" = ")
            try element(value)
            put("\n")
        }
        for (key, value) in members {
            switch (Kind(value), value) {
            case (.table, _):
                if path.isEmpty { lineFeed() }
                header(path + [key], opening: "[", closing: "]")
                try self.members(of: value, path + [key])
            case (.tables, .list(let list)):
                for element in list.elements {
                    lineFeed()
                    header(path + [key], opening: "[[", closing: "]]")
                    try self.members(of: element, path + [key])
                }
            default: break
            }
        }
    }

    private mutating func header(_ path: [Text], opening: String, closing: String) {
        indent(path.count - 1)
        put(opening)
        for (index, key) in path.enumerated() {
            if index > 0 { put(".") }
            write(key: key)
        }
        put(closing + "\n")
    }

    // MARK: Values

    private mutating func element(_ value: Value) throws(FunctionFault) {
        try descend()
        defer { depth -= 1 }
        switch value {
        case .null: throw FunctionFault("TOML has no null in a list")
        case .bool(let bool): put(bool ? "true" : "false")
        case .int(let int): put(String(int))
        case .uint(let uint): put(String(uint))
        case .float(let double): put(Self.word(for: double))
        case .text(let text): quote(text)
        case .list(let list):
            put("[")
            for (index, value) in list.elements.enumerated() {
                if index > 0 { put(", ") }
                try element(value)
            }
            put("]")
        case .map, .record:
            put("{")
            var isFirst = true
            for (key, value) in try Self.members(of: value) where Kind(value) != .absent {
                if !isFirst { put(", ") }
                isFirst = false
                write(key: key)
                put(" = ")
                try element(value)
            }
            put("}")
        case .object(let object): throw FunctionFault("\(object.typeName) has no form in TOML")
        }
    }

    /// With a point or an exponent, so that it stays a floating-point number.
    private static func word(for double: Double) -> String {
        if double.isNaN { return "nan" }
        if double.isInfinite { return double < 0 ? "-inf" : "inf" }
        let digits = String(decoding: FloatLayout.format(double, verb: "g", precision: nil), as: UTF8.self)
        return digits.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") } ? digits : digits + ".0"
    }

    private mutating func write(key: Text) {
        let isBare = key.string.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
            default: false
            }
        }
        guard isBare, !key.string.isEmpty else { return quote(key) }
        for (scalar, source) in key.attributedScalars { output.append(scalar, from: source) }
    }

    private mutating func quote(_ text: Text) {
        put("\"")
        for (scalar, source) in text.attributedScalars {
            switch scalar {
            case "\"", "\\": output.append("\\" + String(scalar), from: source)
            case "\u{08}": output.append("\\b", from: source)
            case "\t": output.append("\\t", from: source)
            case "\n": output.append("\\n", from: source)
            case "\u{0C}": output.append("\\f", from: source)
            case "\r": output.append("\\r", from: source)
            case "\0"..."\u{1F}", "\u{7F}":
                output.append(formatPrintf(Text("\\u%04x"), [.int(Int(scalar.value))]).string, from: source)
            default: output.append(scalar, from: source)
            }
        }
        put("\"")
    }

    // MARK: Bytes

    private mutating func put(_ literal: String) {
        output.append(literal)
        hasWritten = true
    }

    private mutating func indent(_ levels: Int) {
        if levels > 0 { put(String(repeating: "  ", count: levels)) }
    }

    private mutating func lineFeed() { if hasWritten { put("\n") } }

    private mutating func descend() throws(FunctionFault) {
        depth += 1
        guard depth <= Self.maximumDepth else {
            throw FunctionFault("the value nests deeper than \(Self.maximumDepth)")
        }
    }
}
