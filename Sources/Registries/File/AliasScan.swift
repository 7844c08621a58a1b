internal import Diagnostics

/// Finds aliases (`*name`) of anchors (`&name`) before a parser does.
///
/// A few lines of aliases of aliases stand for more nodes than any memory holds, and a parser that compares them as keys
/// walks them all. Registry files have no use for aliases: `defaults` and a service's own keys do that work.
struct AliasScan {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The fault of the first alias whose anchor is in the text, nil if there is none.
    func fault(file: String) -> Diagnostic? {
        guard bytes.contains(UInt8(ascii: "&")), bytes.contains(UInt8(ascii: "*")) else { return nil }
        let anchors = Set(names(after: UInt8(ascii: "&")).map { bytes[$0] })
        guard let alias = names(after: UInt8(ascii: "*")).first(where: { anchors.contains(bytes[$0]) }) else {
            return nil
        }
        return Diagnostic(
            "`*\(String(decoding: bytes[alias], as: UTF8.self))` is an alias, which registry files do not have",
            file: file,
            text: bytes,
            range: alias.lowerBound - 1..<alias.upperBound,
            hint:
                "write the value out, or use `defaults` and the service's own keys; quote text that begins with `*` or `&`"
        )
    }

    /// Where names stand that follow `mark` at a place where a node can begin.
    private func names(after mark: UInt8) -> [Range<Int>] {
        bytes.indices.compactMap { position in
            guard bytes[position] == mark, position == 0 || Self.canPrecedeNode(bytes[position - 1]) else { return nil }
            let end = bytes[(position + 1)...].firstIndex { !Self.isNameByte($0) } ?? bytes.endIndex
            return end > position + 1 ? position + 1..<end : nil
        }
    }

    private static func canPrecedeNode(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "["),
            UInt8(ascii: "{"), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "}"), UInt8(ascii: "]"),
            UInt8(ascii: "\""), UInt8(ascii: "'"), 0x80...:
            true
        default: false
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
