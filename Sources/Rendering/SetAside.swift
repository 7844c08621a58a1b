package import Diagnostics

/// A registration that was left out of the data, or only reported, and why.
package struct SetAside: Sendable, Hashable {
    package enum Cause: Sendable, Hashable {
        /// Bytes that are unsafe where a template writes them: the text that was written, the first unsafe byte in it, and
        /// the action that wrote it.
        case unsafe(text: String, byte: UInt8, position: SourcePosition)
        /// The balancer's check refuses the target because of it: what the check said.
        case refused(String)
        /// A service for which no file can be named: why.
        case unusableName(String)
    }

    package var registrant: Registrant
    package var cause: Cause

    package init(_ registrant: Registrant, _ cause: Cause) {
        self.registrant = registrant
        self.cause = cause
    }

    /// Why, for a person: `a line feed in "a\nb", written at edge.tmpl:3:9`.
    package var reason: String {
        switch cause {
        case .unsafe(let text, let byte, let position):
            "\(Self.name(of: byte)) in \"\(printable(text))\", written at \(position)"
        case .refused(let words): "the check refuses it: \(words)"
        case .unusableName(let why): "no file can be named for it: \(why)"
        }
    }

    /// Where it was written, if that is what is wrong.
    var position: SourcePosition? {
        if case .unsafe(_, _, let position) = cause { position } else { nil }
    }

    private static func name(of byte: UInt8) -> String {
        switch byte {
        case 0x0A: "a line feed"
        case 0x0D: "a carriage return"
        case 0x09: "a tab"
        case 0x20: "a blank"
        case 0x21...0x7E: "`\(Character(UnicodeScalar(byte)))`"
        default: "the byte 0x\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16, uppercase: true))"
        }
    }
}
