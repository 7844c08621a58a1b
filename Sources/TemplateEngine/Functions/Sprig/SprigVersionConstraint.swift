/// What `semverCompare` tests a version against: `>=1.2, <2 || ^3.1`.
///
/// Source: Masterminds/semver v3, "Checking Version Constraints". A version with a pre-release only meets a constraint
/// that has one too.
struct VersionConstraint {
    /// Any of the lists must hold, each with all of its comparisons.
    private let alternatives: [[Comparison]]

    fileprivate struct Comparison {
        var sign: String
        var version: SemanticVersion
        /// How many of major, minor and patch were given; `x` and `*` give none.
        var precision: Int
    }

    init(_ text: Text) throws(FunctionFault) {
        var alternatives: [[Comparison]] = []
        for alternative in text.split(separator: "||") {
            alternatives.append(try Self.comparisons(alternative.trimmingSpace()))
        }
        self.alternatives = alternatives
    }

    func holds(for version: SemanticVersion) -> Bool {
        alternatives.contains { comparisons in comparisons.allSatisfy { $0.holds(for: version) } }
    }

    // MARK: Reading

    private static func comparisons(_ text: Text) throws(FunctionFault) -> [Comparison] {
        if let (low, high) = text.cut(at: " - ") {
            return [try comparison(">=", low.trimmingSpace()), try comparison("<=", high.trimmingSpace())]
        }
        var comparisons: [Comparison] = []
        var sign = ""
        for word in text.replacing(",", with: Text(" ")).split(separator: " ") where !word.string.isEmpty {
            let signCount = word.string.utf8.prefix { "=!<>~^".utf8.contains($0) }.count
            let rest = word.slice(signCount..<word.string.utf8.count)
            sign += word.slice(0..<signCount).string
            if rest.string.isEmpty { continue }
            comparisons.append(try comparison(sign, rest))
            sign = ""
        }
        guard sign.isEmpty, !comparisons.isEmpty else { throw malformed(text) }
        return comparisons
    }

    private static let signs: Set<String> = ["", "=", "!=", ">", "<", ">=", "=>", "<=", "=<", "~", "~>", "^"]

    private static func comparison(_ sign: String, _ text: Text) throws(FunctionFault) -> Comparison {
        guard signs.contains(sign) else { throw malformed(text) }
        var numbers: [Text] = []
        let core = text.trimmingPrefix("v")
        let label =
            core.string.utf8.firstIndex { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
            .map { core.string.utf8.distance(from: core.string.utf8.startIndex, to: $0) } ?? core.string.utf8.count
        for part in core.slice(0..<label).split(separator: ".") {
            if ["x", "X", "*"].contains(part.string) { break }
            numbers.append(part)
        }
        let suffix = !numbers.isEmpty ? core.slice(label..<core.string.utf8.count) : Text("")
        let padded = numbers.map(\.string) + Array(repeating: "0", count: max(0, 3 - numbers.count))
        let version = try SemanticVersion(Text(padded.joined(separator: ".") + suffix.string))
        return Comparison(sign: sign, version: version, precision: numbers.count)
    }

    private static func malformed(_ text: Text) -> FunctionFault {
        FunctionFault(
            "\(GoQuoting.quoted(text.string.shortened)) is not a version constraint",
            hint: "\">=1.2, <2\", \"~1.4\", \"^2\" and \"1.x || 2.x\" are"
        )
    }
}

extension VersionConstraint.Comparison {
    fileprivate func holds(for other: SemanticVersion) -> Bool {
        if other.isPrerelease, !version.isPrerelease { return false }
        let order = other.compare(to: version)
        let isSamePrefix = zip(other.numbers, version.numbers).prefix(precision).allSatisfy { $0 == $1 }
        switch sign {
        case "", "=": return precision < 3 ? isSamePrefix : order == 0
        case "!=": return precision < 3 ? !isSamePrefix : order != 0
        case ">": return precision < 3 ? order > 0 && !isSamePrefix : order > 0
        case "<": return order < 0
        case ">=", "=>": return order >= 0
        case "<=", "=<": return precision < 3 ? order <= 0 || isSamePrefix : order <= 0
        // The last number given may grow, but for a lone major one, which stays.
        case "~", "~>": return order >= 0 && isPrefix(of: other, upTo: min(precision, 2))
        default:
            // The first number that is not zero stays.
            let leading = version.numbers.firstIndex { $0 != 0 } ?? max(precision - 1, 0)
            return order >= 0 && isPrefix(of: other, upTo: min(leading + 1, precision))
        }
    }

    private func isPrefix(of other: SemanticVersion, upTo count: Int) -> Bool {
        zip(other.numbers, version.numbers).prefix(count).allSatisfy { $0 == $1 }
    }
}
