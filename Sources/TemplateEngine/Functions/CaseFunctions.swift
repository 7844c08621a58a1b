/// Upper, lower and title case, character by character as Go maps them.
package let caseFunctions: [TemplateFunction] = [
    TemplateFunction("toLower", 1) { call throws(FunctionFault) in .text(try call.text(0).lowercased()) },
    TemplateFunction("toUpper", 1) { call throws(FunctionFault) in .text(try call.text(0).uppercased()) },
    TemplateFunction("toTitle", 1) { call throws(FunctionFault) in .text(try call.text(0).titlecased()) },
]

extension Text {
    /// The text in lower case; characters whose lower case is several stay as they are, but for İ.
    func lowercased() -> Text {
        if isASCII(withoutLettersFrom: UInt8(ascii: "A")) { return self }
        if isASCII { return transformed(keepsPlaces: true) { $0.lowercased() } }
        return mappingScalars { scalar, buffer in
            buffer.append(scalar == "İ" ? "i" : Unicode.Scalar(single: scalar.properties.lowercaseMapping) ?? scalar)
        }
    }

    /// The text in upper case; characters whose upper case is several stay as they are: `ß`.
    func uppercased() -> Text {
        if isASCII(withoutLettersFrom: UInt8(ascii: "a")) { return self }
        if isASCII { return transformed(keepsPlaces: true) { $0.uppercased() } }
        return mappingScalars { scalar, buffer in
            buffer.append(
                Unicode.Scalar(single: scalar.properties.uppercaseMapping)
                    ?? Unicode.Scalar(single: scalar.properties.titlecaseMapping) ?? scalar
            )
        }
    }

    private var isASCII: Bool { string.utf8.allSatisfy { $0 < 0x80 } }

    /// Whether the text is ASCII and has none of the 26 bytes from `first` on: its case need not be changed.
    private func isASCII(withoutLettersFrom first: UInt8) -> Bool {
        var string = string
        return string.withUTF8 { bytes in unsafe bytes.allSatisfy { $0 < 0x80 && $0 &- first >= 26 } }
    }

    /// The text with the first letter of each word in title case and all others as they are.
    ///
    /// A word ends where Unicode's word boundaries are, in the simple form that Go's `golang.org/x/text/cases` uses:
    /// at every character that neither has a case nor is ignored by case mapping, so at digits and `-`, but not at
    /// `_`, nor at a single `.`, `:` or `'`.
    func titlecased() -> Text {
        var isInsideWord = false
        var followsMiddle = false
        return mappingScalars { scalar, buffer in
            let isMiddle = scalar.isInnerWordPunctuation
            if followsMiddle, isMiddle { isInsideWord = false }
            followsMiddle = isMiddle
            if scalar.properties.isCased {
                if isInsideWord {
                    buffer.append(scalar)
                } else {
                    buffer.append(scalar.properties.titlecaseMapping)
                }
                isInsideWord = true
            } else {
                let continuesWord =
                    scalar.properties.isCaseIgnorable || scalar.properties.generalCategory == .connectorPunctuation
                if !continuesWord { isInsideWord = false }
                buffer.append(scalar)
            }
        }
    }
}

extension Unicode.Scalar {
    /// The scalar of a string of one.
    fileprivate init?(single string: String) {
        let scalars = string.unicodeScalars
        guard let first = scalars.first, scalars.count == 1 else { return nil }
        self = first
    }

    /// Punctuation that belongs to a word when letters are on both sides (Unicode's MidLetter, MidNumLet, Single_Quote).
    fileprivate var isInnerWordPunctuation: Bool {
        switch self {
        case "'", ".", ":", "\u{B7}", "\u{387}", "\u{55F}", "\u{5F4}", "\u{2018}", "\u{2019}", "\u{2024}", "\u{2027}",
            "\u{FE13}", "\u{FE52}", "\u{FE55}", "\u{FF07}", "\u{FF0E}", "\u{FF1A}":
            true
        default: false
        }
    }
}
