/// Texts to values by the rules of Go's `strconv`; an empty text is the zero value and no fault.
package let parsingFunctions: [TemplateFunction] = [
    TemplateFunction("parseBool", 1) { call throws(FunctionFault) in .bool(try parseBool(call.text(0).string)) },
    TemplateFunction("parseInt", 1) { call throws(FunctionFault) in .int(try parseInteger(call.text(0).string)) },
    TemplateFunction("parseUint", 1) { call throws(FunctionFault) in .uint(try parseNatural(call.text(0).string)) },
    TemplateFunction("parseFloat", 1) { call throws(FunctionFault) in
        let string = try call.text(0).string
        return .float(string.isEmpty ? 0 : try GoFloatSyntax.parse(string))
    },
]

private func parseBool(_ string: String) throws(FunctionFault) -> Bool {
    switch string {
    case "1", "t", "T", "true", "TRUE", "True": return true
    case "", "0", "f", "F", "false", "FALSE", "False": return false
    default:
        throw FunctionFault(
            "\(GoQuoting.quoted(string.shortened)) is not a boolean",
            hint: "1, t, T, true, TRUE, True, 0, f, F, false, FALSE and False are"
        )
    }
}

/// A decimal integer with an optional sign.
func parseInteger(_ string: String) throws(FunctionFault) -> Int {
    if string.isEmpty { return 0 }
    let digits = string.utf8.dropFirst(
        string.utf8.first == UInt8(ascii: "-") || string.utf8.first == UInt8(ascii: "+") ? 1 : 0
    )
    guard areDecimalDigits(digits) else {
        throw FunctionFault("\(GoQuoting.quoted(string.shortened)) is not a decimal integer")
    }
    guard let value = Int(string) else { throw outOfRange(string, "a 64-bit integer") }
    return value
}

private func parseNatural(_ string: String) throws(FunctionFault) -> UInt {
    if string.isEmpty { return 0 }
    guard areDecimalDigits(string.utf8[...]) else {
        throw FunctionFault("\(GoQuoting.quoted(string.shortened)) is not a decimal integer without a sign")
    }
    guard let value = UInt(string) else { throw outOfRange(string, "an unsigned 64-bit integer") }
    return value
}

private func areDecimalDigits(_ bytes: Substring.UTF8View) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
}

private func outOfRange(_ string: String, _ type: String) -> FunctionFault {
    FunctionFault("\(GoQuoting.quoted(string.shortened)) is out of the range of \(type)")
}
