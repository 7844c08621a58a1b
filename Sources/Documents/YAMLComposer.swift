import Diagnostics

/// Makes a tree of libYAML's events: scalars as written, merge keys (`<<`) merged, aliases followed within bounds.
struct YAMLComposer: ~Copyable {
    private let file: SourceFile
    private let parser: YAMLParser
    private var offsets: ScalarOffsets
    /// What does not hinder reading the rest.
    private(set) var faults: [Diagnostic] = []
    /// What aliases can stand for.
    private var anchors: [String: Anchored] = [:]
    /// How many values there are with those that aliases stand for: a few aliases of aliases can stand for billions.
    private var count = 0
    private let countLimit: Int
    /// The depth of the deepest value since it was set.
    private var deepest = 0

    private struct Anchored {
        var content: SourceNode.Content
        var count: Int
        /// How many lists and maps lie in each other in it.
        var height: Int
    }

    init(_ file: SourceFile) {
        self.file = file
        parser = YAMLParser(file.bytes)
        offsets = ScalarOffsets(file.bytes)
        // A text without aliases has fewer values than bytes.
        countLimit = file.bytes.count + 100_000
    }

    /// Reads the only document; nil if there is none.
    mutating func compose() throws(DocumentFaults) -> SourceNode? {
        do throws(Diagnostic) {
            var root: SourceNode?
            var event = try next()
            while true {
                switch event.kind {
                case .streamStart, .documentEnd: break
                case .streamEnd: return root
                case .documentStart:
                    if root != nil {
                        throw fault(
                            "the file holds more than one document",
                            event,
                            hint: "keep one, and put the others into files of their own"
                        )
                    }
                    root = try node(of: try next(), depth: 0)
                default: throw fault("this is not YAML", event)
                }
                event = try next()
            }
        } catch {
            throw DocumentFaults(faults + [error])
        }
    }

    private func next() throws(Diagnostic) -> YAMLEvent {
        do throws(YAMLFault) { return try parser.next() } catch { throw Diagnostic(error, in: file) }
    }

    // MARK: - Nodes

    private mutating func node(of event: YAMLEvent, depth: Int) throws(Diagnostic) -> SourceNode {
        try reach(depth: depth, event)
        switch event.kind {
        case .scalar(let text, let style, let anchor):
            let range = range(of: event)
            let node = SourceNode(.scalar(Scalar(text, meaning(of: style, at: range))), at: file.place(range))
            if let anchor { anchors[anchor] = Anchored(content: node.content, count: 1, height: 0) }
            return node
        case .sequenceStart(let anchor):
            return try collection(event, anchor, depth) { (composer) throws(Diagnostic) in
                .list(try composer.elements(depth: depth + 1))
            }
        case .mappingStart(let anchor):
            return try collection(event, anchor, depth) { (composer) throws(Diagnostic) in
                .map(try composer.entries(depth: depth + 1))
            }
        case .alias(let name):
            guard let anchored = anchors[name] else {
                throw fault(
                    "this is not YAML: found undefined alias",
                    event,
                    hint: "put a value that begins with `*` in quotes"
                )
            }
            count += anchored.count - 1
            try reach(depth: depth + anchored.height, event)
            return SourceNode(anchored.content, at: file.place(range(of: event)))
        default: throw fault("this is not YAML: a value is missing", event)
        }
    }

    /// Counts a value at `depth`, which may be too much.
    private mutating func reach(depth: Int, _ event: YAMLEvent) throws(Diagnostic) {
        count += 1
        deepest = max(deepest, depth)
        guard count < countLimit, depth < nestingLimit else {
            throw fault(
                "the aliases here stand for too much: lists and maps more than \(nestingLimit) deep, or too many values",
                event
            )
        }
    }

    private mutating func collection(
        _ event: YAMLEvent,
        _ anchor: String?,
        _ depth: Int,
        _ content: (inout YAMLComposer) throws(Diagnostic) -> SourceNode.Content,
    ) throws(Diagnostic) -> SourceNode {
        let start = offsets.offset(of: event.start)
        let (countBefore, deepestBefore) = (count, deepest)
        deepest = depth
        let node = SourceNode(try content(&self), at: file.place(start..<start + 1))
        if let anchor {
            anchors[anchor] = Anchored(content: node.content, count: count - countBefore + 1, height: deepest - depth)
        }
        deepest = max(deepest, deepestBefore)
        return node
    }

    private mutating func elements(depth: Int) throws(Diagnostic) -> [SourceNode] {
        var elements: [SourceNode] = []
        while true {
            let event = try next()
            if case .sequenceEnd = event.kind { return elements }
            elements.append(try node(of: event, depth: depth))
        }
    }

    private mutating func entries(depth: Int) throws(Diagnostic) -> [SourceNode.Entry] {
        var list = EntryList()
        var merged: [SourceNode.Entry] = []
        while true {
            let event = try next()
            if case .mappingEnd = event.kind { break }
            let key = try node(of: event, depth: depth)
            let value = try node(of: try next(), depth: depth)
            guard case .scalar(let name) = key.content else {
                faults.append(
                    key.fault(
                        "a key has to be a single value",
                        hint: "text with `{` or `[` at its beginning needs quotes"
                    )
                )
                continue
            }
            if name.text == "<<" {
                merged += entries(mergedBy: value)
            } else if let fault = list.append(.init(name: name.text, at: key.place.range, value: value)) {
                faults.append(fault)
            }
        }
        list.merge(merged)
        return list.entries
    }

    /// The entries that a merge key brings: those of a map, or of a list of maps, earlier ones first.
    private mutating func entries(mergedBy value: SourceNode) -> [SourceNode.Entry] {
        switch value.content {
        case .map(let entries): return entries
        case .list(let nodes):
            var entries: [SourceNode.Entry] = []
            for node in nodes { entries += self.entries(mergedBy: node) }
            return entries
        case .scalar:
            faults.append(
                value.fault("`<<` merges maps, and this is none", hint: "write `<<: *name` with an anchor's name")
            )
            return []
        }
    }

    private mutating func meaning(of style: YAMLEvent.ScalarStyle, at range: Range<Int>) -> Scalar.Style {
        switch style {
        case .plain: return .plainYAML
        case .quoted, .tagged("tag:yaml.org,2002:str"): return .quoted
        case .tagged("!"):
            // A command such as `! grep bad {staged}` would silently mean its opposite.
            faults.append(
                file.fault(
                    "`!` begins a YAML tag here, and is no part of the text",
                    range.lowerBound..<range.lowerBound + 1,
                    hint: "put the text in quotes"
                )
            )
            return .quoted
        case .tagged(let tag):
            if tag.hasPrefix("tag:yaml.org,2002:") { return .plainYAML }
            faults.append(
                file.fault(
                    "the tag `\(tag)` means nothing here",
                    range.lowerBound..<range.lowerBound + 1,
                    hint: "take it out"
                )
            )
            return .quoted
        }
    }

    // MARK: - Places

    /// The bytes of a scalar or an alias; of text in several lines the first line's, or the mark that begins it.
    private mutating func range(of event: YAMLEvent) -> Range<Int> {
        let start = offsets.offset(of: event.start)
        return start..<offsets.offset(of: event.end)
    }

    private mutating func fault(_ message: String, _ event: YAMLEvent, hint: String? = nil) -> Diagnostic {
        let start = offsets.offset(of: event.start)
        return file.fault(message, start..<start + 1, hint: hint)
    }
}
