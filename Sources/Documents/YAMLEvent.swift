/// A step of libYAML through a text.
struct YAMLEvent {
    enum Kind {
        case streamStart
        case streamEnd
        case documentStart
        case documentEnd
        case scalar(text: String, style: ScalarStyle, anchor: String?)
        case sequenceStart(anchor: String?)
        case sequenceEnd
        case mappingStart(anchor: String?)
        case mappingEnd
        case alias(String)
    }

    /// What the notation of a scalar says of its meaning.
    enum ScalarStyle {
        case plain
        case quoted
        case tagged(String)
    }

    let kind: Kind
    /// Where it is, counted in Unicode scalars from the beginning of the text.
    let start: Int
    let end: Int
}

/// What libYAML says is wrong with a text.
struct YAMLFault: Error {
    /// A message about a place, counted in Unicode scalars from the beginning of the text.
    struct Remark {
        var message: String
        var place: Int
    }

    var problem: Remark
    /// What it was reading.
    var context: Remark?
    /// The byte rather than the scalar, for a character that YAML does not allow.
    var offset: Int?
}
