/// The template of a replacement, taken apart as Go's `Regexp.Expand` does.
struct ReplacementTemplate {
    enum Part {
        case literal(String)
        /// The first of these groups that took part; several where they share a name, none where none has it.
        case groups([Int])
    }

    private(set) var parts: [Part] = []
    /// The highest number of a group that is needed.
    private(set) var highestGroup = 0

    init(literal: String) { if !literal.isEmpty { parts = [.literal(literal)] } }

    init(_ template: String, groupNames: [String?]) {
        var rest = Substring(template).unicodeScalars
        var literal = ""
        while let scalar = rest.popFirst() {
            if scalar == "$" {
                if rest.first == "$" {
                    rest.removeFirst()
                } else if let name = Self.takeName(&rest) {
                    if !literal.isEmpty { parts.append(.literal(literal)) }
                    literal = ""
                    let numbers = Self.numbers(of: name, in: groupNames)
                    highestGroup = max(highestGroup, numbers.max() ?? 0)
                    parts.append(.groups(numbers))
                    continue
                }
            }
            literal.unicodeScalars.append(scalar)
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
    }

    /// Takes `name` or `{name}`, the longest one; nil, and nothing taken, if `rest` begins with neither.
    private static func takeName(_ rest: inout Substring.UnicodeScalarView) -> String? {
        let isBraced = rest.first == "{"
        let start = isBraced ? rest.dropFirst() : rest
        let name = start.prefix(while: isNameScalar)
        guard !name.isEmpty else { return nil }
        var after = start[name.endIndex...]
        if isBraced {
            guard after.popFirst() == "}" else { return nil }
        }
        rest = after
        return String(name)
    }

    private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "_" { return true }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber:
            return true
        default: return false
        }
    }

    /// A number without leading zeros is a group's number, everything else a name.
    private static func numbers(of name: String, in groupNames: [String?]) -> [Int] {
        let isNumber = name.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        if isNumber, name == "0" || !name.hasPrefix("0") {
            return Int(name).flatMap { groupNames.indices.contains($0) ? [$0] : nil } ?? []
        }
        return groupNames.indices.filter { groupNames[$0] == name }
    }
}
