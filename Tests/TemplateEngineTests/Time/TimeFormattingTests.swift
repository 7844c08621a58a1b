import TemplateEngine
import Testing

@Suite("Time: layouts")
struct TimeFormattingTests {
    /// The reference time of Go's layouts, in its own zone.
    private static let reference: Int64 = 1_136_239_445

    @Test(
        "The reference time comes out as the layout is written",
        arguments: [
            "Mon Jan 2 15:04:05 MST 2006", "01/02 03:04:05PM '06 -0700", "Mon Jan _2 15:04:05 2006",
            "Mon Jan 02 15:04:05 -0700 2006", "02 Jan 06 15:04 MST", "02 Jan 06 15:04 -0700",
            "Monday, 02-Jan-06 15:04:05 MST", "Mon, 02 Jan 2006 15:04:05 -0700", "2006-01-02T15:04:05-07:00",
            "3:04PM", "Jan _2 15:04:05", "2006-01-02 15:04:05", "January 2, 2006", "002", "-07", "-070000", "-07:00:00",
            "1 2 3 4 5", "pm", "15h",
        ]
    )
    func identity(layout: String) {
        let text = formatTime(
            seconds: Self.reference,
            nanoseconds: 0,
            layout: layout,
            offset: -7 * 3_600,
            zone: "MST"
        )
        #expect(text == layout.replacing("_2", with: " 2"))
    }

    struct Case: Sendable {
        var seconds: Int64
        var nanoseconds: Int32 = 0
        var layout: String
        var offset = 0
        var zone = "UTC"
        var expected: String
    }

