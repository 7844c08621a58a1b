extension RegularExpression {
    /// A parsed pattern: what matches, before it becomes instructions.
    ///
    /// Each node knows its height and its cost in instructions when it is built, so that a pattern that nests too
    /// deeply or repeats too much is refused while it is read and never expanded.
    struct SyntaxNode: Sendable {
        indirect enum Kind: Sendable {
            /// Matches the empty string.
            case empty
            /// Matches this scalar.
            case scalar(UInt32)
            /// Matches one scalar of the set.
            case set(ScalarSet)
            /// Matches the empty string where it holds.
            case assertion(Assertion)
            case sequence([SyntaxNode])
            /// The first alternative that leads to a match wins.
            case choice([SyntaxNode])
            case capture(group: Int, SyntaxNode)
            /// `maximum` is nil for any number of times.
            case repetition(SyntaxNode, minimum: Int, maximum: Int?, greedy: Bool)
        }

        let kind: Kind
        /// How deep nodes nest below this one, itself included.
        let height: Int
        /// How many instructions it takes; `Int.max` for more than can be counted.
        let cost: Int
        /// The largest product of nested repeat counts.
        let repeats: Int
        /// Whether it can match the empty string.
        let isNullable: Bool

        private init(_ kind: Kind, height: Int, cost: Int, repeats: Int, isNullable: Bool) {
            self.kind = kind
            self.height = height
            self.cost = cost
            self.repeats = repeats
            self.isNullable = isNullable
        }
    }
}

extension RegularExpression.SyntaxNode {
    static let empty = Self(.empty, height: 1, cost: 0, repeats: 1, isNullable: true)

    static func scalar(_ scalar: UInt32) -> Self {
        Self(.scalar(scalar), height: 1, cost: 1, repeats: 1, isNullable: false)
    }

    static func set(_ set: ScalarSet) -> Self {
        Self(.set(set), height: 1, cost: 1, repeats: 1, isNullable: false)
    }

    static func assertion(_ assertion: RegularExpression.Assertion) -> Self {
        Self(.assertion(assertion), height: 1, cost: 1, repeats: 1, isNullable: true)
    }

    /// The nodes one after the other.
    static func sequence(_ nodes: [Self]) -> Self {
        switch nodes.count {
        case 0: .empty
        case 1: nodes[0]
        default: Self(.sequence(nodes), children: nodes, ownCost: 0, isNullable: nodes.allSatisfy(\.isNullable))
        }
    }

    /// The nodes as alternatives, the preferred one first.
    static func choice(_ nodes: [Self]) -> Self {
        guard nodes.count != 1 else { return nodes[0] }
        return Self(
            .choice(nodes),
            children: nodes,
            ownCost: nodes.count - 1,
            isNullable: nodes.contains(where: \.isNullable)
        )
    }

    static func capture(group: Int, _ node: Self) -> Self {
        Self(.capture(group: group, node), children: [node], ownCost: 2, isNullable: node.isNullable)
    }

    /// `node` repeated.
    ///
    /// - Parameter counted: whether the pattern gave counts (`{2,5}`), which nested are bounded by their product.
    static func repetition(
        _ node: Self,
        minimum: Int,
        maximum: Int?,
        greedy: Bool,
        counted: Bool = false,
    ) -> Self {
        let copies = max(maximum ?? minimum, 1)
        // Each copy may need a branch, and a nullable loop one more.
        let (cost, overflows) = node.cost.addingReportingOverflow(1).partialValue
            .multipliedReportingOverflow(by: copies)
        var repeats = node.repeats
        if counted {
            let count = maximum ?? minimum
            // As in Go, `x{0}` drops x whatever is in it, and `x{0,}` is `x*`.
            if maximum == 0 { repeats = 1 } else if count > 0 { repeats = min(repeats, 1_001) * count }
        }
        return Self(
            .repetition(node, minimum: minimum, maximum: maximum, greedy: greedy),
            height: node.height + 1,
            cost: overflows || node.cost == Int.max ? Int.max : min(cost, Int.max - 1) + 1,
            repeats: repeats,
            isNullable: minimum == 0 || node.isNullable,
        )
    }

    private init(_ kind: Kind, children: [Self], ownCost: Int, isNullable: Bool) {
        var height = 0
        var cost = ownCost
        var repeats = 1
        for child in children {
            height = max(height, child.height)
            let (sum, overflows) = cost.addingReportingOverflow(child.cost)
            cost = overflows ? Int.max : sum
            repeats = max(repeats, child.repeats)
        }
        self.init(kind, height: height + 1, cost: cost, repeats: repeats, isNullable: isNullable)
    }
}
