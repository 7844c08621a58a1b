/// Finds the candidates that make a check fail, each with what the check says of it: a pure state machine, which is told
/// how each check that it asks for came out.
///
/// What is looked for is the shortest row of candidates, from the first on, with which the check fails: the last of them is
/// a culprit. For one culprit among n that takes at most log₂ n + 2 checks, rounded up, that of the rest included.
package struct Bisection: Sendable {
    package struct Culprit: Sendable, Hashable {
        /// Its place among the candidates.
        package var candidate: Int
        /// What the check said when it failed for it alone.
        package var reason: String
    }

    package enum Step: Sendable, Hashable {
        /// Ask whether the check passes with the first candidates, so many of them, without the culprits and all others.
        case check(first: Int)
        /// Try with all candidates but the culprits.
        case conclude
        /// There is nothing more to find out.
        case end
    }

    package enum Answer: Sendable, Hashable {
        case passed
        /// With what the check said.
        case refused(String)
    }

    /// How many checks are asked for at most.
    package static let checkLimit = 60

    /// In the order in which they were found, which is that of the candidates.
    package private(set) var culprits: [Culprit] = []
    /// Whether the check fails without any of the candidates.
    package private(set) var failsWithout = false
    /// How many checks were asked for.
    package private(set) var checks = 0
    private let count: Int
    /// With so many the check passes …
    private var passing = 0
    /// … and with so many it fails.
    private var failing: Int
    private var reason: String
    private var step = Step.end

    /// - Parameters:
    ///   - count: How many candidates there are.
    ///   - reason: What the check says with all of them.
    package init(of count: Int, refusedFor reason: String) {
        self.count = count
        self.reason = reason
        failing = count
    }

    /// The first step: if the check fails without any of the candidates, they are not to blame.
    package mutating func begin() -> Step { ask(count > 0 ? .check(first: 0) : .end) }

    /// The step after the one that was answered.
    package mutating func on(_ answer: Answer) -> Step {
        switch (step, answer) {
        case (.end, _), (.conclude, .passed): return ask(.end)
        case (.check(first: 0), .refused):
            failsWithout = true
            return ask(.end)
        case (.check(let first), .passed): passing = first
        case (.check(let first), .refused(let words)): (failing, reason) = (first, words)
        case (.conclude, .refused(let words)): (failing, reason) = (count, words)
        }
        switch failing - passing {
        // The rest is what has just passed: a check that fails now and then cannot be searched with.
        case ...0: return ask(.end)
        case 1:
            culprits.append(Culprit(candidate: failing - 1, reason: reason))
            passing = failing
            return ask(.conclude)
        default: return ask(.check(first: passing + (failing - passing) / 2))
        }
    }

    private mutating func ask(_ next: Step) -> Step {
        step = next == .end || checks == Self.checkLimit ? .end : next
        if step != .end { checks += 1 }
        return step
    }
}
