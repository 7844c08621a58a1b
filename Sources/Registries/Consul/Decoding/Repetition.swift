internal import Wire

/// A value as it was read last at some place of an answer's entries: where the next entry has the same bytes there, it is
/// that value, with its memory.
struct Repetition<Value> {
    private var range = 0..<0
    private var value: Value?

    /// Reads the next value by `read`, unless it is the same once more.
    mutating func next(
        in json: inout JSONScanner,
        _ read: (inout JSONScanner) throws(JSONFault) -> Value,
    ) throws(JSONFault) -> Value {
        if let value, json.skip(repetitionOf: range) { return value }
        // Stands before the value's first byte afterwards.
        _ = try json.peekKind()
        let start = json.offset
        let fresh = try read(&json)
        range = start..<json.offset
        value = fresh
        return fresh
    }
}
