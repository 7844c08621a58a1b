import Diagnostics

/// Says what is wrong with a JSON text as the person sees it who wrote it, rather than the scanner: a string that is not
/// closed is marked where it begins.
struct JSONFaultExplanation {
    private let file: SourceFile
    /// Where the scanner found the fault.
    private let fault: Int
    /// Where the key, value or mark begins that it was reading.
    private let token: Int
    /// Where the lists and maps begin that it was in.
    private let opened: [Int]

    private var bytes: [UInt8] { file.bytes }

    init(_ file: SourceFile, fault: Int, token: Int, opened: [Int]) {
        self.file = file
        self.fault = fault
        self.token = token
        self.opened = opened
    }

    var diagnostic: Diagnostic {
        if opened.count >= nestingLimit, fault < bytes.count {
            return here("lists and maps lie more than \(nestingLimit) deep in each other")
        }
        if token < fault, bytes[token] == UInt8(ascii: "\"") { return ofString }
        guard fault < bytes.count else {
            guard let last = opened.last else { return here("the file ends where a value should be") }
            return file.fault("this is not closed", last..<last + 1, hint: "a `\(closing(last))` is missing")
        }
        return ofStructure
    }

    // MARK: - Strings

    /// The fault of a string, or of what follows a key.
    private var ofString: Diagnostic {
        if isClosed { return here("a `:` is missing after the key") }
        guard fault < bytes.count else {
            return file.fault("the string is not closed", token..<token + 1, hint: "a `\"` is missing")
        }
        switch bytes[fault] {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
            return file.fault(
                "the string is not closed on its line",
                token..<fault,
                hint: "write \\n for a line end"
            )
        case ..<0x20: return here("a control character has to be written as an escape, such as \\t")
        default: return ofEscape
        }
    }

    private var ofEscape: Diagnostic {
        let start = bytes[...fault].lastIndex(of: UInt8(ascii: "\\")) ?? fault
        guard start + 1 < bytes.count, bytes[start + 1] == UInt8(ascii: "u") else {
            return file.fault(
                "there is no such escape in JSON",
                start..<start + 2,
                hint: "write \\\\ for a backslash"
            )
        }
        return start == fault
            ? file.fault("this is half of a surrogate pair", start..<start + 6)
            : file.fault("\\u has to be followed by four hexadecimal digits", start..<start + 2)
    }

    /// Whether the string at `token` ends before the fault.
    private var isClosed: Bool {
        var offset = token + 1
        while offset < fault {
            if bytes[offset] == UInt8(ascii: "\"") { return true }
            offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
        }
        return false
    }

    // MARK: - Structure

    private var ofStructure: Diagnostic {
        let before = bytes[..<token].last { !" \t\r\n".utf8.contains($0) }
        let isInMap = opened.last.map { bytes[$0] == UInt8(ascii: "{") } ?? false
        switch before {
        case UInt8(ascii: ","), UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"), nil:
            if before == UInt8(ascii: ","), let last = opened.last, bytes[fault] == UInt8(ascii: closing(last)) {
                return here("there is a comma before the `\(closing(last))`", hint: "take it out")
            }
            if isInMap, before != UInt8(ascii: ":") { return here("a key has to be a string in quotes") }
            return ofWord
        default:
            if fault > 0, isWord(bytes[fault]), isWord(bytes[fault - 1]) { return ofWord }
            let next = isInMap ? "a key" : "a value"
            return here("a `,` or `\(opened.last.map(closing) ?? "]")` is missing before \(next)")
        }
    }

    /// The fault of something that should be a value.
    private var ofWord: Diagnostic {
        let start = bytes[..<token].lastIndex { !isWord($0) }.map { $0 + 1 } ?? 0
        let end = bytes[token...].firstIndex { !isWord($0) } ?? bytes.count
        guard start < end else { return here("a value is missing here") }
        let word = String(decoding: bytes[start..<end], as: UTF8.self)
        return file.fault("`\(word)` is not a JSON value", start..<end, hint: "put text in quotes")
    }

    private func isWord(_ byte: UInt8) -> Bool { byte > 0x20 && !",:[]{}\"".utf8.contains(byte) }

    private func closing(_ opening: Int) -> Unicode.Scalar { bytes[opening] == UInt8(ascii: "{") ? "}" : "]" }

    private func here(_ message: String, hint: String? = nil) -> Diagnostic {
        file.fault(message, fault..<fault + 1, hint: hint)
    }
}
