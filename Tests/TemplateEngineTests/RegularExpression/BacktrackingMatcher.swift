/// The meaning of a small part of the syntax as a backtracking engine has it, in the plainest way there is: what the
/// real engine is compared with.
indirect enum SimplePattern: CustomStringConvertible {
    case empty
    case character(Character)
    case any
    case beginning
    case end
    case boundary
    case group(Int, SimplePattern)
    case sequence([SimplePattern])
    case choice([SimplePattern])
    case star(SimplePattern, greedy: Bool)
    case optional(SimplePattern, greedy: Bool)

    var description: String {
        switch self {
        case .empty: "(?:)"
        case .character(let character): String(character)
        case .any: "."
        case .beginning: "^"
        case .end: "$"
        case .boundary: #"\b"#
        case .group(_, let pattern): "(\(pattern))"
        case .sequence(let patterns): patterns.map(\.description).joined()
        case .choice(let patterns): "(?:" + patterns.map(\.description).joined(separator: "|") + ")"
        case .star(let pattern, let greedy): "(?:\(pattern))*" + (greedy ? "" : "?")
        case .optional(let pattern, let greedy): "(?:\(pattern))?" + (greedy ? "" : "?")
        }
    }
}

/// Tries all ways through a pattern in their order of preference. Takes exponential time.
struct BacktrackingMatcher {
    typealias Groups = [Int: Range<Int>]

    let text: [Character]

    /// The first match: the whole, then its groups.
    func firstMatch(_ pattern: SimplePattern) -> (range: Range<Int>, groups: Groups)? {
        for start in 0...text.count {
            var result: (Range<Int>, Groups)?
            let found = walk(pattern, at: start, groups: [:]) { end, groups in
                result = (start..<end, groups)
                return true
            }
            if found { return result.map { (range: $0.0, groups: $0.1) } }
        }
        return nil
    }

    private func isWord(_ index: Int) -> Bool {
        text.indices.contains(index) && (text[index].isASCII && (text[index].isLetter || text[index].isNumber))
    }

    private func walk(
        _ pattern: SimplePattern,
        at place: Int,
        groups: Groups,
        then next: (Int, Groups) -> Bool
    ) -> Bool {
        switch pattern {
        case .empty: next(place, groups)
        case .character(let character): place < text.count && text[place] == character && next(place + 1, groups)
        case .any: place < text.count && text[place] != "\n" && next(place + 1, groups)
        case .beginning: place == 0 && next(place, groups)
        case .end: place == text.count && next(place, groups)
        case .boundary: isWord(place - 1) != isWord(place) && next(place, groups)
        case .group(let number, let pattern):
            walk(pattern, at: place, groups: groups) { end, inner in
                var inner = inner
                inner[number] = place..<end
                return next(end, inner)
            }
        case .sequence(let patterns):
            if let first = patterns.first {
                walk(first, at: place, groups: groups) { end, inner in
                    walk(.sequence(Array(patterns.dropFirst())), at: end, groups: inner, then: next)
                }
            } else {
                next(place, groups)
            }
        case .choice(let patterns):
            patterns.contains { walk($0, at: place, groups: groups, then: next) }
        case .optional(let pattern, let greedy):
            greedy
                ? walk(pattern, at: place, groups: groups, then: next) || next(place, groups)
                : next(place, groups) || walk(pattern, at: place, groups: groups, then: next)
        case .star(let pattern, let greedy):
            greedy
                ? round(of: pattern, greedy: greedy, at: place, groups: groups, then: next) || next(place, groups)
                : next(place, groups) || round(of: pattern, greedy: greedy, at: place, groups: groups, then: next)
        }
    }

    /// One more round of a loop, which ends the loop if it consumes nothing.
    private func round(
        of pattern: SimplePattern,
        greedy: Bool,
        at place: Int,
        groups: Groups,
        then next: (Int, Groups) -> Bool
    ) -> Bool {
        walk(pattern, at: place, groups: groups) { end, inner in
            end == place
                ? next(end, inner) : walk(.star(pattern, greedy: greedy), at: end, groups: inner, then: next)
        }
    }
}
