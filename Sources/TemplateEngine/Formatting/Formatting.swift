// Stand-in until the real formatting is merged: the four entry points, minimal.

/// Go's `%v`.
package func formatValue(_ value: Value) -> Text {
    switch value {
    case .null: return Text("<nil>")
    case .bool(let bool): return Text(bool ? "true" : "false")
    case .int(let int): return Text(String(int))
    case .uint(let uint): return Text(String(uint))
    case .float(let double):
        return Text(double == double.rounded() && abs(double) < 1e15 ? String(Int(double)) : "\(double)")
    case .text(let text): return text
    case .list(let list):
        return .concatenated([Text("["), .joined(list.elements.map(formatValue), separator: Text(" ")), Text("]")])
    case .map(let map):
        let entries = map.entries.map { entry -> Text in
            let key =
                switch entry.key {
                case .int(let int): Text(String(int))
                case .bool(let bool): Text(String(bool))
                case .string(let string): Text(string, origin: map.keyOrigin)
                }
            return .concatenated([key, Text(":"), formatValue(entry.value)])
        }
        return .concatenated([Text("map["), .joined(entries, separator: Text(" ")), Text("]")])
    case .record(let record):
        return .concatenated([Text("{"), .joined(record.fields.map(formatValue), separator: Text(" ")), Text("}")])
    case .object(let object): return Text(object.typeName)
    }
}

/// Go's `Sprint`: a space between two operands that are not strings.
package func formatPrint(_ values: [Value]) -> Text {
    var builder = TextBuilder()
    var wasText = true
    for (index, value) in values.enumerated() {
        let isText = if case .text = value { true } else { false }
        if index > 0, !isText, !wasText { builder.append(" ") }
        builder.append(formatValue(value))
        wasText = isText
    }
    return builder.finish()
}

/// Go's `Sprintln`.
package func formatPrintln(_ values: [Value]) -> Text {
    .concatenated([.joined(values.map(formatValue), separator: Text(" ")), Text("\n")])
}

/// Go's `Sprintf`, for verbs without flags.
package func formatPrintf(_ format: Text, _ arguments: [Value]) -> Text {
    var builder = TextBuilder()
    let bytes = Array(format.string.utf8)
    var next = 0
    var index = 0
    var literal = 0
    while index < bytes.count {
        guard bytes[index] == UInt8(ascii: "%"), index + 1 < bytes.count else {
            index += 1
            continue
        }
        builder.append(format.slice(literal..<index))
        if bytes[index + 1] == UInt8(ascii: "%") {
            builder.append("%")
        } else if next < arguments.count {
            builder.append(formatValue(arguments[next]))
            next += 1
        }
        index += 2
        literal = index
    }
    builder.append(format.slice(literal..<bytes.count))
    return builder.finish()
}
