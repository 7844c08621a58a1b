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

private func decodedText(_ string: String, _ alphabet: Base64.Alphabet) throws(FunctionFault) -> String {
    let bytes: [UInt8]
    do throws(Base64.Fault) {
        bytes = try Base64.decode(string, alphabet)
    } catch {
        throw FunctionFault("\(GoQuoting.quoted(string.shortened)) is not base64 at byte \(error.offset)")
    }
    return try utf8Text(bytes, of: string)
}

/// The text of `bytes`, which `string` encodes; a text cannot hold anything but UTF-8.
func utf8Text(_ bytes: [UInt8], of string: String) throws(FunctionFault) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
        throw FunctionFault("what \(GoQuoting.quoted(string.shortened)) encodes is not UTF-8 text")
    }
    return text
}
