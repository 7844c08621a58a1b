import Catalog
import Testing

@Suite struct EmptyAnswerTests {
    @Test(
        arguments: [
            // From two or more to none.
            "0 ab > ab; 5 . > ab empty ab; 64.999 tick > ab empty ab; 65 tick > . expired",
            "0 abc > abc; 5 . > abc empty abc; 65 . > . expired",
            // A read that is older than the limit does not pass it, whenever it is shown.
            "0 ab > ab; 5 . > ab empty ab; 64 . > ab empty ab; 66 tick > . expired",
            // From one to none passes, and so do steps; new ones do not count that were never there.
            "0 a > a; 5 . > .",
            "0 ab > ab; 5 a > a; 6 . > .",
            "0 ab- > ab-; 5 . > .",
            // By ill health, draining and maintenance too, whatever is left standing.
            "0 ab > ab; 5 a-b- > ab empty ab; 65 tick > a-b- expired",
            "0 ab > ab; 5 a/b% > ab empty ab; 65 tick > a/b% expired",
            "0 ab > ab; 5 a/c- > abc- empty ab; 65 tick > a/c- expired",
            "0 ab-c > ab-c; 5 . > ac empty ac; 65 tick > . expired",
            // Something usable ends it at once.
            "0 ab > ab; 5 . > ab empty ab; 20 c > c refilled",
            "0 ab > ab; 5 . > ab empty ab; 20 a > a refilled; 21 ab > ab",
            "0 ab > ab; 5 . > ab empty ab; 20 ab > ab returned",
            "0 ab > ab; 5 . > ab empty ab; 20 Ab > Ab returned",
            // To a template that takes what is passing a warning is nothing.
            "0 ab > ab; 5 . > ab empty ab; 20 a? > ab empty ab; 65 tick > a? expired",
            // Something that is not usable does not.
            "0 ab > ab; 5 . > ab empty ab; 20 c- > abc- empty ab; 65 tick > c- expired",
            // It is counted from when it was first seen, and anew once it was over.
            "0 ab > ab; 5 . > ab empty ab; 30 a- > ab empty ab; 65 tick > a- expired",
            "0 ab > ab; 5 . > ab empty ab; 30 ab > ab returned; 40 . > ab empty ab; 99 tick > ab empty ab; 100 tick > . expired",
            // Flapping never empties.
            "0 ab > ab; 1 . > ab empty ab; 2 ab > ab returned; 3 . > ab empty ab; 4 ab > ab returned; 5 . > ab empty ab",
            // No limit passes while the registry is faulty.
            "0 ab > ab; 5 . > ab empty ab; 65 fault > ab empty ab; 500 fault > ab empty ab; 501 tick > . expired",
            "0 ab > ab; 5 . > ab empty ab; 66 fault > ab empty ab; 70 . > . expired",
            // After a break *and* to none: both must be over.
            "0 ab > ab; 5 !. > ab after-break ab; 35 . > ab empty ab; 65 tick > . expired",
            "0 ab > ab; 5 !. > ab after-break ab; 65 tick > ab after-break ab; 66 . > . confirmed",
            "0 ab > ab; 5 !. > ab after-break ab; 20 c > abc after-break ab; 35 c > c confirmed",
            "0 ab > ab; 5 !. > ab after-break ab; 20 a > ab after-break b; 21 . > ab after-break ab; 35 . > ab empty ab; 81 . > . expired",
            // A break during the hold.
            "0 ab > ab; 5 . > ab empty ab; 50 !. > ab after-break ab; 65 tick > ab after-break ab; 80 . > . confirmed",
            "0 ab > ab; 5 . > ab empty ab; 6 !ab > ab returned",
            // Of two held after a break and a third that goes: three go, none is left.
            "0 abc > abc; 5 !c > abc after-break ab; 10 . > abc after-break abc; 35 . > abc empty abc; 70 tick > . expired",
            // Two or more passing to none passing: a template that takes only those would be empty.
            "0 ab > ab; 5 a?b? > ab empty ab; 65 tick > a?b? expired",
            "0 ab > ab; 5 a?b- > ab empty ab; 65 tick > a?b- expired",
            "0 abc? > abc?; 5 c? > abc? empty ab; 65 tick > c? expired",
            "0 ab > ab; 5 a?b? > ab empty ab; 20 a?b > a?b refilled",
            "0 ab > ab; 5 a?b? > ab empty ab; 20 ab > ab returned",
            "0 ab? > ab?; 5 a?b? > a?b?",
            // First the passing ones, then all that is usable.
            "0 abc? > abc?; 5 c? > abc? empty ab; 25 . > abc? empty abc; 65 tick > abc? empty abc; 85 tick > . expired",
            "0 ab > ab; 5 a?b? > ab empty ab; 20 . > ab empty ab; 65 tick > ab empty ab; 80 tick > . expired",
            // Once the warning has passed, the way to none is guarded again.
            "0 ab > ab; 5 a?b? > ab empty ab; 65 tick > a?b? expired; 70 . > a?b? empty ab; 130 tick > . expired",
            // Stated.
            "0 ab > ab; 5 =. > .",
            "0 ab > ab; 5 . > ab empty ab; 6 =. > . stated",
        ]
    )
    func `from two or more to none is held`(timeline: String) throws {
        var guarded = ResultGuard(GuardSettings(), for: .service(name: "web"))
        try Timeline(timeline).play(on: &guarded)
    }

    @Test func `the hold says when it ends, and waits longer while the registry is faulty`() throws {
        var guarded = ResultGuard(GuardSettings(), for: .service(name: "web"))
        try Timeline("0 ab > ab; 5 . > ab empty ab").play(on: &guarded)
        #expect(guarded.nextLook == Timeline.moment(65))
        #expect(guarded.hold?.since == Timeline.moment(5))
        #expect(guarded.hold?.until == Timeline.moment(65))
        #expect(guarded.hold?.lost.first?.description == "instance a of web on n1")
        #expect(
            guarded.hold?.ending
                == "it ends after 60 s, when something usable appears, or by `headgate release`"
        )
        _ = guarded.timer(at: Timeline.moment(65), registryIsFaulty: true)
        #expect(guarded.nextLook == Timeline.moment(66))
        _ = guarded.timer(at: Timeline.moment(10), registryIsFaulty: true)
        #expect(guarded.nextLook == Timeline.moment(65))
    }
}
