/// The sets that `\p{...}` names: general categories, scripts and `Any`.
///
/// As in Go 1.25, case, spaces, dashes and underscores of a name do not matter, and long names of categories count.
enum UnicodeClass {
    /// The set named `name`, nil if there is none.
    static func named(_ name: String) -> ScalarSet? {
        let key = canonical(name)
        switch key {
        case "any": return .all
        case "ascii": return ScalarSet(0x00...0x7F)
        case "assigned": return (categories["cn"] ?? ScalarSet()).inverted()
        default: return categories[longNames[key] ?? key] ?? UnicodeScripts.named(key)
        }
    }

    /// `name` in lower case without what separates its words.
    static func canonical(_ name: some StringProtocol) -> String {
        String(String.UnicodeScalarView(name.lowercased().unicodeScalars.filter { !" -_".unicodeScalars.contains($0) }))
    }

    /// General categories and their groups by short name.
    private static let categories: [String: ScalarSet] = {
        var ranges: [String: [ClosedRange<UInt32>]] = [
            // Whole planes of private use need no look at each code point, and surrogates are no scalars.
            "co": [0xF0000...0xFFFFD, 0x100000...0x10FFFD],
            "cs": [0xD800...0xDFFF],
        ]
        for part: ClosedRange<UInt32> in [0x0000...0xD7FF, 0xE000...0x3FFFF, 0xE0000...0xE0FFF] {
            for value in part {
                guard let scalar = Unicode.Scalar(value) else { continue }
                let name = shortName(scalar.properties.generalCategory)
                guard name != "cn" else { continue }
                let last = (ranges[name]?.count ?? 0) - 1
                if last >= 0, let range = ranges[name]?[last], range.upperBound == value - 1 {
                    ranges[name]?[last] = range.lowerBound...value
                } else {
                    ranges[name, default: []].append(value...value)
                }
            }
        }
        var categories = ranges.mapValues { ScalarSet($0) }
        var assigned = ScalarSet()
        for set in categories.values { assigned.formUnion(set) }
        categories["cn"] = assigned.inverted()
        for (name, members) in groups {
            var union = ScalarSet()
            for member in members { union.formUnion(categories[member] ?? ScalarSet()) }
            categories[name] = union
        }
        return categories
    }()

    private static let groups: [String: [String]] = [
        // Go leaves what is not assigned out of C.
        "c": ["cc", "cf", "cs", "co"],
        "l": ["lu", "ll", "lt", "lm", "lo"],
        "lc": ["lu", "ll", "lt"],
        "m": ["mn", "mc", "me"],
        "n": ["nd", "nl", "no"],
        "p": ["pc", "pd", "ps", "pe", "pi", "pf", "po"],
        "s": ["sm", "sc", "sk", "so"],
        "z": ["zs", "zl", "zp"],
    ]

    private static let longNames: [String: String] = [
        "other": "c", "control": "cc", "cntrl": "cc", "format": "cf", "unassigned": "cn", "privateuse": "co",
        "surrogate": "cs", "letter": "l", "casedletter": "lc", "lowercaseletter": "ll", "modifierletter": "lm",
        "otherletter": "lo", "titlecaseletter": "lt", "uppercaseletter": "lu", "mark": "m", "combiningmark": "m",
        "spacingmark": "mc", "enclosingmark": "me", "nonspacingmark": "mn", "number": "n", "decimalnumber": "nd",
        "digit": "nd", "letternumber": "nl", "othernumber": "no", "punctuation": "p", "punct": "p",
        "connectorpunctuation": "pc", "dashpunctuation": "pd", "closepunctuation": "pe", "finalpunctuation": "pf",
        "initialpunctuation": "pi", "otherpunctuation": "po", "openpunctuation": "ps", "symbol": "s",
        "currencysymbol": "sc", "modifiersymbol": "sk", "mathsymbol": "sm", "othersymbol": "so", "separator": "z",
        "lineseparator": "zl", "paragraphseparator": "zp", "spaceseparator": "zs",
    ]

    private static func shortName(_ category: Unicode.GeneralCategory) -> String {
        switch category {
        case .uppercaseLetter: "lu"
        case .lowercaseLetter: "ll"
        case .titlecaseLetter: "lt"
        case .modifierLetter: "lm"
        case .otherLetter: "lo"
        case .nonspacingMark: "mn"
        case .spacingMark: "mc"
        case .enclosingMark: "me"
        case .decimalNumber: "nd"
        case .letterNumber: "nl"
        case .otherNumber: "no"
        case .connectorPunctuation: "pc"
        case .dashPunctuation: "pd"
        case .openPunctuation: "ps"
        case .closePunctuation: "pe"
        case .initialPunctuation: "pi"
        case .finalPunctuation: "pf"
        case .otherPunctuation: "po"
        case .mathSymbol: "sm"
        case .currencySymbol: "sc"
        case .modifierSymbol: "sk"
        case .otherSymbol: "so"
        case .spaceSeparator: "zs"
        case .lineSeparator: "zl"
        case .paragraphSeparator: "zp"
        case .control: "cc"
        case .format: "cf"
        case .surrogate: "cs"
        case .privateUse: "co"
        case .unassigned: "cn"
        @unknown default: "cn"
        }
    }
}
