/// What a balancer's configuration needs beyond consul-template: safe names, quotes, addresses and weights.
package let balancerFunctions: [TemplateFunction] = [
    TemplateFunction("raw", 1) { call throws(FunctionFault) in
        switch try call.value(0) {
        case .text(let text): return .text(text.trusted())
        case .int, .uint, .float, .bool: return call.arguments[0]
        default: throw try call.mismatch(0, "a string, a number or a boolean")
        }
    },
    TemplateFunction("quote", 1, quote),
    TemplateFunction("hostport", 2, hostport).integers(at: 1),
    TemplateFunction("fail", 1) { call throws(FunctionFault) in
        let reason = try call.scalarText(0).string
        throw FunctionFault(reason.isEmpty ? "the template gave up" : reason)
    },
    TemplateFunction("scaleWeight", 2, scaleWeight),
    TemplateFunction("serverName", 1...Int.max) { call throws(FunctionFault) in
        var parts: [String] = []
        for index in call.arguments.indices { parts.append(try call.scalarText(index).string) }
        return .string(safeServerName(parts))
    },
]

/// `quote text`: in double quotes, with `\`, `"` and `$` escaped; a control character is refused. The result is
/// trusted, for it cannot end the quotes.
private func quote(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
    let text = try call.scalarText(0).string
    var quoted = "\""
    for scalar in text.unicodeScalars {
        guard scalar.value >= 0x20, scalar.value != 0x7F else {
            throw FunctionFault(
                "\(GoQuoting.quoted(text.shortened)) has the control character U+\(formatHexadecimal(scalar.value))",
                hint: "no quotes make a control character safe; choose another value, or replaceAll it"
            )
        }
        if scalar == "\\" || scalar == "\"" || scalar == "$" { quoted += "\\" }
        quoted.unicodeScalars.append(scalar)
    }
    return .string(quoted + "\"")
}

private func formatHexadecimal(_ value: UInt32) -> String { formatPrintf(Text("%04X"), [.int(Int(value))]).string }

/// `hostport .Address .Port`: with IPv6 addresses in brackets.
private func hostport(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
    let address = try call.text(0)
    guard !address.string.isEmpty else { throw FunctionFault("the address is empty") }
    let port: Text
    switch try call.value(1) {
    case .text(let text):
        guard let number = Int(text.string), (0...65535).contains(number), text.string == String(number) else {
            throw FunctionFault("\(GoQuoting.quoted(text.string.shortened)) is not a port, a number from 0 to 65535")
        }
        port = text
    case .int, .uint:
        let number = try call.integer(1)
        guard (0...65535).contains(number) else {
            throw FunctionFault("\(number) is not a port, a number from 0 to 65535")
        }
        port = Text(String(number))
    default: throw try call.mismatch(1, "a port")
    }
    let needsBrackets = address.string.utf8.contains(UInt8(ascii: ":")) && !address.string.utf8.starts(with: "[".utf8)
    return .text(
        .concatenated(
            needsBrackets ? [Text("["), address, Text("]:"), port] : [address, Text(":"), port]
        )
    )
}

/// `scaleWeight max weight`: the weight as an integer from 0 to 256.
///
/// A largest weight of up to 256 leaves weights as they are (rounded); a larger one maps to 256 and others in
/// proportion. Zero stays zero, and no other weight becomes zero.
private func scaleWeight(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
    let most = try weight(call, 0)
    let weight = try weight(call, 1)
    if weight == 0 { return .int(0) }
    guard most > 0 else { throw FunctionFault("the largest weight is 0, but there is one of \(weight)") }
    let scaled = most > 256 ? weight / most * 256 : weight
    return .int(Int(min(max(scaled.rounded(), 1), 256)))
}

private func weight(_ call: FunctionCall, _ index: Int) throws(FunctionFault) -> Double {
    guard let weight = try call.value(index).double else {
        let hint: String? = if case .text = try call.value(index) { "parseInt makes a number of a string" } else { nil }
        throw try call.mismatch(index, "a weight, a number", hint: hint)
    }
    guard weight >= 0, weight.isFinite else {
        throw FunctionFault("\(formatValue(call.arguments[index]).string) is not a weight, a number from 0 up")
    }
    return weight
}

/// A name that balancers take, made of `parts` joined by `:`; different for different parts.
///
/// Where a part had to be changed, or the name could be that of other parts (a `:` before the last one, an end like a
/// hash), a hash of the parts is appended.
func safeServerName(_ parts: [String]) -> String {
    var name = ""
    var isAmbiguous = parts.allSatisfy(\.isEmpty) || parts.dropLast().contains { $0.utf8.contains(UInt8(ascii: ":")) }
    for (index, part) in parts.enumerated() {
        if index > 0 { name += ":" }
        for scalar in part.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_", ".", ":", "-": name.unicodeScalars.append(scalar)
            default:
                name += "_"
                isAmbiguous = true
            }
        }
    }
    guard isAmbiguous || endsLikeHash(name) else { return name }
    return name + formatPrintf(Text("_%08x"), [.int(Int(fnv1a(parts.joined(separator: "\0").utf8)))]).string
}

/// Whether a name ends as those do that a hash was appended to: somebody may have chosen it to be taken for another.
private func endsLikeHash(_ name: String) -> Bool {
    let end = Array(name.utf8.suffix(9))
    guard end.count == 9, end[0] == UInt8(ascii: "_") else { return false }
    return end.dropFirst().allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
}

/// The 32-bit FNV-1a hash.
private func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var hash: UInt32 = 0x811C_9DC5
    for byte in bytes { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
    return hash
}
