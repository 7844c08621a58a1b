import TemplateEngine
import Wire

/// Writes a template value as JSON, as Go's `encoding/json` writes what the value stands for, and keeps account of
/// which bytes came from registrations.
struct ValueEncoder {
    private var writer: JSONWriter
    private var spans: [SpanList.Span] = []
    private var depth = 0

    /// The JSON of `value`.
    static func encode(_ value: Value, _ style: JSONWriter.Style) throws(FunctionFault) -> Text {
        var encoder = ValueEncoder(writer: JSONWriter(style))
        try encoder.write(value)
        return Text(String(decoding: encoder.writer.bytes, as: UTF8.self), spans: encoder.spans)
    }

    private init(writer: JSONWriter) {
        self.writer = writer
    }

    private mutating func write(_ value: Value) throws(FunctionFault) {
        depth += 1
        defer { depth -= 1 }
        guard depth <= JSONScanner.maximumDepth else {
            throw FunctionFault("the value nests deeper than \(JSONScanner.maximumDepth)")
        }
        switch value {
        case .null: writer.null()
        case .bool(let value): writer.bool(value)
        case .int(let value): writer.integer(value)
        case .uint(let value): writer.integer(value)
        case .float(let value):
            guard value.isFinite else { throw FunctionFault("JSON has no form for the number \(value)") }
            writer.number(value)
        case .text(let text): note(writer.string(text.string), text)
        case .list(let list):
            writer.beginArray()
            for element in list.elements { try write(element) }
            writer.endArray()
        case .map(let map): try write(map)
        case .record(let record): try write(record)
        case .object:
            writer.beginObject()
            writer.endObject()
        }
    }

    /// Go sorts keys as texts, integers too.
    private mutating func write(_ map: Map) throws(FunctionFault) {
        var members = map.members.map { (name: formatValue($0.key), value: $0.value) }
        if members.count > 1 { members.sort { $0.name.string.utf8.lexicographicallyPrecedes($1.name.string.utf8) } }
        writer.beginObject()
        for (name, value) in members {
            note(writer.key(name.string), name)
            try write(value)
        }
        writer.endObject()
    }

    private mutating func write(_ record: Record) throws(FunctionFault) {
        writer.beginObject()
        for index in 0..<RecordShapes.portableFieldCount(of: record.shape) {
            let name = record.shape.fieldNames[index]
            writer.key(name)
            if case .map(let map) = record.fields[index], map.entries.isEmpty,
                RecordShapes.isNilWhenEmpty(name, of: record.shape)
            {
                writer.null()
            } else {
                try write(record.fields[index])
            }
        }
        writer.endObject()
    }

    private mutating func note(_ content: Range<Int>, _ text: Text) {
        if let first = text.spans.first, !content.isEmpty { spans.append(first.moved(to: content)) }
    }
}
