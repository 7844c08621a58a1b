import TemplateEngine

/// Writes a template value as YAML, as yaml.v2 writes what the value stands for: keys in natural order, lists not
/// indented below their key, texts folded behind column 80.
struct YAMLEncoder {
    private static let bestWidth = 80
    private static let indentStep = 2
    /// A longer key is written after a `?`.
    private static let longestSimpleKey = 128
    private static let maximumDepth = 1_000

    private var output = AttributedBytes()
    private var column = 0
    /// -1 before the first collection.
    private var indent = -1
    /// Whether the last character was white space, and whether only indentation and indicators are on the line so far.
    private var followsSpace = true
    private var isIndentation = true
    private var depth = 0

    /// The YAML of `value`, without the line feed at its end.
    static func encode(_ value: Value) throws(FunctionFault) -> Text {
        var encoder = YAMLEncoder()
        try encoder.write(value)
        return encoder.output.finish()
    }

    private mutating func write(_ value: Value, inMapping: Bool = false) throws(FunctionFault) {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else {
            throw FunctionFault("the value nests deeper than \(Self.maximumDepth)")
        }
        switch value {
        case .null: word("null")
        case .bool(let bool): word(bool ? "true" : "false")
        case .int(let int): word(String(int))
        case .uint(let uint): word(String(uint))
        case .float(let double): word(Self.word(for: double))
        case .text(let text): scalar(text, isKey: false)
        case .list(let list): try write(list, inMapping: inMapping)
        case .map(let map): try write(try Self.members(of: map))
        case .record(let record): try write(Self.members(of: record))
        case .object(let object): throw FunctionFault("\(object.typeName) has no form in YAML")
        }
    }

    private static func word(for double: Double) -> String {
        if double.isNaN { return ".nan" }
        if double.isInfinite { return double < 0 ? "-.inf" : ".inf" }
        return String(decoding: FloatLayout.format(double, verb: "g", precision: nil), as: UTF8.self)
    }

    // MARK: Collections

    private mutating func write(_ list: List, inMapping: Bool) throws(FunctionFault) {
        guard !list.elements.isEmpty else { return word("[]") }
        let outer = indent
        defer { indent = outer }
        if indent < 0 { indent = 0 } else if !(inMapping && !isIndentation) { indent += Self.indentStep }
        for element in list.elements {
            beginLine()
            indicator("-", isIndentation: true)
            try write(element)
        }
    }

    private typealias Member = (key: Value, value: Value)

    private mutating func write(_ members: [Member]) throws(FunctionFault) {
        guard !members.isEmpty else { return word("{}") }
        let outer = indent
        defer { indent = outer }
        indent = indent < 0 ? 0 : indent + Self.indentStep
        for (key, value) in members {
            beginLine()
            if case .text(let text) = key {
                let isSimple = text.string.utf8.count <= Self.longestSimpleKey
                if !isSimple { indicator("?", isIndentation: true) }
                scalar(text, isKey: isSimple)
                if isSimple {
                    put(":")
                    (followsSpace, isIndentation) = (false, false)
                } else {
                    beginLine()
                    indicator(":", isIndentation: true)
                }
            } else {
                word(formatValue(key).string)
                put(":")
                (followsSpace, isIndentation) = (false, false)
            }
            try write(value, inMapping: true)
        }
    }

    private static func members(of map: Map) throws(FunctionFault) -> [Member] {
        map.members.map { ($0.key, $0.value) }.sorted { YAMLKeyOrder.precedes($0.key, $1.key) }
    }

    /// Go's names of fields in lower case.
    private static func members(of record: Record) -> [Member] {
        (0..<RecordShapes.portableFieldCount(of: record.shape)).map { index in
            (.string(record.shape.fieldNames[index].lowercased()), record.fields[index])
        }
    }

    // MARK: Scalars

    /// A text that means what it says.
    private mutating func word(_ word: String) {
        separate()
        for scalar in word.unicodeScalars { put(scalar) }
        (followsSpace, isIndentation) = (false, false)
    }

