/// A single value of a document: how it was written, and what that means (`0640` is the number 416 in YAML).
package struct Scalar: Sendable {
    /// How a scalar says what it is.
    enum Style: Sendable {
        /// Text, whatever it looks like.
        case quoted
        /// YAML without quotes, where the text tells.
        case plainYAML
        /// JSON without quotes: a number, true, false or null.
        case bareJSON
    }

    /// What a scalar means.
    package enum Value: Hashable, Sendable {
        case null
        case bool(Bool)
        case int(Int)
        case float(Double)
        case string(String)
    }

    /// As it is written, without quotes and escapes.
    package let text: String
    private let style: Style

    init(_ text: String, _ style: Style) {
        self.text = text
        self.style = style
    }

    /// What it means; of numbers, those without a point and an exponent that fit are integers.
    package var value: Value {
        switch style {
        case .quoted: .string(text)
        case .plainYAML: Value(yamlPlain: text)
        case .bareJSON: Value(jsonWord: text)
        }
    }

    /// Whether it is nothing, `~` or `null`.
    package var isNull: Bool {
        style != .quoted && Value.yamlNulls.contains(text)
    }
}

extension Scalar.Value {
    static let yamlNulls = ["", "~", "null", "Null", "NULL"]

    /// What a word of JSON that is no string means.
    init(jsonWord text: String) {
        switch text {
        case "null": self = .null
        case "true": self = .bool(true)
        case "false": self = .bool(false)
        default: self = Int(text).map(Self.int) ?? Double(text).map(Self.float) ?? .string(text)
        }
    }
}
