import Catalog
import Testing

@Suite struct MassLossTests {
    @Test(
        arguments: [
            // More than half of four or more within ten seconds.
            "0 abcd > abcd; 5 a-b-c-d > abcd mass-loss abc; 64.999 tick > abcd mass-loss abc; 65 tick > a-b-c-d expired",
            "0 abcd > abcd; 5 a-b-cd > a-b-cd",
            "0 abc > abc; 5 a-b-c > a-b-c",
            "0 abcde > abcde; 5 a-b-cde > a-b-cde; 6 a-b-c-de > a-b-cde mass-loss c",
            "0 abcdx- > abcdx-; 5 a-b*c*dx- > abcdx- mass-loss abc",
            // A warning is not unhealthy; from warning to critical is.
            "0 abcd > abcd; 5 a?b?c?d > a?b?c?d; 6 a-b-c-d > a?b?c?d mass-loss abc",
            // Deregistration, draining and maintenance pass.
            "0 abcd > abcd; 5 d > d",
            "0 abcd > abcd; 5 a/b/c%d > a/b/c%d",
            "0 abcd > abcd; 5 a-b-c-d > abcd mass-loss abc; 20 c-d > cd mass-loss c; 30 d > d explicit",
            "0 abcd > abcd; 5 a-b-c-d > abcd mass-loss abc; 20 a/b/c/d > a/b/c/d explicit",
            // One that recovers is let go and not counted any more.
            "0 abcd > abcd; 5 a-b-c-d > abcd mass-loss abc; 20 ab-c-d > abcd mass-loss bc; 21 abcd > abcd returned",
            "0 abcd > abcd; 5 a-b-cd > a-b-cd; 6 ab-cd > ab-cd; 7 ab-c-d > ab-c-d; 8 ab-c-d- > ab-c-d mass-loss d",
            // One that is gone is not counted either.
            "0 abcdefgh > abcdefgh; 1 a-b-c-d-efgh > a-b-c-d-efgh; 2 efgh > efgh; 3 e-fgh > e-fgh; 4 e-f-gh > e-f-gh",
            // The window slides: ten seconds later another begins; exactly ten are within it.
            "0 abcd > abcd; 5 a-b-cd > a-b-cd; 15 a-b-c-d > a-b-cd mass-loss c",
            "0 abcd > abcd; 5 a-b-cd > a-b-cd; 15.001 a-b-c-d > a-b-c-d",
            "0 abcdefgh > abcdefgh; 20 a-bcdefgh > a-bcdefgh; 22 a-b-c-d-efgh > a-b-c-d-efgh; 29 a-b-c-d-e-fgh > a-b-c-d-efgh mass-loss e",
            // Each has its own time.
            "0 abcdef > abcdef; 5 a-b-c-d-ef > abcdef mass-loss abcd; 12 a-b-c-d-e-f > abcdef mass-loss abcde; 65 tick > a-b-c-d-ef mass-loss e; 72 tick > a-b-c-d-e-f expired",
            // Held is counted as well, so that the last ones do not slip through.
            "0 abcdef > abcdef; 5 a-b-c-d-ef > abcdef mass-loss abcd; 8 a-b-c-d-e-f > abcdef mass-loss abcde",
            // Later than ten seconds a few more are no mass loss.
            "0 abcdef > abcdef; 5 a-b-c-d-ef > abcdef mass-loss abcd; 16 a-b-c-d-e-f > abcde-f mass-loss abcd",
            // All of them: nothing is left either.
            "0 abcd > abcd; 5 a-b-c-d- > abcd empty abcd; 65 tick > a-b-c-d- expired",
            "0 abcd > abcd; 5 a-b-c-d > abcd mass-loss abc; 35 a-b-c-d- > abcd empty abcd; 65 tick > abcd empty abcd; 95 tick > a-b-c-d- expired",
            "0 abcd > abcd; 5 a-b-c-d- > abcd empty abcd; 20 a-b-c-de > abcde mass-loss abc",
            // Old ones stopped after as many new ones came.
            "0 abcd > abcd; 5 abcdefgh > abcdefgh; 6 a-b-c-d-efgh > a-b-c-d-efgh",
            // No limit passes while the registry is faulty.
            "0 abcd > abcd; 5 a-b-c-d > abcd mass-loss abc; 65 fault > abcd mass-loss abc; 70 tick > a-b-c-d expired",
            // A break: what turned before it does not count, and each loss must be confirmed.
            "0 abcd > abcd; 5 a-b-cd > a-b-cd; 6 !a-b-cd > a-b-cd; 7 a-b-c-d > a-b-c-d",
            "0 abcd > abcd; 5 !a-b-c-d > abcd after-break abc; 35 a-b-c-d > a-b-c-d confirmed",
            "0 abcd > abcd; 5 a-b-c-d > abcd mass-loss abc; 10 !a-b-c-d > abcd after-break abc; 40 a-b-c-d > abcd mass-loss abc; 65 tick > a-b-c-d expired",
            "0 abcd > abcd; 5 a-b-c-d > abcd mass-loss abc; 50 !a-b-c-d > abcd after-break abc; 80 a-b-c-d > a-b-c-d confirmed",
            "0 abcd > abcd; 5 a-b-c-d > abcd mass-loss abc; 50 !d > abcd after-break abc; 80 d > d confirmed",
            // Flapping.
            "0 abcd > abcd; 1 a-b-c-d > abcd mass-loss abc; 2 abcd > abcd returned; 3 a-b-c-d > abcd mass-loss abc; 4 abcd > abcd returned",
            // Stated.
            "0 abcd > abcd; 5 =a-b-c-d > a-b-c-d",
            "0 abcd > abcd; 5 a-b-c-d > abcd mass-loss abc; 6 =a-b-c-d > a-b-c-d stated; 7 a-b-c-d- > a-b-c-d-",
        ]
    )
    func `more than half of four turning unhealthy within ten seconds is held`(timeline: String) throws {
        var guarded = ResultGuard(GuardSettings(), for: .service(name: "web"))
        try Timeline(timeline).play(on: &guarded)
    }

