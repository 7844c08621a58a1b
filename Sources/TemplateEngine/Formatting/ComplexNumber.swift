/// Go's `complex128`, which an imaginary constant is: `2i`, `1+2i`. Templates can print and compare it, nothing else.
final class ComplexNumber: TemplateObject, Equatable {
    let real: Double
    let imaginary: Double

    var typeName: String { "complex128" }

    /// The integer that it is, if it is one: it may stand where a function takes an integer.
    var integer: Int? { imaginary == 0 ? Int(exactly: real) : nil }

    init(real: Double, imaginary: Double) {
        self.real = real
        self.imaginary = imaginary
    }

    /// The number of a constant's text, `1+2i` or `2i`; nil if it is none.
    ///
    /// - Parameter parse: Reads a part, without its sign.
    convenience init?(_ text: String, _ parse: (Substring) -> Double?) {
        guard text.last == "i" else { return nil }
        let number = text.dropLast()
        // The sign between the parts: neither that of the first part nor that of an exponent.
        let middle = number.indices.dropFirst().last { index in
            "+-".contains(number[index]) && !"eEpP".contains(number[number.index(before: index)])
        }
        func part(_ text: Substring) -> Double? {
            let isSigned = text.first == "-" || text.first == "+"
            return parse(isSigned ? text.dropFirst() : text).map { text.first == "-" ? -$0 : $0 }
        }
        guard let imaginary = part(number[(middle ?? number.startIndex)...]),
            let real = middle.map({ part(number[..<$0]) }) ?? 0
        else { return nil }
        self.init(real: real, imaginary: imaginary)
    }

    static func == (left: ComplexNumber, right: ComplexNumber) -> Bool {
        left.real == right.real && left.imaginary == right.imaginary
    }

    func call(_ method: String, _ arguments: [Value]) throws(FunctionFault) -> Value? { nil }
}

extension ValuePrinter {
    /// Prints both parts, the second always with its sign; false if the verb does not suit a complex number.
    mutating func printComplex(_ number: ComplexNumber, _ verb: Unicode.Scalar) -> Bool {
        guard "vbgGxXfFeE".unicodeScalars.contains(verb) else { return false }
        let plus = flags.plus
        buffer.append(UInt8(ascii: "("))
        _ = printFloat(number.real, verb)
        flags.plus = true
        _ = printFloat(number.imaginary, verb)
        flags.plus = plus
        buffer.append("i)")
        return true
    }
}
