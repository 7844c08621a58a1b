internal import Diagnostics
internal import Yams

/// The text of a registry file on its way to a tree of YAML nodes whose places are known.
struct YAMLSource {
    /// The largest file that is read, in bytes.
    static let sizeLimit = 64 << 20

    /// The file as the user named it.
    let file: String
    private let bytes: [UInt8]
    private let shifts: JSONSurrogates.Shifts
    private let parsed: String

    /// Takes the bytes of `file`; throws what makes them no text: too many, not UTF-8, aliases.
    init(file: String, bytes: [UInt8]) throws(FaultList) {
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let bytes = bytes.starts(with: byteOrderMark) ? Array(bytes.dropFirst(byteOrderMark.count)) : bytes
        self.file = file
        self.bytes = bytes
        guard bytes.count <= Self.sizeLimit else {
            throw FaultList([
                Diagnostic(
                    "the file is larger than \(Self.sizeLimit >> 20) MiB",
                    at: SourcePosition(file: file, line: 1, column: 1),
                    hint: "split it into several files of one directory"
                )
            ])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let valid = Self.validPrefix(of: bytes)
            throw FaultList([
                Diagnostic(
                    "the file is not UTF-8 text",
                    file: file,
                    text: bytes,
                    range: valid..<valid + 1,
                    hint: "save it as UTF-8"
                )
            ])
        }
        if let fault = AliasScan(bytes).fault(file: file) { throw FaultList([fault]) }
        (parsed, shifts) = file.hasSuffix(".json") ? JSONSurrogates.join(in: text) : (text, JSONSurrogates.Shifts())
    }

    /// The tree of the only document in the text, nil if the text holds nothing but comments; and the faults that do not
    /// hinder reading the rest.
    ///
    /// These are keys that stand twice, which the parser refuses one by one: the first of each is put out of the way, as
    /// `isHidden` tells, and the text parsed again.
    func root() throws(FaultList) -> (node: Yams.Node?, faults: [Diagnostic]) {
        var text = parsed
        var faults: [Diagnostic] = []
        while true {
            do {
                // Scalars are judged here by their text; without rules Yams does not try regular expressions on each key.
                return (try Yams.compose(yaml: text, Resolver.basic), faults)
            } catch {
                let error = error as? YamlError
                faults.append(error.map(diagnostic) ?? Diagnostic("the file cannot be parsed", at: nil))
                guard case .duplicatedKeysInMapping(_, let context) = error, faults.count < Self.hidingLimit,
                    let rest = Self.hidingKey(at: context.mark, number: faults.count, in: text)
                else { throw FaultList(withSourceLines(faults)) }
                text = rest
            }
        }
    }

    /// Whether this is the key of an entry that was put out of the way; certain only if `root` told faults.
    static func isHidden(_ key: String) -> Bool {
        key.unicodeScalars.first.map { (firstHidingMark..<firstHidingMark + UInt32(hidingLimit)).contains($0.value) }
            ?? false
    }

    private static let hidingLimit = 32
    /// The first of Unicode's private characters, one of which replaces a hidden key's first character.
    private static let firstHidingMark: UInt32 = 0xE000

    private static func hidingKey(at mark: Mark, number: Int, in text: String) -> String? {
        var lineStart = text.utf8.startIndex
        for _ in 1..<mark.line {
            guard let end = text.utf8[lineStart...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            lineStart = text.utf8.index(after: end)
        }
        let scalars = text.unicodeScalars
        guard var start = scalars.index(lineStart, offsetBy: mark.column - 1, limitedBy: scalars.endIndex),
            start < scalars.endIndex
        else { return nil }
        if scalars[start] == "\"" || scalars[start] == "'" { start = scalars.index(after: start) }
        guard start < scalars.endIndex,
            scalars[start].properties.isAlphabetic || scalars[start].properties.numericType != nil,
            let hidden = Unicode.Scalar(firstHidingMark + UInt32(number))
        else { return nil }
        var rest = String.UnicodeScalarView(scalars[..<start])
        rest.append(hidden)
        rest.append(contentsOf: scalars[scalars.index(after: start)...])
        return String(rest)
    }

    /// The place of a node in the file.
    func position(of node: Yams.Node) -> SourcePosition {
        node.mark.map { position(line: $0.line, column: $0.column) } ?? position(line: 1, column: 1)
    }

    private func position(line: Int, column: Int) -> SourcePosition {
        SourcePosition(file: file, line: line, column: column + shifts.width(beforeColumn: column, inLine: line))
    }

    /// The diagnostics with their lines of source.
    func withSourceLines(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return diagnostics.map { diagnostic in
            guard let position = diagnostic.position, position.file == file, lines.indices.contains(position.line - 1)
            else {
                return diagnostic
            }
            var complete = diagnostic
            let line = lines[position.line - 1]
            complete.sourceLine = String(
                decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line,
                as: UTF8.self
            )
            return complete
        }
    }

    // MARK: - Faults of the syntax

    private func diagnostic(for error: YamlError) -> Diagnostic {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            return syntaxFault(problem, context: context, mark: mark)
        case .reader(let problem, let offset, _, _):
            let index =
                parsed.index(parsed.startIndex, offsetBy: offset ?? 0, limitedBy: parsed.endIndex) ?? parsed.endIndex
            let start = parsed.utf8.distance(from: parsed.startIndex, to: index)
            return Diagnostic(
                "not valid YAML: \(problem)",
                file: file,
                text: parsed.utf8,
                range: start..<start + 1,
                hint: "write a control character as an escape in double quotes, such as \"\\x07\""
            )
        case .duplicatedKeysInMapping(let duplicates, let context):
            return Diagnostic(
                "`\(duplicates.first ?? "")` stands more than once in one map",
                at: position(line: context.mark.line, column: context.mark.column),
                length: duplicates.first?.count ?? 1,
                hint: "keep one of them; the first is marked"
            )
        default:
            return Diagnostic("the file cannot be parsed: \(error)", at: position(line: 1, column: 1))
        }
    }

    private func syntaxFault(_ problem: String, context: YamlError.Context?, mark: Mark) -> Diagnostic {
        let place = position(line: mark.line, column: mark.column)
        let line = parsed.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .dropFirst(mark.line - 1).first
        let before = line.map { String(decoding: $0, as: UTF8.self).unicodeScalars.prefix(mark.column) }
        if before?.contains("\t") ?? false, before?.allSatisfy({ $0 == " " || $0 == "\t" }) ?? false {
            return Diagnostic("a tab cannot indent YAML", at: place, hint: "indent with spaces")
        }
        let notes = context.map { context in
            [Diagnostic.Note(context.text, at: position(line: context.mark.line, column: context.mark.column))]
        }
        if problem.contains("found another document") {
            return Diagnostic(
                "the file holds more than one document",
                at: place,
                hint: "keep one, and put the others into files of their own"
            )
        }
        return Diagnostic("not valid YAML: \(problem)", at: place, notes: notes ?? [])
    }

    /// How many bytes from the start are UTF-8.
    private static func validPrefix(of bytes: [UInt8]) -> Int {
        var iterator = bytes.makeIterator()
        var decoder = UTF8()
        var valid = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { valid += UTF8.width(scalar) }
        return min(valid, max(bytes.count - 1, 0))
    }
}

/// Several faults thrown as one.
struct FaultList: Error {
    var diagnostics: [Diagnostic]

    init(_ diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
    }
}
