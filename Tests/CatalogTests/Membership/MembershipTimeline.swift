import Catalog
import Testing

/// A row of a table: what happens when, what is shown then, and what is told of it.
///
///     0 ab > ab; 5 a > ab/ draining b; 35 tick > a drained b
///
/// Answers are rows of instances, as a `Timeline` has them, and `tick` is the time's. Behind what is shown stand the words of
/// the events with their instances: `draining b`, `drained b`, `damped b`, `quiet b`, `needed b`.
struct MembershipTimeline {
    let text: String

    init(_ text: String) { self.text = text }

    /// Plays the timeline and expects what it says.
    ///
    /// - Parameter unwell: The instances that a guard keeps though they do not work.
    func play(
        on rules: inout MembershipRules,
        unwell: String = ".",
        _ location: SourceLocation = #_sourceLocation,
    ) throws {
        let unwell = Set(Timeline.instances(unwell).map { ItemIdentity.instance($0.identity) })
        for step in text.split(separator: ";") {
            let words = step.split(separator: " ").map(String.init)
            let comment = Comment(rawValue: "\(step) of \(text)")
            let now = Timeline.moment(try #require(Double(words[0])))
            let outcome: MembershipRules.Outcome?
            if words[1] == "tick" {
                outcome = rules.timer(at: now)
            } else {
                outcome = rules.see(.instances(Timeline.instances(words[1])), unwell: unwell, at: now)
            }
            try #require(words[2] == ">")
            guard let outcome, case .instances(let shown) = outcome.shown else {
                Issue.record(comment, sourceLocation: location)
                return
            }
            #expect(Timeline.text(shown) == words[3], comment, sourceLocation: location)
            let told = outcome.events.map(Self.words).joined(separator: " ")
            #expect(told == words.dropFirst(4).joined(separator: " "), comment, sourceLocation: location)
            #expect(rules.nextLook.map { $0 > now } ?? true, comment, sourceLocation: location)
        }
    }

    private static func words(_ event: MembershipRules.Event) -> String {
        switch event {
        case .damped(let instance, _): "damped \(instance.id)"
        case .dampingEnded(let instance, let ending): "\(ending.rawValue) \(instance.id)"
        case .draining(let instances): "draining \(instances.map(\.id).joined())"
        case .drained(let instances): "drained \(instances.map(\.id).joined())"
        }
    }
}
