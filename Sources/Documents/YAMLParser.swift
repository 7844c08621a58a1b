import CYaml

/// libYAML's parser over a text in UTF-8.
///
/// Yams builds its tree by way of this parser, too; but it has no places in bytes, gives up at the first key that is
/// said twice, and follows aliases into keys without a bound.
@safe struct YAMLParser: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    /// The text, which the parser reads as it goes.
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: [UInt8]) {
        unsafe input = .allocate(capacity: bytes.count)
        _ = unsafe input.initialize(from: bytes)
        unsafe parser = .allocate(capacity: 1)
        // It fails only without memory, and leaves a parser that reports as much.
        unsafe parser.initialize(to: yaml_parser_t())
        unsafe yaml_parser_initialize(parser)
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    /// The next event; after the end of the stream there is none.
    func next() throws(YAMLFault) -> YAMLEvent {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw fault }
        // The event owns what its pointers point to, until here.
        defer { unsafe yaml_event_delete(&event) }
        return unsafe YAMLEvent(
            kind: unsafe Self.kind(of: event),
            start: event.start_mark.index,
            end: event.end_mark.index
        )
    }

    private static func kind(of event: yaml_event_t) -> YAMLEvent.Kind {
        switch unsafe event.type {
        case YAML_STREAM_START_EVENT: .streamStart
        case YAML_DOCUMENT_START_EVENT: .documentStart
        case YAML_DOCUMENT_END_EVENT: .documentEnd
        case YAML_SEQUENCE_START_EVENT: .sequenceStart(anchor: unsafe text(event.data.sequence_start.anchor))
        case YAML_SEQUENCE_END_EVENT: .sequenceEnd
        case YAML_MAPPING_START_EVENT: .mappingStart(anchor: unsafe text(event.data.mapping_start.anchor))
        case YAML_MAPPING_END_EVENT: .mappingEnd
        case YAML_ALIAS_EVENT: .alias(unsafe text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            unsafe .scalar(
                // A scalar may hold zero bytes, so that its length counts.
                text: String(
                    decoding: UnsafeBufferPointer(start: event.data.scalar.value, count: event.data.scalar.length),
                    as: UTF8.self
                ),
                style: style(of: event),
                anchor: text(event.data.scalar.anchor)
            )
        default: .streamEnd
        }
    }

    private static func style(of event: yaml_event_t) -> YAMLEvent.ScalarStyle {
        if unsafe event.data.scalar.quoted_implicit == 1 { return .quoted }
        return unsafe text(event.data.scalar.tag).map { .tagged($0) } ?? .plain
    }

    /// What the parser found wrong.
    private var fault: YAMLFault {
        let state = unsafe parser.pointee
        return unsafe YAMLFault(
            problem: .init(
                message: state.problem.map { unsafe String(cString: $0) } ?? "there is no memory for it",
                place: state.problem_mark.index
            ),
            context: state.context.map { unsafe .init(message: String(cString: $0), place: state.context_mark.index) },
            offset: state.error == YAML_READER_ERROR ? state.problem_offset : nil
        )
    }

    private static func text(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? {
        unsafe pointer.map { unsafe String(cString: $0) }
    }
}