    @Test(
        arguments: [
            (GuardSettings(massLoss: 0.75), "0 abcd > abcd; 5 a-b-c-d > a-b-c-d"),
            (GuardSettings(massLoss: 0), "0 abcd > abcd; 5 a-bcd > abcd mass-loss a; 65 tick > a-bcd expired"),
            (GuardSettings(massLoss: 1), "0 abcd > abcd; 5 a-b-c-d- > abcd empty abcd"),
            (
                GuardSettings(massLoss: 0.2, hold: .seconds(5)),
                "0 abcd > abcd; 5 a-bcd > abcd mass-loss a; 10 tick > a-bcd expired"
            ),
            (GuardSettings(hold: .zero), "0 abcd > abcd; 5 a-b-c-d > a-b-c-d"),
            (GuardSettings(empty: .zero), "0 abc > abc; 5 . > ."),
            (GuardSettings(empty: .seconds(1)), "0 abc > abc; 5 . > abc empty abc; 6 tick > . expired"),
            (GuardSettings(empty: .zero), "0 ab > ab; 5 !. > ab after-break ab; 35 . > . confirmed"),
            (GuardSettings(confirmation: .zero), "0 ab > ab; 5 !a > a"),
            (GuardSettings(confirmation: .seconds(2)), "0 ab > ab; 5 !a > ab after-break b; 7 a > a confirmed"),
            (.off, "0 abcd > abcd; 5 a-b-c-d > a-b-c-d; 6 . > .; 7 abcd > abcd; 8 !. > ."),
        ]
    )
    func `the settings are what they say`(settings: GuardSettings, timeline: String) throws {
        var guarded = ResultGuard(settings, for: .service(name: "web"))
        try Timeline(timeline).play(on: &guarded)
    }
}
