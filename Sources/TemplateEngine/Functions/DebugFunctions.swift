/// consul-template's view into values, for whoever writes a template. `spew_dump` and `spew_printf` write to the
/// standard output of the program there, and are refused here.
package let debugFunctions: [TemplateFunction] = [
    TemplateFunction("spew_sdump", 0...Int.max) { call throws(FunctionFault) in
        var dump = ValueDump()
        for argument in call.arguments {
            dump.write(argument)
            dump.endLine()
        }
        return .text(dump.finish())
    },
    // Go's `printf`; that of spew differs only in how it shows pointers.
    TemplateFunction("spew_sprintf", 1...Int.max) { call throws(FunctionFault) in
        .text(formatPrintf(try call.text(0), Array(call.arguments.dropFirst())))
    },
]

/// A value with its types and lengths, a line for each part, as spew's `Sdump` writes it; but for addresses, which differ
/// from run to run.
private struct ValueDump {
    private static let maximumDepth = 100

    private var buffer = FormatBuffer()
    private var depth = 0

    consuming func finish() -> Text { buffer.finish() }

    mutating func endLine() { buffer.append(UInt8(ascii: "\n")) }

    mutating func write(_ value: Value) {
        switch value {
        case .null: buffer.append("(interface {}) <nil>")
        case .bool, .int, .uint:
            buffer.append("(\(value.goTypeName)) ")
            buffer.append(formatValue(value))
        case .float(let double):
            buffer.append("(float64) ")
            buffer.append(FloatLayout.format(double, verb: "g", precision: nil))
        case .text(let text):
            buffer.append("(string) ")
            if !text.string.isEmpty { buffer.append("(len=\(text.string.utf8.count)) ") }
            buffer.append(formatPrintf(Text("%q"), [.text(text)]))
        case .list(let list):
            let count = list.elements.count
            open(value, length: count == 0 ? "" : "(len=\(count) cap=\(count)) ")
            nested { dump in
                for (index, element) in list.elements.enumerated() {
                    dump.indent()
                    dump.write(element)
                    dump.separate(index + 1 < count)
                }
            }
        case .map(let map):
            open(value, length: map.entries.isEmpty ? "" : "(len=\(map.entries.count)) ")
            nested { dump in
                for (index, member) in map.members.enumerated() {
                    dump.indent()
                    dump.write(member.key)
                    dump.buffer.append(": ")
                    dump.write(member.value)
                    dump.separate(index + 1 < map.entries.count)
                }
            }
        case .record(let record):
            let isPointer = record.shape.name.hasPrefix("*")
            buffer.append(isPointer ? "(\(record.shape.name))({\n" : "(\(record.shape.name)) {\n")
            nested { dump in
                for (index, field) in record.fields.enumerated() {
                    dump.indent()
                    dump.buffer.append(record.shape.fieldNames[index] + ": ")
                    dump.write(field)
                    dump.separate(index + 1 < record.fields.count)
                }
            }
            if isPointer { buffer.append(UInt8(ascii: ")")) }
        case .object(let object):
            buffer.append("(\(object.typeName)) ")
            buffer.append(formatValue(value))
        }
    }

    private mutating func open(_ value: Value, length: String) { buffer.append("(\(value.goTypeName)) \(length){\n") }

    /// What lies deeper than the limit is left out.
    private mutating func nested(_ body: (inout ValueDump) -> Void) {
        depth += 1
        if depth <= Self.maximumDepth {
            body(&self)
        } else {
            indent()
            buffer.append("<max depth reached>\n")
        }
        depth -= 1
        indent()
        buffer.append(UInt8(ascii: "}"))
    }

    private mutating func indent() { buffer.append(repeating: UInt8(ascii: " "), count: depth) }

    private mutating func separate(_ isFollowed: Bool) { buffer.append(isFollowed ? ",\n" : "\n") }
}