    static let moments = [
        Case(seconds: 0, layout: "2006-01-02T15:04:05Z07:00", expected: "1970-01-01T00:00:00Z"),
        Case(seconds: -1, layout: "2006-01-02 15:04:05 Mon", expected: "1969-12-31 23:59:59 Wed"),
        Case(seconds: 951_782_400, layout: "Mon Jan _2 2006 __2", expected: "Tue Feb 29 2000  60"),
        Case(seconds: 951_868_799, layout: "Jan _2 15:04:05", expected: "Feb 29 23:59:59"),
        Case(seconds: 951_868_800, layout: "Jan _2 002", expected: "Mar  1 061"),
        Case(seconds: 4_107_542_400, layout: "2006-01-02 Monday", expected: "2100-03-01 Monday"),
        Case(seconds: 1_704_067_199, layout: "2006 __2 002", expected: "2023 365 365"),
        Case(seconds: 1_735_603_200, layout: "2006-01-02 002", expected: "2024-12-31 366"),
        Case(seconds: 1_704_067_200, layout: "__2|002|_2|2|02", expected: "  1|001| 1|1|01"),
        Case(seconds: -62_135_596_800, layout: "2006-01-02 Mon", expected: "0001-01-01 Mon"),
        Case(seconds: -62_167_219_200, layout: "2006-01-02 06", expected: "0000-01-01 00"),
        Case(seconds: -62_167_219_201, layout: "2006-01-02 06", expected: "-0001-12-31 01"),
        Case(seconds: 253_402_300_800, layout: "2006-01-02", expected: "10000-01-01"),
        Case(seconds: 1_700_000_000, layout: "January Jan 1 01", expected: "November Nov 11 11"),
        Case(seconds: 1_700_000_000, layout: "15 3 03 4 04 5 05 PM pm", expected: "22 10 10 13 13 20 20 PM pm"),
        Case(seconds: 0, layout: "3 03 PM pm", expected: "12 12 AM am"),
        Case(seconds: 43_200, layout: "3:04PM", expected: "12:00PM"),
        Case(seconds: 46_800, layout: "03PM", expected: "01PM"),
        Case(seconds: 1_700_000_000, layout: "Z0700 Z07:00 Z07 Z070000 Z07:00:00", expected: "Z Z Z Z Z"),
        Case(
            seconds: 1_700_000_000,
            layout: "-0700 -07:00 -07 -070000 -07:00:00",
            expected: "+0000 +00:00 +00 +000000 +00:00:00"
        ),
        Case(
            seconds: 1_700_000_000,
            layout: "15:04 Z0700 Z07:00 Z07 Z070000 Z07:00:00",
            offset: 19_800,
            zone: "IST",
            expected: "03:43 +0530 +05:30 +05 +053000 +05:30:00"
        ),
        Case(
            seconds: 1_700_000_000,
            layout: "15:04 -07:00:00 MST",
            offset: -(3 * 3_600 + 30 * 60 + 52),
            zone: "NST",
            expected: "18:42 -03:30:52 NST"
        ),
        Case(seconds: 1_700_000_000, layout: "MST", offset: -12_600, zone: "", expected: "-0330"),
        Case(
            seconds: 0,
            nanoseconds: 123_456_789,
            layout: "05.000 05.000000 05.000000000 05.0",
            expected: "00.123 00.123456 00.123456789 00.1"
        ),
        Case(
            seconds: 0,
            nanoseconds: 120_000_000,
            layout: "05.999 05.9 05.99 05.999999999 05,999",
            expected: "00.12 00.1 00.12 00.12 00,12"
        ),
        Case(seconds: 0, nanoseconds: 0, layout: "05.999|05,999|05.000|05,000", expected: "00|00|00.000|00,000"),
        Case(seconds: 0, nanoseconds: 7, layout: "05.999|05.999999999|.00", expected: "00|00.000000007|.00"),
        Case(seconds: 0, nanoseconds: 1, layout: ".0001 .9990", expected: ".0001 .9990"),
        Case(seconds: 0, layout: "Month Janet Monk Mondays 20061", expected: "Month Janet Monk Thursdays 19701"),
        Case(seconds: 0, layout: "_2006 __2006", expected: "_1970   1070"),
        Case(seconds: 0, layout: "20060102150405", expected: "19700101000000"),
        Case(seconds: 0, layout: "année 2006, é", expected: "année 1970, é"),
        Case(seconds: 0, layout: "", expected: ""),
        Case(seconds: 0, layout: "P p M - Z J _ 0 ., 07 6 7 8 9", expected: "P p M - Z J _ 0 ., 07 6 7 8 9"),
    ]

    @Test("Moments are written as Go writes them", arguments: moments)
    func moment(_ testCase: Case) {
        let text = formatTime(
            seconds: testCase.seconds,
            nanoseconds: testCase.nanoseconds,
            layout: testCase.layout,
            offset: testCase.offset,
            zone: testCase.zone
        )
        #expect(text == testCase.expected)
    }

    @Test("Days follow each other in the calendar for four hundred years")
    func calendar() {
        var expected = (year: 1900, month: 1, day: 1)
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        // From the first of January 1900 on.
        for day in Int64(-25_567)..<(-25_567 + 146_097) {
            let text = formatTime(seconds: day * 86_400 + 86_399, nanoseconds: 0, layout: "2006-1-2")
            guard text == "\(expected.year)-\(expected.month)-\(expected.day)" else {
                Issue.record("\(text) where \(expected) should be")
                return
            }
            let isLeap = expected.year % 4 == 0 && (expected.year % 100 != 0 || expected.year % 400 == 0)
            expected.day += 1
            if expected.day > lengths[expected.month - 1] + (isLeap && expected.month == 2 ? 1 : 0) {
                expected = (expected.year, expected.month + 1, 1)
            }
            if expected.month == 13 { expected = (expected.year + 1, 1, 1) }
        }
    }

    @Test("No moment is too far away", arguments: [Int64.min, Int64.max])
    func extremes(seconds: Int64) {
        #expect(!formatTime(seconds: seconds, nanoseconds: 0, layout: "2006 Mon 15", offset: 3_600).isEmpty)
    }
}
