import Crypto
package import TemplateEngine

/// Digests as hexadecimal text: consul-template's and Sprig's.
///
/// A digest is made of digits and letters whatever went in, but it is still the registration that chose it: its origin
/// stays.
package enum HashFunctions {
    package static let all: [TemplateFunction] = [
        digest("sha256Hex") { hexadecimal(SHA256.hash(data: $0)) },
        digest("md5sum") { hexadecimal(Insecure.MD5.hash(data: $0)) },
        hmac,
        digest("sprig_sha256sum") { hexadecimal(SHA256.hash(data: $0)) },
        digest("sprig_sha512sum") { hexadecimal(SHA512.hash(data: $0)) },
        digest("sprig_sha1sum") { hexadecimal(Insecure.SHA1.hash(data: $0)) },
    ]

    /// `hmacSHA256Hex message key`: a piped value is the key.
    private static let hmac = TemplateFunction("hmacSHA256Hex", 2) { call throws(FunctionFault) in
        let message = try call.textArgument(0)
        let key = try call.textArgument(1)
        let code = HMAC<SHA256>.authenticationCode(
            for: Array(message.string.utf8),
            using: SymmetricKey(data: Array(key.string.utf8))
        )
        let source = message.firstSource ?? key.firstSource
        return .text(Text(hexadecimal(code), origin: source.map { .untrusted($0) } ?? .trusted))
    }

    private static func digest(_ name: String, _ hash: @Sendable @escaping ([UInt8]) -> String) -> TemplateFunction {
        TemplateFunction(name, 1) { call throws(FunctionFault) in
            let text = try call.textArgument(0)
            return .text(text.derived(hash(Array(text.string.utf8))))
        }
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }
}
