/// Prints values under a verb and its flags: the part of Go's `fmt` that looks at types.
struct ValuePrinter {
    var buffer = FormatBuffer()
    var flags = FormatFlags()

    consuming func finish() -> Text { buffer.finish() }

    /// Prints an operand.
    mutating func print(_ value: Value, _ verb: Unicode.Scalar) {
        switch verb {
        case "T":
            printString(Text(value.goTypeName))
        case "p":
            printPointer(value)
        case "w":
            printMistake(value, verb)
        default:
            if case .null = value {
                if verb == "v" { printPadded(ascii: "<nil>") } else { printMistake(value, verb) }
            } else {
                print(value, verb, depth: 0)
            }
        }
    }

    /// Prints a value that lies `depth` values deep in an operand.
    private mutating func print(_ value: Value, _ verb: Unicode.Scalar, depth: Int) {
        switch value {
        case .null: buffer.append(flags.goSyntax ? "interface {}(nil)" : "<nil>")
        case .bool(let bool):
            if verb == "t" || verb == "v" {
                printPadded(ascii: bool ? "true" : "false")
            } else {
                printMistake(value, verb)
            }
        case .int(let int):
            if !printInteger(int.magnitude, isNegative: int < 0, isSigned: true, verb) { printMistake(value, verb) }
        case .uint(let uint):
            if !printInteger(uint, isNegative: false, isSigned: false, verb) { printMistake(value, verb) }
        case .float(let double):
            if !printFloat(double, verb) { printMistake(value, verb) }
        case .text(let text):
            if !printText(text, verb) { printMistake(value, verb) }
        case .list(let list): print(list, verb, depth: depth)
        case .map(let map): print(map, verb, depth: depth)
        case .record(let record): print(record, verb, depth: depth)
        case .object(let number as ComplexNumber):
            if !printComplex(number, verb) { printMistake(value, verb) }
        case .object(let object as any PrintableObject):
            if !printText(object.printed, verb) { printString(Text(object.typeName)) }
        case .object(let object): printString(Text(object.typeName))
        }
    }

    private mutating func print(_ list: List, _ verb: Unicode.Scalar, depth: Int) {
        if flags.goSyntax { buffer.append(Value.list(list).goTypeName) }
        buffer.append(UInt8(ascii: flags.goSyntax ? "{" : "["))
        for (index, element) in list.elements.enumerated() {
            if index > 0 { printSeparator() }
            print(element, verb, depth: depth + 1)
        }
        buffer.append(UInt8(ascii: flags.goSyntax ? "}" : "]"))
    }

    private mutating func print(_ map: Map, _ verb: Unicode.Scalar, depth: Int) {
        buffer.append(flags.goSyntax ? Value.map(map).goTypeName + "{" : "map[")
        for (index, member) in map.members.enumerated() {
            if index > 0 { printSeparator() }
            print(member.key, verb, depth: depth + 1)
            buffer.append(UInt8(ascii: ":"))
            print(member.value, verb, depth: depth + 1)
        }
        buffer.append(UInt8(ascii: flags.goSyntax ? "}" : "]"))
    }

    /// Records are pointers in Go, which prints those inside of another value as an address. An address says nothing
    /// and differs from run to run, so they are printed as structs there.
    private mutating func print(_ record: Record, _ verb: Unicode.Scalar, depth: Int) {
        let isPointer = record.shape.name.hasPrefix("*")
        if isPointer, depth == 0 || flags.goSyntax { buffer.append(UInt8(ascii: "&")) }
        if flags.goSyntax { buffer.append(String(record.shape.name.drop { $0 == "*" })) }
        buffer.append(UInt8(ascii: "{"))
        for (index, field) in record.fields.enumerated() {
            if index > 0 { printSeparator() }
            if flags.namesFields || flags.goSyntax {
                buffer.append(record.shape.fieldNames[index])
                buffer.append(UInt8(ascii: ":"))
            }
            print(field, verb, depth: depth + 1)
        }
        buffer.append(UInt8(ascii: "}"))
    }

    private mutating func printSeparator() { buffer.append(flags.goSyntax ? ", " : " ") }

    /// `%p`: an address that is the same for all values, for Go's would differ from run to run.
    private mutating func printPointer(_ value: Value) {
        switch value {
        case .list, .map, .record, .object:
            flags.sharp.toggle()
            _ = printInteger(0xc0_0000_0000, isNegative: false, isSigned: false, "x")
            flags.sharp.toggle()
        default: printMistake(value, "p")
        }
    }

    /// Go's way to say that a verb does not suit its operand: `%!d(string=x)`.
    mutating func printMistake(_ value: Value, _ verb: Unicode.Scalar) {
        buffer.append("%!")
        buffer.append(verb)
        buffer.append(UInt8(ascii: "("))
        printWithType(value)
        buffer.append(UInt8(ascii: ")"))
    }

    /// `int=1`, as in mistakes and for superfluous operands.
    mutating func printWithType(_ value: Value) {
        if case .null = value {
            buffer.append("<nil>")
        } else {
            buffer.append(value.goTypeName)
            buffer.append(UInt8(ascii: "="))
            print(value, "v", depth: 0)
        }
    }

    private mutating func printPadded(ascii: String) {
        padded(characters: ascii.utf8.count, zero: flags.zero) { $0.append(ascii) }
    }

    /// Calls `write`, which writes `characters` characters, and fills up to the width on the side that is asked for.
    mutating func padded(characters: Int, zero: Bool, _ write: (inout FormatBuffer) -> Void) {
        guard let width = flags.width, width > characters else { return write(&buffer) }
        if flags.minus {
            write(&buffer)
            buffer.append(repeating: UInt8(ascii: " "), count: width - characters)
        } else {
            buffer.append(repeating: UInt8(ascii: zero ? "0" : " "), count: width - characters)
            write(&buffer)
        }
    }
}
