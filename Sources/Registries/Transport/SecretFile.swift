import Settings
import SystemPackage

/// A secret that was read from a file, which is read anew when the file changes.
struct SecretFile: Sendable {
    /// Why it could not be read: a sentence without a full stop.
    struct Fault: Error {
        var message: String
    }

    private let signature: FileSignature
    let text: String

    /// Reads the file, unless it is as `known` was.
    ///
    /// - Parameter what: What messages call it: `the token file`.
    static func read(_ path: String, known: SecretFile?, what: String) throws(Fault) -> SecretFile {
        let bytes: [UInt8]
        let signature: FileSignature
        do {
            signature = FileSignature(try FilePath(path).stat())
            if let known, known.signature == signature { return known }
            bytes = try readFile(at: FilePath(path))
        } catch {
            throw Fault(message: "\(what) \(path) cannot be read: \(error)")
        }
        let words = bytes.split { $0 == 0x20 || (0x09...0x0D).contains($0) }
        // A header's value ends at a line end; what is behind it would be a header of its own.
        guard words.count == 1, words[0].allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Fault(message: "\(what) \(path) holds no single printable word")
        }
        return SecretFile(signature: signature, text: String(decoding: words[0], as: UTF8.self))
    }
}
