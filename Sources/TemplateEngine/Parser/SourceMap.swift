import Diagnostics

/// The texts of a compilation laid end to end, so that one offset names a place in any of them.
struct SourceMap: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var files: [(name: String, range: Range<Int>)] = []

    /// Adds a text; its offsets begin at the result.
    mutating func add(_ source: TemplateSource) -> Int {
        let start = bytes.count
        bytes.append(contentsOf: source.text)
        files.append((source.name, start..<bytes.count))
        return start
    }

    /// A diagnostic at `range`.
    func diagnostic(
        _ message: String,
        at range: Range<Int>,
        severity: Diagnostic.Severity = .error,
        hint: String? = nil,
        notes: [Diagnostic.Note] = [],
    ) -> Diagnostic {
        let file = file(of: range.lowerBound)
        let start = file.range.lowerBound
        return Diagnostic(
            message,
            severity: severity,
            file: file.name,
            text: bytes[file.range],
            range: max(range.lowerBound - start, 0)..<max(range.upperBound - start, range.lowerBound - start, 0),
            hint: hint,
            notes: notes,
        )
    }

    /// The file, line and column of `offset`.
    func position(of offset: Int) -> SourcePosition {
        let file = file(of: offset)
        return SourcePosition(file: file.name, offset: offset - file.range.lowerBound, in: bytes[file.range])
    }

    private func file(of offset: Int) -> (name: String, range: Range<Int>) {
        files.last { $0.range.lowerBound <= offset } ?? files.first ?? ("", 0..<0)
    }
}
