extension ScalarSet {
    private init(ascii text: String) { self.init(text.unicodeScalars.map { $0.value...$0.value }) }

    private static let digit = ScalarSet(0x30...0x39)
    private static let upper = ScalarSet(0x41...0x5A)
    private static let lower = ScalarSet(0x61...0x7A)
    private static let alpha = ScalarSet(0x41...0x5A, 0x61...0x7A)
    /// `[0-9A-Za-z_]`, what `\w` and `\b` go by.
    static let word = ScalarSet(0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A)

    /// The set of `\d`, `\s` or `\w`, by its letter: ASCII only, as in RE2.
    static func perlClass(_ letter: UInt8) -> ScalarSet? {
        switch letter {
        case UInt8(ascii: "d"): digit
        case UInt8(ascii: "s"): ScalarSet(ascii: "\t\n\u{0C}\r ")
        case UInt8(ascii: "w"): word
        default: nil
        }
    }

    /// The set of `[:name:]`: ASCII only, as in RE2.
    static func posixClass(_ name: String) -> ScalarSet? {
        switch name {
        case "alnum": ScalarSet(0x30...0x39, 0x41...0x5A, 0x61...0x7A)
        case "alpha": alpha
        case "ascii": ScalarSet(0x00...0x7F)
        case "blank": ScalarSet(ascii: "\t ")
        case "cntrl": ScalarSet(0x00...0x1F, 0x7F...0x7F)
        case "digit": digit
        case "graph": ScalarSet(0x21...0x7E)
        case "lower": lower
        case "print": ScalarSet(0x20...0x7E)
        case "punct": ScalarSet(0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E)
        case "space": ScalarSet(0x09...0x0D, 0x20...0x20)
        case "upper": upper
        case "word": word
        case "xdigit": ScalarSet(0x30...0x39, 0x41...0x46, 0x61...0x66)
        default: nil
        }
    }
}