    private mutating func scalar(_ text: Text, isKey: Bool) {
        let outer = indent
        defer { indent = outer }
        indent = indent < 0 ? Self.indentStep : indent + Self.indentStep
        let scalars = text.attributedScalars
        switch YAMLStyle(of: text.string, isKey: isKey) {
        case .plain:
            separate()
            flow(scalars, mayFold: !isKey, foldsAtEnds: true, skipsDoubleSpace: true) { encoder, scalar, source in
                encoder.put(scalar, from: source)
            }
        case .singleQuoted:
            indicator("'")
            flow(scalars, mayFold: !isKey, foldsAtEnds: false, skipsDoubleSpace: true) { encoder, scalar, source in
                if scalar == "'" { encoder.put("'", from: source) }
                encoder.put(scalar, from: source)
            }
            put("'")
        case .doubleQuoted:
            indicator("\"")
            flow(scalars, mayFold: !isKey, foldsAtEnds: false, skipsDoubleSpace: false) { encoder, scalar, source in
                if let escape = YAMLEscape.escape(scalar) {
                    for scalar in escape.unicodeScalars { encoder.put(scalar, from: source) }
                } else {
                    encoder.put(scalar, from: source)
                }
            }
            put("\"")
        case .literal:
            literal(scalars)
            return
        }
        (followsSpace, isIndentation) = (false, false)
    }

    private typealias Scalars = [(scalar: Unicode.Scalar, source: Origin.Source?)]

    /// Writes a text on one line, or folded at single spaces behind the best width.
    private mutating func flow(
        _ scalars: Scalars,
        mayFold: Bool,
        foldsAtEnds: Bool,
        skipsDoubleSpace: Bool,
        put: (inout YAMLEncoder, Unicode.Scalar, Origin.Source?) -> Void,
    ) {
        var followsSpaceInText = false
        for (index, (scalar, source)) in scalars.enumerated() {
            guard scalar == " " else {
                put(&self, scalar, source)
                isIndentation = false
                followsSpaceInText = false
                continue
            }
            let precedesSpace = index + 1 < scalars.count && scalars[index + 1].scalar == " "
            let isInside = foldsAtEnds || index > 0 && index + 1 < scalars.count
            if mayFold, !followsSpaceInText, column > Self.bestWidth, isInside, !(skipsDoubleSpace && precedesSpace) {
                beginLine()
                // Leading white space of a line does not count in double quotes, so it is escaped.
                if precedesSpace { self.put("\\") }
            } else {
                self.put(" ", from: source)
            }
            followsSpaceInText = true
        }
    }

    /// Line by line; what comes after the bar says what becomes of line feeds at the end.
    private mutating func literal(_ scalars: Scalars) {
        indicator("|")
        if let first = scalars.first, first.scalar == " " || first.scalar == "\n" {
            put(Unicode.Scalar(UInt8(ascii: "0") + UInt8(Self.indentStep)))
        }
        if let last = scalars.last, last.scalar != "\n" {
            put("-")
        } else if scalars.count == 1 || scalars.dropLast().last?.scalar == "\n" {
            put("+")
        }
        lineFeed(from: nil)
        var startsLine = true
        for (scalar, source) in scalars {
            if scalar == "\n" {
                lineFeed(from: source)
                startsLine = true
            } else {
                if startsLine { beginLine() }
                put(scalar, from: source)
                isIndentation = false
                startsLine = false
            }
        }
    }

    // MARK: Characters

    private mutating func put(_ scalar: Unicode.Scalar, from source: Origin.Source? = nil) {
        output.append(scalar, from: source)
        column += 1
    }

    private mutating func separate() {
        if !followsSpace { put(" ") }
    }

    /// A sign of the syntax, after white space.
    private mutating func indicator(_ sign: Unicode.Scalar, isIndentation: Bool = false) {
        separate()
        put(sign)
        followsSpace = false
        self.isIndentation = self.isIndentation && isIndentation
    }

    /// Goes to the indentation, on a new line unless nothing else is on this one.
    private mutating func beginLine() {
        let indent = max(indent, 0)
        if !isIndentation || column > indent || (column == indent && !followsSpace) { lineFeed(from: nil) }
        while column < indent { put(" ") }
        (followsSpace, isIndentation) = (true, true)
    }

    private mutating func lineFeed(from source: Origin.Source?) {
        output.append("\n", from: source)
        column = 0
        (followsSpace, isIndentation) = (true, true)
    }
}
