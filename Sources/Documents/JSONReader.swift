import Diagnostics
import Wire

/// Reads a JSON text into a tree, from bytes and without a tree between.
struct JSONReader {
    let file: SourceFile
    /// Keys that are said twice.
    private(set) var faults: [Diagnostic] = []
    private var scanner: JSONScanner
    /// Where the lists and maps begin that the scanner is in.
    private var opened: [Int] = []

    init(_ file: SourceFile) {
        self.file = file
        scanner = JSONScanner(file.bytes)
    }

    /// Reads the whole text.
    mutating func read() throws(DocumentFaults) -> SourceNode {
        let root: SourceNode
        do throws(JSONFault) {
            root = try value()
        } catch {
            let explanation = JSONFaultExplanation(file, fault: error.offset, token: scanner.offset, opened: opened)
            throw DocumentFaults(faults + [explanation.diagnostic])
        }
        do throws(JSONFault) {
            try scanner.finish()
        } catch {
            let fault = file.fault(
                "there is more after the end of the value",
                error.offset..<error.offset + 1,
                hint: "a file holds one value"
            )
            throw DocumentFaults(faults + [fault])
        }
        return root
    }

    private mutating func value() throws(JSONFault) -> SourceNode {
        let kind = try scanner.peekKind()
        let start = scanner.offset
        guard opened.count < nestingLimit else {
            throw JSONFault("lists and maps lie too deep in each other", at: start)
        }
        switch kind {
        case .string:
            let text = try scanner.readString()
            return node(.scalar(Scalar(text, .quoted)), start..<scanner.offset)
        case .null, .bool, .number:
            let range = try scanner.skipValue()
            return node(.scalar(Scalar(String(decoding: file.bytes[range], as: UTF8.self), .bareJSON)), range)
        case .array:
            var elements: [SourceNode] = []
            try scanner.beginArray()
            opened.append(start)
            while try scanner.nextElement() { elements.append(try value()) }
            opened.removeLast()
            return node(.list(elements), start..<start + 1)
        case .object:
            var entries = EntryList()
            try scanner.beginObject()
            opened.append(start)
            while let (key, range) = try scanner.nextPlacedKey() {
                let value = try value()
                if let fault = entries.append(SourceNode.Entry(name: key, at: range, value: value)) {
                    faults.append(fault)
                }
            }
            opened.removeLast()
            return node(.map(entries.entries), start..<start + 1)
        }
    }

    private func node(_ content: SourceNode.Content, _ range: Range<Int>) -> SourceNode {
        SourceNode(content, at: file.place(range))
    }
}
