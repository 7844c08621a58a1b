/// Walks a `printf` format and prints the operands that its verbs ask for.
struct PrintfInterpreter {
    var printer = ValuePrinter()
    private let arguments: [Value]
    /// The operand that the next verb takes.
    private var next = 0
    /// Whether the format has chosen an operand by its number; superfluous ones are not reported then.
    private var choosesOperands = false
    /// Whether all operand numbers of the present verb were good.
    private var hasGoodIndex = true

    init(_ arguments: [Value]) { self.arguments = arguments }

    mutating func run(_ format: Text) {
        let bytes = format.string.utf8Span.span
        let percent = UInt8(ascii: "%")
        var spans = format.spans[...]
        var offset = 0
        while offset < bytes.count {
            let start = offset
            while offset < bytes.count, bytes[offset] != percent { offset += 1 }
            printLiteral(bytes.extracting(start..<offset), at: start, &spans)
            guard offset < bytes.count else { break }
            offset += 1
            if offset < bytes.count, runPlainVerb(bytes[offset]) {
                offset += 1
            } else {
                offset = runVerb(bytes, offset)
            }
        }
        if !choosesOperands, next < arguments.count { printSuperfluous() }
    }

    /// Adds a part of the format; `spans` are those of its untrusted parts that end behind its start.
    private mutating func printLiteral(
        _ literal: Span<UInt8>,
        at offset: Int,
        _ spans: inout ArraySlice<SpanList.Span>,
    ) {
        guard !spans.isEmpty else { return printer.buffer.append(literal) }
        var index = 0
        while index < literal.count {
            while let span = spans.first, span.range.upperBound <= offset + index { spans.removeFirst() }
            let isUntrusted = spans.first.map { $0.range.lowerBound <= offset + index } ?? false
            let boundary = spans.first.map { isUntrusted ? $0.range.upperBound : $0.range.lowerBound } ?? .max
            let end = min(literal.count, boundary - offset)
            let start = printer.buffer.bytes.count
            while index < end {
                printer.buffer.append(literal[index])
                index += 1
            }
            printer.buffer.attribute(from: start, to: isUntrusted ? spans.first?.source : nil)
        }
    }

    /// Runs a verb without flags that suits its operand, which nearly all are; false if this is another.
    private mutating func runPlainVerb(_ verb: UInt8) -> Bool {
        guard next < arguments.count else { return false }
        switch (arguments[next], verb) {
        case (.text(let text), UInt8(ascii: "s")), (.text(let text), UInt8(ascii: "v")): printer.buffer.append(text)
        case (.int(let int), UInt8(ascii: "d")), (.int(let int), UInt8(ascii: "v")):
            printer.buffer.append(decimal: int)
        default: return false
        }
        next += 1
        return true
    }

    /// Runs the verb whose flags start at `start`; gives the offset behind it.
    private mutating func runVerb(_ format: Span<UInt8>, _ start: Int) -> Int {
        var offset = start
        hasGoodIndex = true
        printer.flags = FormatFlags()
        readFlags(format, &offset)

        var followsIndex = readIndex(format, &offset)
        if offset < format.count, format[offset] == UInt8(ascii: "*") {
            offset += 1
            takeWidth()
            followsIndex = false
        } else {
            printer.flags.width = Self.readNumber(format, &offset, before: format.count)
            if followsIndex, printer.flags.width != nil { hasGoodIndex = false }
        }

        if offset + 1 < format.count, format[offset] == UInt8(ascii: ".") {
            offset += 1
            if followsIndex { hasGoodIndex = false }
            followsIndex = readIndex(format, &offset)
            if offset < format.count, format[offset] == UInt8(ascii: "*") {
                offset += 1
                takePrecision()
                followsIndex = false
            } else {
                printer.flags.precision = Self.readNumber(format, &offset, before: format.count) ?? 0
            }
        }
        if !followsIndex { _ = readIndex(format, &offset) }

        guard offset < format.count else {
            printer.buffer.append("%!(NOVERB)")
            return offset
        }
        runVerb(Self.readScalar(format, &offset))
        return offset
    }

