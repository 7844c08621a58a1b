/// A registry that is made of others.
package struct CombinationSettings: Sendable, Hashable {
    package enum Rule: Sendable, Hashable {
        /// All that any of them has.
        case union
        /// What the first of them has that has something.
        case failover
    }

    package var rule: Rule
    /// The names of the others, the first first.
    package var members: [String]
    /// How long one cannot be read before `failover` goes on to the next.
    package var patience = Duration.seconds(10)
    /// How long an earlier one has been well before `failover` goes back to it.
    package var pause = Duration.seconds(30)

    package init(_ rule: Rule, of members: [String]) {
        self.rule = rule
        self.members = members
    }
}
