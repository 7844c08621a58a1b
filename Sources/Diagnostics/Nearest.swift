/// The candidate nearest to what somebody typed, for "did you mean"; nil if none is near enough to be helpful.
///
/// Near is at most a third of the word's length in single-character edits (two for short words, one for those of
/// three letters), ignoring case.
package func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let limit = max(min(2, word.count / 2), word.count / 3)
    let typed = Array(word.lowercased())
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
        let distance = editDistance(typed, Array(candidate.lowercased()))
        guard distance <= limit, distance < max(typed.count, 1) else { continue }
        if best.map({ (distance, candidate) < ($0.distance, $0.candidate) }) ?? true { best = (candidate, distance) }
    }
    return best?.candidate
}

/// The number of insertions, deletions, substitutions and swaps of neighbours that make `source` into `target`
/// (the "optimal string alignment" distance).
private func editDistance(_ source: [Character], _ target: [Character]) -> Int {
    var beforeLast = [Int](repeating: 0, count: target.count + 1)
    var last = Array(0...target.count)
    for row in source.indices {
        var current = [row + 1]
        for column in target.indices {
            let substitution = last[column] + (source[row] == target[column] ? 0 : 1)
            var cost = min(substitution, last[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, source[row] == target[column - 1], source[row - 1] == target[column] {
                cost = min(cost, beforeLast[column - 1] + 1)
            }
            current.append(cost)
        }
        beforeLast = last
        last = current
    }
    return last[target.count]
}
