import Catalog
import Testing

@Suite struct AfterBreakTests {
    @Test(
        arguments: [
            // Nothing is held where nothing broke, and nothing before the first answer.
            "0 ab > ab; 1 a > a; 2 . > .",
            "0 . > .; 1 ab > ab",
            "0 !ab > ab; 1 a > a",
            "0 a > a; 1 . > .",
            // Two reads thirty seconds apart agree, to the millisecond.
            "0 ab > ab; 5 !a > ab after-break b; 20 a > ab after-break b; 35 a > a confirmed",
            "0 ab > ab; 5 !a > ab after-break b; 34.999 a > ab after-break b; 35 a > a confirmed",
            // Time alone confirms nothing.
            "0 ab > ab; 5 !a > ab after-break b; 35 tick > ab after-break b; 500 tick > ab after-break b; 500 a > a confirmed",
            // What is back is as it is now.
            "0 ab > ab; 5 !a > ab after-break b; 8 ab > ab returned; 35 ab > ab",
            "0 ab > ab; 5 !a > ab after-break b; 8 aB? > aB? returned",
            "0 ab > ab; 5 !a > ab after-break b; 8 ab- > ab after-break b; 35 ab- > ab- confirmed",
            // A flap: once it was back, the stream is whole, and a removal passes.
            "0 ab > ab; 5 !a > ab after-break b; 6 ab > ab returned; 7 a > a",
            // Only the lost is kept: additions, changes and the others' health pass at once.
            "0 abc > abc; 5 !A?d > A?bcd after-break bc; 6 A/de > A/bcde after-break bc; 35 ade > ade confirmed",
            "0 bdf > bdf; 5 !ace > abcdef after-break bdf",
            // Losses of the unbroken stream pass although others are held.
            "0 abc > abc; 5 !ab > abc after-break c; 10 a > ac after-break c; 35 a > a confirmed",
            // Ill health counts as a loss after a break, also if it turns into another loss.
            "0 ab > ab; 5 !ab- > ab after-break b; 10 a > ab after-break b; 35 a > a confirmed",
            "0 ab > ab; 5 !ab* > ab after-break b; 35 ab- > ab- confirmed",
            "0 ab? > ab?; 5 !ab- > ab? after-break b; 35 ab- > ab- confirmed",
            // A warning is usable, and what was not usable cannot be lost.
            "0 ab > ab; 5 !ab? > ab?",
            "0 ab- > ab-; 5 !a > a",
            "0 ab/ > ab/; 5 !a > a",
            // An explicit act is no ill health, at once or later.
            "0 abc > abc; 5 !ab/c% > ab/c%",
            "0 abc > abc; 5 !ab > abc after-break c; 9 abc/ > abc/ explicit",
            "0 abc > abc; 5 !a > abc after-break bc; 9 abc% > abc% explicit",
            // A second break: the first read of it proves no more than the first read of the first.
            "0 ab > ab; 5 !a > ab after-break b; 20 !a > ab after-break b; 35 a > ab after-break b; 50 a > a confirmed",
            "0 ab > ab; 5 !a > ab after-break b; 36 !a > ab after-break b; 66 a > a confirmed",
            "0 abc > abc; 5 !ab > abc after-break c; 6 !a > abc after-break bc; 36 a > a confirmed",
            "0 abc > abc; 5 !ab > abc after-break c; 6 !ac > abc after-break b; 36 ac > ac confirmed",
            "0 ab > ab; 5 !a > ab after-break b; 6 !ab > ab returned",
            // A loss of the break passes when its own thirty seconds are over.
            "0 abc > abc; 5 !ab > abc after-break c; 20 !ab > abc after-break c; 50 ab > ab confirmed",
            // A break without a loss; the loss comes on the stream that is whole again.
            "0 ab > ab; 5 !ab > ab; 6 a > a",
            // Moved is not lost; one ID on two nodes is two instances.
            "0 ab > ab; 5 !AB > AB",
            "0 aa' > aa'; 5 !a > aa' after-break a'; 35 a > a confirmed",
            "0 a > a; 5 !a' > aa' after-break a; 35 a' > a' confirmed",
            // The registry may say it in so many words.
            "0 ab > ab; 5 !=. > .",
            "0 ab > ab; 5 !a > ab after-break b; 6 =a > a stated; 7 ab > ab; 8 a > a",
            // Of a single instance too.
            "0 a > a; 5 !. > a after-break a; 35 . > . confirmed",
            "0 a > a; 5 !. > a after-break a; 34 a- > a after-break a; 35 a- > a- confirmed",
        ]
    )
    func `a loss counts when two reads thirty seconds apart agree`(timeline: String) throws {
        var guarded = ResultGuard(GuardSettings(), for: .service(name: "web"))
        try Timeline(timeline).play(on: &guarded)
    }

    @Test func `a break that nobody saw counts with the next answer`() {
        var guarded = ResultGuard(GuardSettings(), for: .service(name: "web"))
        func sighting(_ text: String, _ read: Double, broke: Double?) -> Sighting {
            Sighting(
                result: .instances(Timeline.instances(text)),
                readAt: Timeline.moment(read),
                breakAt: broke.map(Timeline.moment)
            )
        }
        #expect(throws: Never.self) {
            _ = guarded.see(sighting("ab", 0, broke: nil), at: Timeline.moment(0))
            // The first answer after the break, at second 5, was replaced before the target looked.
            _ = guarded.see(sighting("a", 9, broke: 5), at: Timeline.moment(10))
            #expect(guarded.hold?.reason == .afterBreak)
            #expect(guarded.wantsRead == Timeline.moment(39))
            // The same answer shown again, without a newer read, says nothing new.
            let again = guarded.see(sighting("a", 9, broke: 5), at: Timeline.moment(100))
            #expect(again == ResultGuard.Change(isEffective: false, hold: .continues))
            let confirmed = guarded.see(sighting("a", 39, broke: 5), at: Timeline.moment(100))
            #expect(confirmed == ResultGuard.Change(isEffective: true, hold: .ended(.confirmed)))
        }
    }

    @Test(
        arguments: [
            // The registry's order is kept: a lost one comes behind the one that it followed.
            ("0 cab > cab; 5 !ca > cab after-break b", true),
            ("0 cab > cab; 5 !ab > cab after-break c", true),
            ("0 cabd > cabd; 5 !cd > cabd after-break ab", true),
            ("0 cabd > cabd; 5 !dc > dcab after-break ab", true),
            ("0 cabd > cabd; 5 !xdyc > xdycab after-break ab", true),
            ("0 cab > cab; 5 !. > cab after-break cab; 6 b > cab after-break ca; 7 bz > cabz after-break ca", true),
            ("0 cab > cab; 5 !b-c > bca after-break ab", true),
            ("0 acx > acx; 5 !bd > abcdx after-break acx", false),
            ("0 aa'b > aa'b; 5 !a'b > aa'b after-break a", true),
        ]
    )
    func `the order is kept`(timeline: String, near: Bool) throws {
        var guarded = ResultGuard(GuardSettings(), for: .service(name: "web", near: near ? "n1" : nil))
        try Timeline(timeline).play(on: &guarded)
    }
}
