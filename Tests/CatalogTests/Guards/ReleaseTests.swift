import Catalog
import Testing

@Suite struct ReleaseTests {
    @Test(
        arguments: [
            // During each kind of hold.
            "0 ab > ab; 5 !a > ab after-break b; 6 release > a released; 35 a > a",
            "0 ab > ab; 5 . > ab empty ab; 6 release > . released; 65 tick > .",
            "0 abcd > abcd; 5 a-b-c-d > abcd mass-loss abc; 6 release > a-b-c-d released; 65 tick > a-b-c-d",
            "0 ab > ab; 5 !. > ab after-break ab; 6 release > . released",
            "0 ab > ab; 5 a?b? > ab empty ab; 6 release > a?b? released",
            // What is lost later is judged anew.
            "0 abcd > abcd; 5 a-b-c-d > abcd mass-loss abc; 6 release > a-b-c-d released; 7 a-b-c-d- > a-b-c-d-",
            "0 ab > ab; 5 . > ab empty ab; 6 release > . released; 7 ab > ab; 8 . > ab empty ab; 68 tick > . expired",
            "0 abc > abc; 5 !ab > abc after-break c; 6 release > ab released; 7 !a > ab after-break b; 37 a > a confirmed",
            "0 abcd > abcd; 5 !abc > abcd after-break d; 6 release > abc released; 7 . > abc empty abc",
            // The last answer counts, not the one that began the hold.
            "0 ab > ab; 5 !a > ab after-break b; 6 ad > abd after-break b; 7 release > ad released",
            // With nothing held there is nothing to release; the fault of the registry does not matter.
            "0 ab > ab; 5 release > ab; 6 . > ab empty ab; 70 fault > ab empty ab; 71 release > . released",
        ]
    )
    func `release ends the present hold`(timeline: String) throws {
        var guarded = ResultGuard(GuardSettings(), for: .service(name: "web"))
        try Timeline(timeline).play(on: &guarded)
    }

    @Test func `before anything is known there is nothing to release, and no timer`() {
        var guarded = ResultGuard(GuardSettings(), for: .service(name: "web"))
        let nothing = ResultGuard.Change(isEffective: false, hold: .none)
        #expect(guarded.release(at: Timeline.moment(0)) == nothing)
        #expect(guarded.timer(at: Timeline.moment(0), registryIsFaulty: false) == nothing)
        #expect(guarded.timer(at: Timeline.moment(0), registryIsFaulty: true) == nothing)
        #expect(guarded.effective == nil && guarded.nextLook == nil)
    }
}
