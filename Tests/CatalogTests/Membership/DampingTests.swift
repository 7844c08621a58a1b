import Catalog
import Testing

@Suite struct DampingTests {
    private func make(
        _ changes: Int = 3,
        window: Int = 60,
        quiet: Int = 60,
        drain: Int = 0,
        restored: String? = nil,
    ) throws -> MembershipRules {
        let damping = DampingSettings(changes: changes, window: .seconds(window), quiet: .seconds(quiet))
        return try #require(
            MembershipRules(
                MembershipSettings(drain: .seconds(drain), damping: damping),
                for: .service(name: "web"),
                restored: restored.map { .instances(Timeline.instances($0)) }
            )
        )
    }

    @Test(
        arguments: [
            // Up to three changes within a minute are none.
            "0 ab > ab; 1 a > a; 2 ab > ab; 3 a > a",
            // The fourth is: it stays out until a minute passed without a change.
            "0 ab > ab; 1 a > a; 2 ab > ab; 3 a > a; 4 ab > a damped b; 63.9 tick > a; 64 tick > ab quiet b",
            // Every further change makes it wait anew, also when it is out.
            "0 ab > ab; 1 a > a; 2 ab > ab; 3 a > a; 4 ab > a damped b; 30 a > a; 40 ab > a; 64 tick > a; 100 tick > ab quiet b",
            "0 ab > ab; 1 a > a; 2 ab > ab; 3 a > a; 4 ab > a damped b; 30 a > a; 90 tick > a quiet b; 91 ab > ab",
            // Going is never delayed.
            "0 ab > ab; 1 a > a; 2 ab > ab; 3 a > a; 62 ab > ab; 63 a > a",
            "0 ab > ab; 1 ab- > ab-; 2 ab > ab; 3 a > a; 4 ab > a damped b; 70 ab > ab quiet b; 71 a > a",
            // By ill health as well; then it is shown as it last was.
            "0 ab > ab; 1 ab- > ab-; 2 ab > ab; 3 ab- > ab-; 4 ab > ab- damped b; 5 ab- > ab-; 6 aB > aB-; 66 tick > aB quiet b",
            "0 ab > ab; 1 ab- > ab-; 2 ab > ab; 3 a > a; 4 ab > a damped b; 5 ab- > ab-; 6 ab > ab-",
            // A warning works; from one way of not working to another is no change.
            "0 ab > ab; 1 ab? > ab?; 2 ab > ab; 3 ab? > ab?; 4 ab > ab; 5 ab? > ab?; 6 ab > ab",
            "0 ab > ab; 1 ab- > ab-; 2 ab* > ab*; 3 ab- > ab-; 4 a > a; 5 ab- > ab-; 6 ab > ab",
            // Changes of long ago do not count.
            "0 ab > ab; 1 a > a; 2 ab > ab; 3 a > a; 63 ab > ab; 64 a > a; 65 ab > ab",
            // New ones are no flapping ones, and others pass.
            "0 a > a; 1 ab > ab; 2 abc > abc; 3 abcd > abcd; 4 abcde > abcde",
            "0 ab > ab; 1 a > a; 2 ab > ab; 3 a > a; 4 ab > a damped b; 5 abc > ac; 6 A? > A?",
            // The last that works is never kept out.
            "0 b > b; 1 . > .; 2 b > b; 3 . > .; 4 b > b; 5 . > .; 6 b > b",
            "0 ab > ab; 1 a > a; 2 ab > ab; 3 a > a; 4 ab > a damped b; 5 b > b needed b; 6 ab > ab; 7 a > a; 8 ab > a damped b",
            "0 ab > ab; 1 a > a; 2 ab > ab; 3 a > a; 4 ab > a damped b; 5 a-b > a-b needed b",
            "0 ab > ab; 1 . > .; 2 ab > ab; 3 . > .; 4 ab > ab; 5 . > .; 6 ab > ab",
        ]
    )
    func `who comes and goes too often stays out until it is quiet`(timeline: String) throws {
        var rules = try make()
        try MembershipTimeline(timeline).play(on: &rules)
    }

    @Test func `quiet and window are two things`() throws {
        var rules = try make(1, window: 10, quiet: 100)
        try MembershipTimeline(
            "0 ab > ab; 1 a > a; 2 ab > a damped b; 50 tick > a; 101 tick > a; 102 tick > ab quiet b; 103 a > a"
        ).play(on: &rules)
        rules = try make(1, window: 100, quiet: 10)
        try MembershipTimeline(
            "0 ab > ab; 1 a > a; 2 ab > a damped b; 12 tick > ab quiet b; 13 a > a; 14 ab > a damped b"
        )
        .play(on: &rules)
    }

    @Test func `it says who is kept out, since when and until when`() throws {
        var rules = try make(1)
        try MembershipTimeline("0 abc > abc; 1 b > b; 2 abc > b damped a damped c; 30 b > b; 31 ab > b").play(
            on: &rules
        )
        #expect(rules.damped.map(\.instance.id) == ["a", "c"])
        #expect(rules.damped.map(\.since) == [Timeline.moment(2), Timeline.moment(2)])
        #expect(rules.damped.map(\.until) == [Timeline.moment(91), Timeline.moment(90)])
        #expect(rules.damped.map(\.changes) == [2, 2])
        #expect(rules.nextLook == Timeline.moment(90))
    }

    @Test(
        arguments: [
            // Who is kept out goes on draining, and does not begin to when it goes.
            "0 ab > ab; 1 a > ab/ draining b; 2 ab > ab/ damped b; 31 tick > a drained b; 62 tick > ab quiet b",
            "0 ab > ab; 1 a > ab/ draining b; 2 ab > ab/ damped b; 3 a > ab/; 31 tick > a drained b",
            "0 ab > ab; 1 ab- > ab-; 2 ab > ab- damped b; 3 a > a",
            // Who is let in drains no more.
            "0 ab > ab; 1 a > ab/ draining b; 2 ab > ab/ damped b; 3 b > a/b needed b draining a drained b",
        ]
    )
    func `damping comes before drain`(timeline: String) throws {
        var rules = try make(1, drain: 30)
        try MembershipTimeline(timeline).play(on: &rules)
    }

    @Test func `what was on disk is what the first answer is compared with`() throws {
        var rules = try make(1, restored: "ab")
        try MembershipTimeline("0 a > a; 1 ab > a damped b").play(on: &rules)
    }
}
