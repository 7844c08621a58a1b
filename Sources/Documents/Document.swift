package import Diagnostics

/// A YAML or JSON file as a tree.
package struct Document: Sendable {
    package let file: SourceFile
    /// The value of the file; nil if it holds nothing but comments.
    package let root: SourceNode?
    /// Faults that did not hinder reading the rest, such as a key that is said twice.
    package let faults: [Diagnostic]

    /// The value of the file; an empty map if there is none. Throws the faults.
    package func value() throws(DocumentFaults) -> SourceNode {
        guard faults.isEmpty else { throw DocumentFaults(faults) }
        return rootOrEmpty
    }

    /// The value of the file; an empty map if there is none.
    package var rootOrEmpty: SourceNode { root ?? SourceNode(.map([]), at: file.place(0..<0)) }

    /// Reads JSON if the file is named so, or has another name than YAML's and is JSON; otherwise YAML.
    ///
    /// Throws the fault that ends the reading, with those before it.
    package init(reading file: SourceFile) throws(DocumentFaults) {
        let name = file.name.lowercased()
        if name.hasSuffix(".json") {
            self = try .json(file)
        } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml") || !Self.mayBeJSON(file.bytes) {
            self = try .yaml(file)
        } else {
            // YAML's flow style looks the same at its beginning.
            do { self = try .json(file) } catch { self = try .yaml(file) }
        }
    }

    /// Reads a JSON text (RFC 8259).
    package static func json(_ file: SourceFile) throws(DocumentFaults) -> Document {
        var reader = JSONReader(file)
        let root = try reader.read()
        return Document(file: file, root: root, faults: reader.faults)
    }

    /// Reads a YAML text of one document.
    package static func yaml(_ file: SourceFile) throws(DocumentFaults) -> Document {
        var composer = YAMLComposer(file)
        let root = try composer.compose()
        return Document(file: file, root: root, faults: composer.faults)
    }

    private init(file: SourceFile, root: SourceNode?, faults: [Diagnostic]) {
        self.file = file
        self.root = root
        self.faults = faults
    }

    private static func mayBeJSON(_ bytes: [UInt8]) -> Bool {
        let start = bytes.first { $0 > 0x20 }
        return start == UInt8(ascii: "{") || start == UInt8(ascii: "[")
    }
}

/// Why a document cannot be read: at least one fault.
package struct DocumentFaults: Error {
    package var diagnostics: [Diagnostic]

    package init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}
