import TemplateEngine
import Testing

@Suite("Regular expressions: Unicode")
struct RegularExpressionUnicodeTests {
    /// All cases of a letter are one to `(?i)`, whichever of them the pattern has.
    @Test(
        "Letters fold with every case of theirs",
        arguments: [
            "kK\u{212A}", "sSſ", "åÅ\u{212B}", "ΩωΩ", "βΒϐ", "εΕϵ", "θΘϑϴ", "ιΙ\u{345}\u{1FBE}", "μΜ\u{B5}", "σςΣ",
            "φΦϕ",
            "ǆǅǄ", "ßẞ", "ÿŸ", "дД", "ᏸᏰ", "ꭰᎠ", "აᲐ", "ⓐⒶ", "𐐨𐐀", "ṡṠẛ", "ᾀᾈ", "вВᲀ",
        ]
    )
    func folding(cases: String) throws {
        for pattern in cases.unicodeScalars {
            let literal = try RegularExpression("^(?i)\\x{\(String(pattern.value, radix: 16))}$")
            let set = try RegularExpression("^(?i)[\\x{\(String(pattern.value, radix: 16))}]$")
            let others = try RegularExpression("^(?i)[^\\x{\(String(pattern.value, radix: 16))}]$")
            for text in cases.unicodeScalars {
                #expect(literal.matches(String(text)), "\(pattern) on \(text)")
                #expect(set.matches(String(text)), "[\(pattern)] on \(text)")
                #expect(!others.matches(String(text)), "[^\(pattern)] on \(text)")
            }
        }
    }

    @Test("Letters that only Turkish takes for cases of i are not", arguments: ["İ", "ı"])
    func dotlessI(letter: String) throws {
        #expect(try !RegularExpression("(?i)i").matches(letter))
        #expect(try !RegularExpression("(?i)I").matches(letter))
        #expect(try RegularExpression("(?i)" + letter).matches(letter))
        #expect(try !RegularExpression("(?i)" + letter).matches("iI"))
    }

    @Test(
        "Every short name of a category is known",
        arguments: [
            "C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl",
            "No",
            "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs", "Any",
            "Letter", "Uppercase_Letter", "Old_Italic", "greek", "Han", "Inherited", "SignWriting", "Phags_Pa", "Nko",
        ]
    )
    func names(name: String) throws {
        let positive = try RegularExpression("^\\p{\(name)}$")
        let negative = try RegularExpression("^\\P{\(name)}$")
        for text in ["a", "A", "1", "α", "字", " ", "\u{301}", "\u{E000}", "€", "-", "\n"] {
            #expect(positive.matches(text) != negative.matches(text))
        }
    }

    @Test("A category has what the standard library says it has")
    func categories() throws {
        let letters = try RegularExpression(#"^\pL$"#)
        let marks = try RegularExpression(#"^\p{Mn}$"#)
        for value in stride(from: UInt32(0), through: 0x1FFFF, by: 7) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let category = scalar.properties.generalCategory
            let isLetter = [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter]
                .contains(category)
            #expect(letters.matches(String(scalar)) == isLetter)
            #expect(marks.matches(String(scalar)) == (category == .nonspacingMark))
        }
    }

    @Test("Scripts do not overlap: a character has one")
    func scripts() throws {
        let scripts = try ["Latin", "Greek", "Cyrillic", "Han", "Arabic", "Common", "Inherited"].map { name in
            try RegularExpression("^\\p{\(name)}$")
        }
        for (text, expected) in [
            ("a", 0), ("ª", 0), ("Ω", 1), ("µ", 5), ("ж", 2), ("漢", 3), ("〇", 3), ("ع", 4), ("،", 5), ("1", 5),
            ("\u{301}", 6), ("😀", 5),
        ] {
            #expect(scripts.map { $0.matches(text) } == scripts.indices.map { $0 == expected }, "\(text)")
        }
    }
}
