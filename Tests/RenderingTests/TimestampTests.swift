import Catalog
import Rendering
import Testing

@Suite("timestamp")
struct TimestampTests {
    /// Expected texts by Go's `time.Format`.
    @Test(
        "The render's time is told in Go's layouts",
        arguments: [
            (#"{{timestamp}}"#, 1_792_000_123, 450_000_000, "2026-10-14T17:48:43Z"),
            (#"{{timestamp "unix"}}"#, 1_792_000_123, 450_000_000, "1792000123"),
            (#"{{timestamp "Mon Jan _2 15:04:05 MST 2006"}}"#, 1_709_210_096, 0, "Thu Feb 29 12:34:56 UTC 2024"),
            (#"{{timestamp "Monday, January 2, 06 at 3:4:5pm"}}"#, 0, 0, "Thursday, January 1, 70 at 12:0:0am"),
            (#"{{timestamp "002 __2 _2 03PM -0700 -07:00 Z0700"}}"#, 0, 0, "001   1  1 12AM +0000 +00:00 Z"),
            (#"{{timestamp "05.000 05.999 05,000000 05.0009"}}"#, 1, 450_000_000, "01.450 01.45 01,450000 01.0009"),
            (#"{{timestamp "05.999"}}"#, 1, 0, "01"),
            (#"{{timestamp "Janus Jan. Monat text"}}"#, 0, 0, "Janus Jan. Monat text"),
            (#"{{timestamp "2006-01-02"}}"#, 951_782_400, 0, "2000-02-29"),
            (#"{{timestamp "2006-01-02"}}"#, 4_107_542_400, 0, "2100-03-01"),
            (#"{{timestamp "2006-01-02 15:04:05"}}"#, -1, 0, "1969-12-31 23:59:59"),
            (#"{{timestamp ""}}"#, 0, 0, ""),
        ]
    )
    func layouts(template: String, seconds: Int, nanoseconds: Int, expected: String) throws {
        let renderer = try Fixture().renderer(template)
        let result = renderer.render(
            CatalogSnapshot(),
            using: renderer.makeCache(),
            at: RenderTime(seconds: seconds, nanoseconds: nanoseconds)
        )
        #expect(Fixture.text(of: result) == expected)
    }
}
