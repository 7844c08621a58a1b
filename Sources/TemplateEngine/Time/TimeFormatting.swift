/// The moment as Go's `Time.Format(layout)` writes it.
///
/// - Parameters:
///   - seconds: since the beginning of 1970 in UTC.
///   - nanoseconds: of the second, 0 to 999 999 999.
///   - layout: the reference time, Mon Jan 2 15:04:05 MST 2006, as it should be written.
///   - offset: of the time zone, in seconds east of UTC.
///   - zone: what the time zone is called, for `MST`; empty for its offset there.
package func formatTime(
    seconds: Int64,
    nanoseconds: Int32,
    layout: String,
    offset: Int = 0,
    zone: String = "UTC"
) -> String {
    let time = CivilTime(seconds: seconds, offset: offset)
    var output = ""
    for element in TimeLayout(layout).elements {
        switch element {
        case .fraction(let separator, let digits, let trims):
            appendFraction(nanoseconds, separator: separator, digits: digits, trims: trims, to: &output)
        case .zoneName where zone.isEmpty: appendOffset(offset, .init(usesZ: false), to: &output)
        case .zoneName: output += zone
        case .zoneOffset(let style): appendOffset(offset, style, to: &output)
        case .literal(let text): output += text
        default: output += time.text(of: element)
        }
    }
    return output
}

extension CivilTime {
    /// The parts that the calendar and the clock know.
    fileprivate func text(of element: TimeLayout.Element) -> String {
        switch element {
        case .longYear: padded(year, to: 4)
        case .shortYear: padded(abs(year) % 100, to: 2)
        case .longMonth: monthNames[month - 1]
        case .shortMonth: String(monthNames[month - 1].prefix(3))
        case .month: String(month)
        case .zeroMonth: padded(month, to: 2)
        case .longWeekday: weekdayNames[weekday]
        case .shortWeekday: String(weekdayNames[weekday].prefix(3))
        case .day: String(day)
        case .spaceDay: padded(day, to: 2, with: " ")
        case .zeroDay: padded(day, to: 2)
        case .spaceDayOfYear: padded(dayOfYear, to: 3, with: " ")
        case .zeroDayOfYear: padded(dayOfYear, to: 3)
        case .hour: padded(hour, to: 2)
        case .hour12: String((hour + 11) % 12 + 1)
        case .zeroHour12: padded((hour + 11) % 12 + 1, to: 2)
        case .minute: String(minute)
        case .zeroMinute: padded(minute, to: 2)
        case .second: String(second)
        case .zeroSecond: padded(second, to: 2)
        case .halfOfDay(isUppercase: true): hour < 12 ? "AM" : "PM"
        case .halfOfDay(isUppercase: false): hour < 12 ? "am" : "pm"
        case .literal, .fraction, .zoneName, .zoneOffset: ""
        }
    }
}

private let monthNames = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
]

private let weekdayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

/// `number` with at least `width` digits; a sign comes in addition.
private func padded(_ number: some BinaryInteger, to width: Int, with fill: Character = "0") -> String {
    let digits = String(number.magnitude)
    return (number < 0 ? "-" : "") + String(repeating: fill, count: max(0, width - digits.utf8.count)) + digits
}

private func appendFraction(
    _ nanoseconds: Int32,
    separator: UInt8,
    digits: Int,
    trims: Bool,
    to output: inout String
) {
    var fraction = padded(nanoseconds, to: 9).utf8.prefix(digits)
    if trims {
        while fraction.last == UInt8(ascii: "0") { fraction.removeLast() }
        if fraction.isEmpty { return }
    }
    output.unicodeScalars.append(Unicode.Scalar(separator))
    output += Substring(fraction)
}

private func appendOffset(_ offset: Int, _ style: TimeLayout.ZoneOffset, to output: inout String) {
    if style.usesZ, offset == 0 {
        output += "Z"
        return
    }
    // As in Go, an offset of less than a minute west of UTC is written with a plus.
    let minutes = offset / 60
    let colon = style.hasColons ? ":" : ""
    output += minutes < 0 ? "-" : "+"
    output += padded(abs(minutes) / 60, to: 2)
    if style.hasMinutes { output += colon + padded(abs(minutes) % 60, to: 2) }
    if style.hasSeconds { output += colon + padded(abs(offset) % 60, to: 2) }
}
