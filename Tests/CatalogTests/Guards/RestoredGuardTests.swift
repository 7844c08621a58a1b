import Catalog
import Testing

@Suite struct RestoredGuardTests {
    @Test(
        arguments: [
            // The first answer of a registry that has to be connected to is one after a break.
            ("ab", "5 !ab > ab"), ("ab", "5 !abc > abc"), ("a-b", "5 !b > b"), (".", "5 !. > ."), (".", "5 !ab > ab"),
            ("ab", "5 !a > ab after-break b; 35 a > a confirmed"),
            ("ab", "5 !. > ab after-break ab; 35 . > ab empty ab; 65 tick > . expired"),
            ("ab", "5 !. > ab after-break ab; 6 release > . released"),
            ("ab", "5 !. > ab after-break ab; 6 ab > ab returned; 7 a > a"),
            ("ab", "5 =. > ."),
            ("ab", "1 release > ab; 2 tick > ab; 3 fault > ab; 5 !a > ab after-break b"),
            ("abcd", "5 !a-b-c-d > abcd after-break abc; 35 a-b-c-d > a-b-c-d confirmed"),
            // Then the stream is whole.
            ("abcd", "5 !abcd > abcd; 6 a-b-c-d > abcd mass-loss abc"),
            ("abc", "5 !abc > abc; 6 ab > ab"),
            // A registry file is whole in itself: what it says first counts as on an unbroken stream.
            ("abc", "5 a > a"), ("ab", "5 . > ab empty ab; 65 tick > . expired"), ("ab", "5 =. > ."),
        ]
    )
    func `a snapshot on disk is what the first answer is compared with`(restored: String, timeline: String) throws {
        let result = QueryResult.instances(Timeline.instances(restored))
        var guarded = ResultGuard(GuardSettings(), for: .service(name: "web"), restored: result)
        #expect(guarded.effective == result)
        try Timeline(timeline).play(on: &guarded)
    }

    /// Plays the first timeline, restarts after `pause` seconds, and plays the second.
    private func play(_ first: String, pause: Int64, _ second: String, restarts: Int = 1) throws {
        var guarded = ResultGuard(GuardSettings(), for: .service(name: "web"))
        try Timeline(first).play(on: &guarded)
        var pending = guarded.pending(wallNow: 1_000, now: Timeline.moment(0))
        for restart in 1...restarts {
            let isLast = restart == restarts
            guarded = ResultGuard(
                GuardSettings(),
                for: .service(name: "web"),
                restored: guarded.effective,
                pending: pending,
                wallNow: 1_000 + (isLast ? pause : 0),
                now: Timeline.moment(0)
            )
            if !isLast { pending = guarded.pending(wallNow: 1_000, now: Timeline.moment(0)) }
        }
        try Timeline(second).play(on: &guarded)
    }

    // All timelines end and begin at second 0, so that the pause is all that passes.
    @Test(
        arguments: [
            ("-5 ab > ab; 0 !a > ab after-break b", Int64(29), "0 !a > ab after-break b; 1 a > a confirmed"),
            ("-5 ab > ab; 0 !a > ab after-break b", 30, "0 !a > a confirmed"),
            ("-5 ab > ab; 0 !a > ab after-break b", 30, "0 !ab > ab returned"),
            ("-5 abc > abc; 0 !ab > abc after-break c", 30, "0 !a > ab after-break b; 30 a > a confirmed"),
            // A clock that was set back.
            ("-5 ab > ab; 0 !a > ab after-break b", -9_000, "0 !a > ab after-break b; 30 a > a confirmed"),
            // Nothing left: sixty seconds from when that was first seen.
            ("-5 ab > ab; 0 . > ab empty ab", 31, "0 !. > ab empty ab; 29 tick > . expired"),
            ("-5 ab > ab; 0 . > ab empty ab", 60, "0 !. > . confirmed"),
            (
                "-5 ab > ab; 0 !. > ab after-break ab", 10,
                "0 !. > ab after-break ab; 20 . > ab empty ab; 50 tick > . expired"
            ),
            ("-5 ab > ab; 0 a?b? > ab empty ab", 40, "0 !a?b? > ab empty ab; 20 tick > a?b? expired"),
            // A mass loss.
            (
                "-5 abcd > abcd; 0 a-b-c-d > abcd mass-loss abc", 40,
                "0 !a-b-c-d > abcd mass-loss abc; 20 tick > a-b-c-d expired"
            ),
            ("-5 abcd > abcd; 0 a-b-c-d > abcd mass-loss abc", 60, "0 !a-b-c-d > a-b-c-d confirmed"),
            ("-5 abcd > abcd; 0 a-b-c-d > abcd mass-loss abc", 40, "0 !d > d confirmed"),
            // Before there is an answer it is shown, no limit passes, and `release` lets go of what was held.
            ("-5 ab > ab; 0 !a > ab after-break b", 90, "1 tick > ab after-break b; 2 !a > a confirmed"),
            ("-5 ab > ab; 0 !a > ab after-break b", 90, "1 release > a released; 2 !a > a"),
            ("-5 ab > ab; 0 !a > ab after-break b", 90, "1 release > a released; 2 !ab > ab; 3 a > a"),
            ("-5 ab > ab; 0 . > ab empty ab", 90, "1 fault > ab empty ab; 2 release > . released; 3 !. > ."),
            (
                "-5 abcd > abcd; 0 a-b-c-d > abcd mass-loss abc", 10,
                "1 tick > abcd mass-loss abc; 2 release > d released; 3 !a-b-c-d > a-b-c-d"
            ),
        ]
    )
    func `a restart forgets no hold`(first: String, pause: Int64, second: String) throws {
        try play(first, pause: pause, second)
        try play(first, pause: pause, second, restarts: 3)
    }

    @Test func `what an earlier process held is held from the start, and the registry's answer decides`() {
        let loss = PendingLosses(losses: [.instance(Timeline.instances("b")[0].identity): .init(firstSeen: 900)])
        func restored(_ settings: GuardSettings) -> ResultGuard {
            ResultGuard(
                settings,
                for: .service(name: "web"),
                restored: .instances(Timeline.instances("ab")),
                pending: loss,
                wallNow: 1_000,
                now: Timeline.moment(0)
            )
        }
        let guarded = restored(GuardSettings())
        #expect(guarded.hold?.since == Timeline.moment(-100))
        #expect(guarded.hold?.ending == "it ends as the registry's next answer decides, or by `headgate release`")
        #expect(guarded.nextLook == nil && guarded.wantsRead == nil)
        #expect(restored(.off).hold == nil)
    }

    @Test func `nothing pending is nothing to write`() throws {
        var guarded = ResultGuard(GuardSettings(), for: .service(name: "web"))
        #expect(guarded.pending(wallNow: 7, now: Timeline.moment(0)).isEmpty)
        try Timeline("0 ab > ab; 1 !a > ab after-break b; 31 a > a confirmed").play(on: &guarded)
        #expect(guarded.pending(wallNow: 7, now: Timeline.moment(31)).isEmpty)
    }
}
