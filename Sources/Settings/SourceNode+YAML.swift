import Diagnostics
import Yams

extension SourceNode {
    /// Reads a YAML text of one document; a text without one (empty, or comments alone) is an empty map.
    static func yaml(_ file: SourceFile) throws(Diagnostic) -> SourceNode {
        let root: Node?
        do {
            root = try Parser(yaml: file.text, encoding: .utf8).singleRoot()
        } catch {
            throw Diagnostic(error, in: file)
        }
        guard let root else { return SourceNode(content: .map([]), file: file, range: 0..<0) }
        var converter = YAMLConverter(file: file)
        return try converter.convert(root, depth: 0)
    }
}

/// Makes nodes of ours from those of Yams: with scalars resolved, merge keys (`<<`) merged, aliases bounded.
private struct YAMLConverter {
    let file: SourceFile
    /// How many more nodes there may be: a few aliases of aliases can stand for billions.
    private var budget: Int

    init(file: SourceFile) {
        self.file = file
        // A text without aliases has fewer nodes than bytes.
        budget = file.bytes.count + 100_000
    }

    mutating func convert(_ node: Node, depth: Int) throws(Diagnostic) -> SourceNode {
        let start = node.mark.map { file.offset(line: $0.line, column: $0.column) } ?? 0
        budget -= 1
        guard budget > 0, depth < nestingLimit else {
            throw file.fault(
                "the aliases here stand for too much: lists and maps more than \(nestingLimit) deep, or too many values",
                start..<start + 1
            )
        }
        switch node {
        case .scalar(let scalar): return try convert(scalar, at: start)
        case .sequence(let sequence):
            var elements: [SourceNode] = []
            for element in sequence { elements.append(try convert(element, depth: depth + 1)) }
            return SourceNode(content: .list(elements), file: file, range: start..<start + 1)
        case .mapping(let mapping):
            return SourceNode(
                content: .map(try entries(of: mapping, depth: depth)),
                file: file,
                range: start..<start + 1
            )
        case .alias: throw file.fault("this alias has no anchor", start..<start + 1)
        }
    }

    private func convert(_ scalar: Node.Scalar, at start: Int) throws(Diagnostic) -> SourceNode {
        let text = scalar.string
        let isPlain = scalar.style == .plain || scalar.style == .any
        let value: ConfigurationValue
        switch scalar.tag.description {
        case Tag.Name.implicit.rawValue: value = isPlain ? ConfigurationValue(yamlPlain: text) : .string(text)
        case Tag.Name.str.rawValue, Tag.Name.nonSpecific.rawValue: value = .string(text)
        case let tag where tag.hasPrefix("tag:yaml.org,2002:"): value = ConfigurationValue(yamlPlain: text)
        case let tag:
            throw file.fault("the tag `\(tag)` means nothing here", start..<start + 1, hint: "take it out")
        }
        let length =
            switch scalar.style {
            case .singleQuoted, .doubleQuoted: text.utf8.count + 2
            case .literal, .folded: 1
            default: text.utf8.count
            }
        return SourceNode(content: .scalar(.init(value: value, text: text)), file: file, range: start..<start + length)
    }

    private mutating func entries(of mapping: Node.Mapping, depth: Int) throws(Diagnostic) -> [SourceNode.Entry] {
        var entries: [SourceNode.Entry] = []
        var merged: [SourceNode.Entry] = []
        var places: [String: SourcePosition] = [:]
        for (key, value) in mapping {
            let key = try convert(key, depth: depth + 1)
            let value = try convert(value, depth: depth + 1)
            guard case .scalar(let scalar) = key.content else {
                throw key.fault(
                    "a key has to be a single value",
                    hint: "text with `{` or `[` at its beginning needs quotes"
                )
            }
            if scalar.text == "<<" {
                merged += try merge(value)
            } else if let first = places.updateValue(key.position, forKey: scalar.text) {
                throw key.fault("the key `\(scalar.text)` is said twice", notes: [.init("first here", at: first)])
            } else {
                entries.append(.init(key: key, name: scalar.text, value: value))
            }
        }
        for entry in merged where places.updateValue(entry.key.position, forKey: entry.name) == nil {
            entries.append(entry)
        }
        return entries
    }

    /// The entries that a merge key brings: those of a map, or of a list of maps, earlier ones first.
    private func merge(_ value: SourceNode) throws(Diagnostic) -> [SourceNode.Entry] {
        switch value.content {
        case .map(let entries): return entries
        case .list(let nodes):
            var entries: [SourceNode.Entry] = []
            for node in nodes { entries += try merge(node) }
            return entries
        case .scalar:
            throw value.fault("`<<` merges maps, and this is none", hint: "write `<<: *name` with an anchor's name")
        }
    }
}

extension Diagnostic {
    /// What Yams found wrong, with a place and a hint.
    fileprivate init(_ error: any Error, in file: SourceFile) {
        switch error as? YamlError {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let offset = file.offset(line: mark.line, column: mark.column)
            let notes = context.map { context in
                let place = file.offset(line: context.mark.line, column: context.mark.column)
                return Note(context.text, at: SourcePosition(file: file.name, offset: place, in: file.bytes))
            }
            let indentation = file.lineStart(before: offset) + file.bytes[offset...].prefix(1)
            if let tab = indentation.firstIndex(of: UInt8(ascii: "\t")), indentation[..<tab].allSatisfy({ $0 == 0x20 })
            {
                self = file.fault(
                    "a tab is used for indentation, and YAML allows only spaces",
                    tab..<tab + 1,
                    hint: "replace the tab by spaces"
                )
                return
            }
            self = file.fault(
                "this is not YAML: \(problem)",
                offset..<offset + 1,
                hint: Self.hint(for: problem),
                notes: notes.map { [$0] } ?? []
            )
        case .reader(let problem, let offset, _, _):
            let place = offset.map { file.text.prefix($0).utf8.count } ?? 0
            self = file.fault("this is not YAML: \(problem)", place..<place + 1)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let key = duplicates.first ?? ""
            let first = file.offset(line: context.mark.line, column: context.mark.column)
            self = file.fault(
                "the key `\(key)` is said more than once in this map",
                first..<first + key.utf8.count,
                hint: "take out all but one"
            )
        default:
            self.init("`\(file.name)` cannot be read as YAML: \(error)")
        }
    }

    private static func hint(for problem: String) -> String? {
        switch problem {
        case "mapping values are not allowed in this context":
            "put a value that holds `: ` in quotes, and look at the indentation"
        case "found character that cannot start any token":
            "put a value that begins with `@`, `%` or a backtick in quotes"
        case "but found another document": "a file holds one document: take out the `---`"
        case "found undefined alias": "put a value that begins with `*` in quotes"
        case "did not find expected key", "did not find expected '-' indicator":
            "look at the indentation of this line and of the one above"
        case "found unexpected end of stream": "a closing quote is missing"
        case "could not find expected ':'": "a key needs a `:` after it"
        default: nil
        }
    }
}
