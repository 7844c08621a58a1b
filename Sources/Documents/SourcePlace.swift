package import Diagnostics

/// A place in a file: bytes, whose line and column are counted when somebody asks for them.
package struct SourcePlace: Sendable {
    package let file: SourceFile
    // A file is far smaller than 4 GiB, and there are places by the hundred thousand.
    private let start: UInt32
    private let end: UInt32

    package init(file: SourceFile, range: Range<Int>) {
        self.file = file
        start = UInt32(clamping: range.lowerBound)
        end = UInt32(clamping: range.upperBound)
    }

    /// The bytes of the place in the file.
    package var range: Range<Int> { Int(start)..<Int(max(start, end)) }

    /// The line and column where it begins.
    package var position: SourcePosition { file.position(at: Int(start)) }

    /// A fault here.
    package func fault(_ message: String, hint: String? = nil, notes: [Diagnostic.Note] = []) -> Diagnostic {
        file.fault(message, range, hint: hint, notes: notes)
    }
}
