/// A moment as a calendar and a clock show it: the proleptic Gregorian calendar, without leap seconds, as in Go.
struct CivilTime {
    var year: Int64
    /// From 1.
    var month: Int
    /// From 1.
    var day: Int
    /// From 1.
    var dayOfYear: Int
    /// From 0, Sunday.
    var weekday: Int
    var hour: Int
    var minute: Int
    var second: Int

    /// What is shown `offset` seconds east of UTC, `seconds` after the beginning of 1970 in UTC.
    init(seconds: Int64, offset: Int) {
        let (sum, overflows) = seconds.addingReportingOverflow(Int64(offset))
        let (days, clock) = Self.divide(overflows ? seconds : sum, by: 86_400)
        hour = Int(clock / 3_600)
        minute = Int(clock / 60 % 60)
        second = Int(clock % 60)
        // The epoch was a Thursday.
        weekday = Int(Self.divide(days + 4, by: 7).remainder)

        // Years are taken to begin in March, so that the leap day is the last of one; 400 of them repeat.
        let (era, dayOfEra) = Self.divide(days + Self.daysBeforeEpoch, by: Self.daysPerEra)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayFromMarch = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayFromMarch + 2) / 153
        day = Int(dayFromMarch - (153 * monthFromMarch + 2) / 5 + 1)
        month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
        year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        dayOfYear = Int(days - Self.days(year: year, month: 1, day: 1) + 1)
    }

    /// How many days `year`, `month` and `day` are after the beginning of 1970.
    static func days(year: Int64, month: Int, day: Int) -> Int64 {
        let yearFromMarch = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = divide(yearFromMarch, by: 400)
        let monthFromMarch = Int64(month > 2 ? month - 3 : month + 9)
        let dayFromMarch = (153 * monthFromMarch + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayFromMarch
        return era * daysPerEra + dayOfEra - daysBeforeEpoch
    }

    /// How many days `month` of `year` has.
    static func days(inMonth month: Int, of year: Int64) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static let daysPerEra: Int64 = 146_097
    /// From the first of March of the year 0 to the beginning of 1970.
    private static let daysBeforeEpoch: Int64 = 719_468

    /// The quotient rounded down, and the remainder that is never negative.
    private static func divide(_ dividend: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
