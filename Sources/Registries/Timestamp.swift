/// A moment of the wall clock: the time since 1970-01-01T00:00:00Z, without leap seconds.
package struct Timestamp: Hashable, Sendable, Comparable {
    package var sinceEpoch: Duration

    package init(sinceEpoch: Duration) {
        self.sinceEpoch = sinceEpoch
    }

    package static func < (left: Self, right: Self) -> Bool { left.sinceEpoch < right.sinceEpoch }

    package static func + (left: Self, right: Duration) -> Self { Self(sinceEpoch: left.sinceEpoch + right) }

    package static func - (left: Self, right: Self) -> Duration { left.sinceEpoch - right.sinceEpoch }
}

extension Timestamp {
    /// The moment that an RFC 3339 text names, such as `2026-11-21T05:10:00Z` or `2026-11-21 05:10:00.5+02:00`; nil if it
    /// is none (section 5.6; a leap second counts as the second after it).
    package init?(rfc3339 text: some StringProtocol) {
        var reader = DigitReader(Array(text.utf8))
        guard let year = reader.number(digits: 4), reader.skip("-"),
            let month = reader.number(digits: 2), (1...12).contains(month), reader.skip("-"),
            let day = reader.number(digits: 2), (1...Self.days(inMonth: month, of: year)).contains(day),
            reader.skip("T") || reader.skip("t") || reader.skip(" "),
            let hour = reader.number(digits: 2), hour < 24, reader.skip(":"),
            let minute = reader.number(digits: 2), minute < 60, reader.skip(":"),
            let second = reader.number(digits: 2), second <= 60
        else { return nil }
        var nanoseconds = 0
        if reader.skip(".") {
            guard let fraction = reader.fraction() else { return nil }
            nanoseconds = fraction
        }
        var offset = 0
        if !reader.skip("Z"), !reader.skip("z") {
            guard let sign = reader.skip("+") ? 1 : reader.skip("-") ? -1 : nil,
                let hours = reader.number(digits: 2), hours < 24, reader.skip(":"),
                let minutes = reader.number(digits: 2), minutes < 60
            else { return nil }
            offset = sign * (hours * 3600 + minutes * 60)
        }
        guard reader.isAtEnd else { return nil }
        let seconds = Self.daysSinceEpoch(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset
        self.init(sinceEpoch: .seconds(seconds) + .nanoseconds(nanoseconds))
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        default: 31
        }
    }

    /// The days from 1970-01-01 to a date of the proleptic Gregorian calendar, whose years are counted from March here so
    /// that the leap day comes last.
    private static func daysSinceEpoch(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let marchYear = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let leapDays =
            marchYear.flooredQuotient(by: 4) - marchYear.flooredQuotient(by: 100)
            + marchYear.flooredQuotient(by: 400)
        return marchYear * 365 + leapDays + dayOfYear - 719_468
    }
}

extension Int {
    fileprivate func flooredQuotient(by divisor: Int) -> Int {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

/// Reads digits and separators from the front of a text.
private struct DigitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func number(digits: Int) -> Int? {
        guard bytes.count - position >= digits else { return nil }
        var number = 0
        for byte in bytes[position..<position + digits] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
        }
        position += digits
        return number
    }

    /// One or more digits after the point, as nanoseconds; what is finer is cut off.
    mutating func fraction() -> Int? {
        var nanoseconds = 0
        var scale = 100_000_000
        let start = position
        while let digit = number(digits: 1) {
            nanoseconds += digit * scale
            scale /= 10
        }
        return position > start ? nanoseconds : nil
    }
}
