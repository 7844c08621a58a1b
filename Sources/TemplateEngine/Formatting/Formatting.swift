/// Go's `%v` of a value: what an action writes.
package func formatValue(_ value: Value) -> Text {
    switch value {
    case .text(let text): return text
    case .int(let int): return Text(String(int))
    case .bool(let bool): return Text(bool ? "true" : "false")
    default: break
    }
    var printer = ValuePrinter()
    printer.print(value, "v")
    return printer.finish()
}

/// Go's `fmt.Sprint`: a space between two operands when neither is a string.
package func formatPrint(_ values: [Value]) -> Text {
    var printer = ValuePrinter()
    var followsText = true
    for value in values {
        let isText = if case .text = value { true } else { false }
        if !isText, !followsText { printer.buffer.append(UInt8(ascii: " ")) }
        printer.print(value, "v")
        followsText = isText
    }
    return printer.finish()
}

/// Go's `fmt.Sprintln`: a space between all operands, a line feed after the last.
package func formatPrintln(_ values: [Value]) -> Text {
    var printer = ValuePrinter()
    for (index, value) in values.enumerated() {
        if index > 0 { printer.buffer.append(UInt8(ascii: " ")) }
        printer.print(value, "v")
    }
    printer.buffer.append(UInt8(ascii: "\n"))
    return printer.finish()
}

/// Go's `fmt.Sprintf`: mistakes of the format are printed in place, as Go does, and never thrown.
///
/// The literal parts of `format` keep its origin, each argument keeps its own.
package func formatPrintf(_ format: Text, _ arguments: [Value]) -> Text {
    var interpreter = PrintfInterpreter(arguments)
    interpreter.run(format)
    return interpreter.printer.finish()
}
