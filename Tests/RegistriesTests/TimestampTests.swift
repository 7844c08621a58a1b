import Registries
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:00:00z", 951_825_600), ("2026-11-21T05:10:00Z", 1_795_237_800),
        ("2026-11-21 07:10:00+02:00", 1_795_237_800), ("2026-11-20T23:40:00-05:30", 1_795_237_800),
        ("1969-12-31T23:59:59Z", -1), ("0001-01-01T00:00:00Z", -62_135_596_800),
        ("2016-12-31T23:59:60Z", 1_483_228_800),
    ])
    func `a moment of RFC 3339 is seconds since 1970`(text: String, seconds: Int) {
        #expect(Timestamp(rfc3339: text) == Timestamp(sinceEpoch: .seconds(seconds)))
    }

    @Test func `fractions are kept to the nanosecond`() {
        #expect(
            Timestamp(rfc3339: "1970-01-01T00:00:01.0200000019Z")
                == Timestamp(sinceEpoch: .seconds(1) + .nanoseconds(20_000_001))
        )
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T05:10Z", "2026-11-21T05:10:00", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
        "2026-11-21T24:00:00Z", "2026-11-21T05:60:00Z", "2026-11-21T05:10:00.Z", "2026-11-21T05:10:00+0200",
        "2026-11-21T05:10:00Zx", "tomorrow",
    ])
    func `anything else is none`(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }
}
