import Diagnostics

extension Diagnostic {
    /// What libYAML found wrong, with its place and what to do.
    init(_ fault: YAMLFault, in file: SourceFile) {
        var offsets = ScalarOffsets(file.bytes)
        let problem = fault.problem.message
        let offset = fault.offset ?? offsets.offset(of: fault.problem.place)
        if let tab = file.indentingTab(before: offset) {
            self = file.fault(
                "a tab is used for indentation, and YAML allows only spaces",
                tab..<tab + 1,
                hint: "replace the tab by spaces"
            )
            return
        }
        var notes: [Note] = []
        if let context = fault.context {
            notes = [Note(context.message, at: file.position(at: offsets.offset(of: context.place)))]
        }
        self = file.fault(
            "this is not YAML: \(problem)",
            offset..<offset + 1,
            hint: fault.offset == nil
                ? Self.hint(for: problem)
                : "write a control character as an escape in double quotes, such as \"\\x07\"",
            notes: notes
        )
    }

    private static func hint(for problem: String) -> String? {
        switch problem {
        case "mapping values are not allowed in this context":
            "put a value that holds `: ` in quotes, and look at the indentation"
        case "found character that cannot start any token":
            "put a value that begins with `@`, `%` or a backtick in quotes"
        case "did not find expected key", "did not find expected '-' indicator":
            "look at the indentation of this line and of the one above"
        case "found unexpected end of stream": "a closing quote is missing"
        case "could not find expected ':'": "a key needs a `:` after it"
        default: nil
        }
    }
}

extension SourceFile {
    /// The tab that stands in the indentation of the line at `offset`, there or before.
    fileprivate func indentingTab(before offset: Int) -> Int? {
        let start = bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let end = min(offset + 1, bytes.count)
        return (start..<end).first { bytes[$0] != UInt8(ascii: " ") }.flatMap {
            bytes[$0] == UInt8(ascii: "\t") ? $0 : nil
        }
    }
}
