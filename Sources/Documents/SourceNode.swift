package import Diagnostics

/// A value in a YAML or JSON document, with its place.
package struct SourceNode: Sendable {
    package enum Content: Sendable {
        case scalar(Scalar)
        case list([SourceNode])
        /// In the order of the file, each key once.
        case map([Entry])
    }

    /// A key of a map and its value.
    package struct Entry: Sendable {
        package let name: String
        package let value: SourceNode
        private let start: UInt32
        private let end: UInt32

        init(name: String, at range: Range<Int>, value: SourceNode) {
            self.name = name
            self.value = value
            start = UInt32(clamping: range.lowerBound)
            end = UInt32(clamping: range.upperBound)
        }

        /// Where the key is written.
        package var place: SourcePlace { value.place.file.place(Int(start)..<Int(max(start, end))) }

        /// The key as a value.
        package var key: SourceNode { SourceNode(.scalar(Scalar(name, .quoted)), at: place) }

        /// A fault of the value, or of the key where there is nothing else to point to.
        package func fault(_ message: String, hint: String? = nil, notes: [Diagnostic.Note] = []) -> Diagnostic {
            (value.isNull ? place : value.place).fault(message, hint: hint, notes: notes)
        }
    }

    package let content: Content
    /// Its bytes; of a list or a map the first.
    package let place: SourcePlace

    init(_ content: Content, at place: SourcePlace) {
        self.content = content
        self.place = place
    }

    /// Where it begins.
    package var position: SourcePosition { place.position }

    package var isNull: Bool {
        if case .scalar(let scalar) = content { scalar.isNull } else { false }
    }

    /// What it is, for "… has to be text, not a list".
    package var kind: String {
        switch content {
        case .list: "a list"
        case .map: "a map"
        case .scalar(let scalar):
            switch scalar.value {
            case .null: "empty"
            case .bool: "`\(scalar.text)`, which is true or false"
            case .int, .float: "the number \(scalar.text)"
            case .string: "`\(scalar.text)`"
            }
        }
    }

    /// A fault at this place.
    package func fault(_ message: String, hint: String? = nil, notes: [Diagnostic.Note] = []) -> Diagnostic {
        place.fault(message, hint: hint, notes: notes)
    }

    /// A fault at the first place where `part` is written in this value, or at the value if it is not found so.
    package func fault(_ message: String, at part: String, hint: String? = nil) -> Diagnostic {
        let (file, range, wanted) = (place.file, place.range, Array(part.utf8))
        let end = min(range.upperBound, file.bytes.count)
        let start = (range.lowerBound..<max(range.lowerBound, end - wanted.count + 1))
            .first { file.bytes[$0..<$0 + wanted.count].elementsEqual(wanted) }
        return file.fault(message, start.map { $0..<$0 + wanted.count } ?? range, hint: hint)
    }
}

/// How deep lists and maps may lie in each other.
let nestingLimit = 200
