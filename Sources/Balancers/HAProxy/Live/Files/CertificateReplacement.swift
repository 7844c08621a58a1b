import Crypto
import FoundationEssentials

/// A new certificate with its key for a running HAProxy (management guide 9.3, `set ssl cert`).
package struct CertificateReplacement: Hashable, Sendable {
    /// As HAProxy names it.
    package let path: String
    /// The blocks of the file, without what is between them: an empty line would end the command.
    let blocks: String
    /// The SHA-1 of the server's own certificate, as HAProxy shows it.
    let fingerprint: String

    /// Why a file cannot be sent to HAProxy, in words that follow its name.
    struct Fault: Error, Hashable {
        var what: String
    }

    init(path: String, _ file: [UInt8]) throws(Fault) {
        self.path = path
        guard let text = String(validating: file, as: UTF8.self) else { throw Fault(what: "is no PEM file") }
        let blocks = try PEMBlock.blocks(of: text)
        guard let own = blocks.first(where: { $0.label == "CERTIFICATE" }),
            let bytes = Data(base64Encoded: own.body.joined())
        else { throw Fault(what: "has no certificate") }
        guard blocks.contains(where: { $0.label.hasSuffix("PRIVATE KEY") }) else {
            throw Fault(what: "has no private key")
        }
        // A running HAProxy would ask at its terminal for the password, if it has one.
        guard !blocks.contains(where: \.isEncrypted) else { throw Fault(what: "has an encrypted private key") }
        self.blocks = blocks.map(\.text).joined(separator: "\n")
        guard self.blocks.utf8.count < LiveCommand.mostBytes else { throw Fault(what: "is too long for a command") }
        fingerprint = Insecure.SHA1.hash(data: bytes).map { byte in
            String(byte >> 4, radix: 16, uppercase: true) + String(byte & 15, radix: 16, uppercase: true)
        }.joined()
    }

    /// Gives HAProxy the certificate, which is not used yet.
    var offer: LiveBatch {
        LiveBatch([LiveCommand("set ssl cert \(path)", expects: .offered)], payload: blocks)
    }

    /// Puts it in the place of the one in use.
    var commit: LiveCommand { LiveCommand("commit ssl cert \(path)", expects: .committed) }

    /// Gives it up.
    var withdrawal: String { "abort ssl cert \(path)" }

    /// Shows the certificate in use.
    var question: String { "show ssl cert \(path)" }

    /// The fingerprint in an answer to `question`; nil if there is none.
    static func fingerprint(in answer: String) -> Substring? {
        let head = "SHA1 FingerPrint: "
        return answer.split(separator: "\n").first { $0.hasPrefix(head) }?.dropFirst(head.count)
    }
}

/// A block of a PEM file (RFC 7468).
private struct PEMBlock {
    /// Such as `CERTIFICATE`.
    var label: Substring
    /// What stands between the lines of its beginning and its end.
    var body: [Substring] = []

    var text: String { (["-----BEGIN \(label)-----"] + body + ["-----END \(label)-----"]).joined(separator: "\n") }

    /// RFC 5958 says it in the label, RFC 1421 in a header.
    var isEncrypted: Bool { label.hasPrefix("ENCRYPTED") || body.contains { $0.hasSuffix("ENCRYPTED") } }

    /// All blocks; a line that only looks like the beginning or the end of one is a fault, since HAProxy may take it.
    static func blocks(of text: String) throws(CertificateReplacement.Fault) -> [PEMBlock] {
        var blocks: [PEMBlock] = []
        var open: PEMBlock?
        for line in text.split(whereSeparator: \.isNewline) {
            let isBoundary = line.contains("-----")
            if let block = open, line == "-----END \(block.label)-----" {
                blocks.append(block)
                open = nil
            } else if open == nil, isBoundary, line.hasPrefix("-----BEGIN "), line.hasSuffix("-----") {
                open = PEMBlock(label: line.dropFirst(11).dropLast(5))
            } else if isBoundary {
                throw CertificateReplacement.Fault(what: "has a line that is no whole boundary of a block")
            } else {
                open?.body.append(line)
            }
        }
        guard open == nil else { throw CertificateReplacement.Fault(what: "ends in the middle of a block") }
        return blocks
    }
}