    private mutating func runVerb(_ verb: Unicode.Scalar) {
        if verb == "%" {
            printer.buffer.append(UInt8(ascii: "%"))
        } else if !hasGoodIndex {
            printMistake(verb, "BADINDEX")
        } else if next >= arguments.count {
            printMistake(verb, "MISSING")
        } else {
            if verb == "v" || verb == "w" {
                printer.flags.goSyntax = printer.flags.sharp
                printer.flags.sharp = false
                printer.flags.namesFields = printer.flags.plus
                printer.flags.plus = false
            }
            next += 1
            printer.print(arguments[next - 1], verb)
        }
    }

    private mutating func printMistake(_ verb: Unicode.Scalar, _ name: String) {
        printer.buffer.append("%!")
        printer.buffer.append(verb)
        printer.buffer.append("(\(name))")
    }

    private mutating func printSuperfluous() {
        printer.flags = FormatFlags()
        printer.buffer.append("%!(EXTRA ")
        for index in next..<arguments.count {
            if index > next { printer.buffer.append(", ") }
            printer.printWithType(arguments[index])
        }
        printer.buffer.append(UInt8(ascii: ")"))
    }

    // MARK: Reading the parts of a verb

    private mutating func readFlags(_ format: Span<UInt8>, _ offset: inout Int) {
        while offset < format.count {
            switch format[offset] {
            case UInt8(ascii: "#"): printer.flags.sharp = true
            case UInt8(ascii: "0"): printer.flags.zero = true
            case UInt8(ascii: "+"): printer.flags.plus = true
            case UInt8(ascii: "-"): printer.flags.minus = true
            case UInt8(ascii: " "): printer.flags.space = true
            default: return
            }
            offset += 1
        }
    }

    /// Reads `[n]`, which chooses the next operand; false if there is none, or one that is not closed or no number.
    private mutating func readIndex(_ format: Span<UInt8>, _ offset: inout Int) -> Bool {
        guard offset < format.count, format[offset] == UInt8(ascii: "[") else { return false }
        choosesOperands = true
        var end = offset + 1
        while end < format.count, format[end] != UInt8(ascii: "]") { end += 1 }
        // The shortest is `[1]`.
        guard end < format.count, format.count - offset >= 3 else {
            hasGoodIndex = false
            offset += 1
            return false
        }
        var position = offset + 1
        let number = Self.readNumber(format, &position, before: end)
        offset = end + 1
        guard let number, position == end else {
            hasGoodIndex = false
            return false
        }
        if number >= 1, number <= arguments.count { next = number - 1 } else { hasGoodIndex = false }
        return true
    }

    /// Reads a decimal number that ends before `end`; nil if there is none, or one beyond all bounds.
    private static func readNumber(_ format: Span<UInt8>, _ offset: inout Int, before end: Int) -> Int? {
        guard offset < end else { return nil }
        var number: Int?
        while offset < end, case let digit = format[offset] &- UInt8(ascii: "0"), digit < 10 {
            if let number, number > FormatFlags.largestNumber {
                offset = end
                return nil
            }
            number = (number ?? 0) * 10 + Int(digit)
            offset += 1
        }
        return number
    }

    private static func readScalar(_ format: Span<UInt8>, _ offset: inout Int) -> Unicode.Scalar {
        let first = format[offset]
        if first < 0x80 {
            offset += 1
            return Unicode.Scalar(first)
        }
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        var bytes: [UInt8] = []
        while bytes.count < length, offset < format.count {
            bytes.append(format[offset])
            offset += 1
        }
        return String(decoding: bytes, as: UTF8.self).unicodeScalars.first ?? "\u{FFFD}"
    }

    // MARK: `*`

    private mutating func takeWidth() {
        guard let width = takeNumber() else {
            printer.buffer.append("%!(BADWIDTH)")
            return
        }
        printer.flags.width = abs(width)
        if width < 0 {
            printer.flags.minus = true
            printer.flags.zero = false
        }
    }

    private mutating func takePrecision() {
        guard let precision = takeNumber(), precision >= 0 else {
            printer.buffer.append("%!(BADPREC)")
            return
        }
        printer.flags.precision = precision
    }

    /// The next operand as a width or precision; nil if it is no integer or beyond all bounds.
    private mutating func takeNumber() -> Int? {
        guard next < arguments.count else { return nil }
        next += 1
        let number: Int? =
            switch arguments[next - 1] {
            case .int(let int): int
            case .uint(let uint): Int(exactly: uint)
            default: nil
            }
        guard let number, number.magnitude <= FormatFlags.largestNumber else { return nil }
        return number
    }
}
