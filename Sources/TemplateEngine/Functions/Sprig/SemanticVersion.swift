/// A version such as `v1.2.3-beta+5`, with the methods that Sprig's `semver` has.
///
/// Source: semver.org 2.0.0; minor and patch may be left out, as in Sprig.
final class SemanticVersion: PrintableObject {
    private let original: Text
    /// Major, minor and patch.
    let numbers: [UInt]
    private let prerelease: Text
    private let metadata: Text

    let typeName = "*semver.Version"

    init(_ text: Text) throws(FunctionFault) {
        let fault = FunctionFault("\(GoQuoting.quoted(text.string.shortened)) is not a semantic version")
        let withoutV = text.trimmingPrefix("v")
        let buildCut = withoutV.cut(at: "+")
        let version = buildCut?.before ?? withoutV
        let prereleaseCut = version.cut(at: "-")
        for label in [prereleaseCut?.after, buildCut?.after] {
            if let label, !Self.isLabel(label) { throw fault }
        }
        var numbers: [UInt] = []
        for part in (prereleaseCut?.before ?? version).split(separator: ".") {
            guard part.string.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt(part.string) else {
                throw fault
            }
            numbers.append(number)
        }
        guard (1...3).contains(numbers.count) else { throw fault }
        original = text
        prerelease = prereleaseCut?.after ?? Text("")
        metadata = buildCut?.after ?? Text("")
        self.numbers = numbers + Array(repeating: 0, count: 3 - numbers.count)
    }

    /// Letters, digits and `-`, in parts between points, none of them empty.
    private static func isLabel(_ text: Text) -> Bool {
        text.split(separator: ".").allSatisfy { part in
            !part.string.isEmpty
                && part.string.unicodeScalars.allSatisfy { scalar in
                    switch scalar {
                    case "a"..."z", "A"..."Z", "0"..."9", "-": true
                    default: false
                    }
                }
        }
    }

    var isPrerelease: Bool { !prerelease.string.isEmpty }

    var printed: Text {
        var builder = TextBuilder()
        builder.append(numbers.map { String($0) }.joined(separator: "."))
        if !prerelease.string.isEmpty {
            builder.append("-")
            builder.append(prerelease)
        }
        if !metadata.string.isEmpty {
            builder.append("+")
            builder.append(metadata)
        }
        return builder.finish()
    }

    func call(_ method: String, _ arguments: [Value]) throws(FunctionFault) -> Value? {
        switch method {
        case "Major": return .uint(numbers[0])
        case "Minor": return .uint(numbers[1])
        case "Patch": return .uint(numbers[2])
        case "Prerelease": return .text(prerelease)
        case "Metadata": return .text(metadata)
        case "Original": return .text(original)
        case "String": return .text(printed)
        case "Compare": return .int(try compare(to: arguments))
        case "LessThan": return .bool(try compare(to: arguments) < 0)
        case "GreaterThan": return .bool(try compare(to: arguments) > 0)
        case "Equal": return .bool(try compare(to: arguments) == 0)
        default: return nil
        }
    }

    private func compare(to arguments: [Value]) throws(FunctionFault) -> Int {
        guard arguments.count == 1, case .object(let object) = arguments[0], let other = object as? SemanticVersion
        else {
            throw FunctionFault("expected one other version, got \(arguments.first?.brief ?? "nothing")")
        }
        return compare(to: other)
    }

    /// -1, 0 or 1; metadata does not count.
    func compare(to other: SemanticVersion) -> Int {
        for (left, right) in zip(numbers, other.numbers) where left != right { return left < right ? -1 : 1 }
        switch (prerelease.string.isEmpty, other.prerelease.string.isEmpty) {
        case (true, true): return 0
        case (true, false): return 1
        case (false, true): return -1
        case (false, false): break
        }
        let parts = prerelease.split(separator: ".").map(\.string)
        let otherParts = other.prerelease.split(separator: ".").map(\.string)
        for (left, right) in zip(parts, otherParts) where left != right {
            switch (UInt(left), UInt(right)) {
            case (let left?, let right?): return left < right ? -1 : 1
            case (_?, nil): return -1
            case (nil, _?): return 1
            case (nil, nil): return left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
            }
        }
        return parts.count == otherParts.count ? 0 : parts.count < otherParts.count ? -1 : 1
    }
}
