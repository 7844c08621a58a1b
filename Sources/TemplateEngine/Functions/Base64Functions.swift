/// Base64 there and back; what is made of a text that a registration wrote is untrusted.
package let base64Functions: [TemplateFunction] = [
    encoding("base64Encode", .standard),
    encoding("base64URLEncode", .url),
    decoding("base64Decode", .standard),
    decoding("base64URLDecode", .url),
]

private func encoding(_ name: String, _ alphabet: Base64.Alphabet) -> TemplateFunction {
    TemplateFunction(name, 1) { call throws(FunctionFault) in
        let text = try call.text(0)
        return .text(text.derived(Base64.encode(text.string.utf8, alphabet)))
    }
}

private func decoding(_ name: String, _ alphabet: Base64.Alphabet) -> TemplateFunction {
    TemplateFunction(name, 1) { call throws(FunctionFault) in
        let text = try call.text(0)
        return .text(text.derived(try decodedText(text.string, alphabet)))
    }
}

/// The text that `string` encodes; it has to be UTF-8, for a text cannot hold other bytes.
func decodedText(_ string: String, _ alphabet: Base64.Alphabet) throws(FunctionFault) -> String {
    let bytes: [UInt8]
    do {
        bytes = try Base64.decode(string, alphabet)
    } catch {
        throw FunctionFault("\(GoQuoting.quoted(string.shortened)) is not base64 at byte \(error.offset)")
    }
    guard let decoded = String(validating: bytes, as: UTF8.self) else {
        throw FunctionFault("what \(GoQuoting.quoted(string.shortened)) encodes is not UTF-8 text")
    }
    return decoded
}
