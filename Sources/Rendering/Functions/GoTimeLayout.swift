/// Formats a moment in UTC by an example of the reference time, as Go's `time.Format` does:
/// `Mon Jan 2 15:04:05 MST 2006`.
enum GoTimeLayout {
    static func format(_ time: RenderTime, _ layout: String) -> String {
        let moment = Moment(time)
        var bytes = Array(layout.utf8)[...]
        var result: [UInt8] = []
        scan: while let byte = bytes.first {
            for (example, element) in elements[byte] ?? [] where bytes.starts(with: example) {
                let rest = bytes.dropFirst(example.count)
                // "January" aside, "Janus" is no month.
                if element.endsBeforeLowercase, let next = rest.first, next.isLowercaseLetter { continue }
                result.append(contentsOf: element.text(moment).utf8)
                bytes = rest
                continue scan
            }
            if byte == UInt8(ascii: ".") || byte == UInt8(ascii: ","), let length = fractionLength(bytes) {
                let isTrimmed = bytes[bytes.startIndex + 1] == UInt8(ascii: "9")
                let digits = moment.fraction(length, trimmed: isTrimmed)
                if !digits.isEmpty { result += [byte] + Array(digits.utf8) }
                bytes = bytes.dropFirst(length + 1)
                continue
            }
            result.append(byte)
            bytes = bytes.dropFirst()
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// How many digits of seconds' fraction a `.000` or `.999` at the beginning asks for; nil if it is none.
    private static func fractionLength(_ bytes: ArraySlice<UInt8>) -> Int? {
        let rest = bytes.dropFirst()
        guard let first = rest.first, first == UInt8(ascii: "0") || first == UInt8(ascii: "9") else { return nil }
        let digits = rest.prefix { $0 == first }
        if let next = rest.dropFirst(digits.count).first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) {
            return nil
        }
        return digits.count
    }

    /// A part of a layout.
    private struct Element {
        var endsBeforeLowercase = false
        var text: @Sendable (Moment) -> String

        init(endsBeforeLowercase: Bool = false, _ text: @escaping @Sendable (Moment) -> String) {
            self.endsBeforeLowercase = endsBeforeLowercase
            self.text = text
        }
    }

    /// The parts by their first byte, longer examples first.
    private static let elements: [UInt8: [(example: [UInt8], element: Element)]] = {
        let all: [(String, Element)] = [
            ("January", Element { months[$0.month - 1] }),
            ("Jan", Element(endsBeforeLowercase: true) { String(months[$0.month - 1].prefix(3)) }),
            ("Monday", Element { weekdays[$0.weekday] }),
            ("Mon", Element(endsBeforeLowercase: true) { String(weekdays[$0.weekday].prefix(3)) }),
            ("MST", Element { _ in "UTC" }),
            ("002", Element { padded($0.yearDay, 3) }), ("01", Element { padded($0.month, 2) }),
            ("02", Element { padded($0.day, 2) }), ("03", Element { padded($0.hour12, 2) }),
            ("04", Element { padded($0.minute, 2) }), ("05", Element { padded($0.second, 2) }),
            ("06", Element { padded($0.year % 100, 2) }), ("15", Element { padded($0.hour, 2) }),
            ("1", Element { String($0.month) }), ("2006", Element { padded($0.year, 4) }),
            ("2", Element { String($0.day) }), ("_2006", Element { "_" + padded($0.year, 4) }),
            ("__2", Element { padded($0.yearDay, 3, with: " ") }), ("_2", Element { padded($0.day, 2, with: " ") }),
            ("3", Element { String($0.hour12) }), ("4", Element { String($0.minute) }),
            ("5", Element { String($0.second) }), ("PM", Element { $0.hour < 12 ? "AM" : "PM" }),
            ("pm", Element { $0.hour < 12 ? "am" : "pm" }),
            ("-070000", Element { _ in "+000000" }), ("-07:00:00", Element { _ in "+00:00:00" }),
            ("-0700", Element { _ in "+0000" }), ("-07:00", Element { _ in "+00:00" }), ("-07", Element { _ in "+00" }),
            ("Z070000", Element { _ in "Z" }), ("Z07:00:00", Element { _ in "Z" }), ("Z0700", Element { _ in "Z" }),
            ("Z07:00", Element { _ in "Z" }), ("Z07", Element { _ in "Z" }),
        ]
        var elements: [UInt8: [(example: [UInt8], element: Element)]] = [:]
        for (example, element) in all {
            let bytes = Array(example.utf8)
            elements[bytes[0], default: []].append((bytes, element))
        }
        return elements
    }()

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    private static func padded(_ number: Int, _ width: Int, with padding: Character = "0") -> String {
        let digits = String(number)
        return String(repeating: padding, count: max(width - digits.count, 0)) + digits
    }

    /// A moment by the calendar, in UTC.
    private struct Moment {
        var year: Int
        var month: Int
        var day: Int
        /// From 1 on.
        var yearDay: Int
        /// 0 is Sunday.
        var weekday: Int
        var hour: Int
        var minute: Int
        var second: Int
        var nanosecond: Int

        var hour12: Int { (hour + 11) % 12 + 1 }

        init(_ time: RenderTime) {
            let inDay = floored(time.seconds, 86400)
            let days = (time.seconds - inDay) / 86400
            (hour, minute, second) = (inDay / 3600, inDay / 60 % 60, inDay % 60)
            nanosecond = time.nanoseconds
            weekday = floored(days + 4, 7)
            // Cycles of 400 years have always 146 097 days.
            var rest = floored(days, 146_097)
            year = 1970 + (days - rest) / 146_097 * 400
            while rest >= Self.days(in: year) {
                rest -= Self.days(in: year)
                year += 1
            }
            yearDay = rest + 1
            month = 1
            while rest >= Self.days(in: month, of: year) {
                rest -= Self.days(in: month, of: year)
                month += 1
            }
            day = rest + 1
        }

        /// The first `length` digits of the second's fraction; nothing but zeros at the end goes if `trimmed`.
        func fraction(_ length: Int, trimmed: Bool) -> String {
            let all = padded(nanosecond, 9) + String(repeating: "0", count: max(length - 9, 0))
            var digits = all.prefix(length)
            if trimmed { while digits.last == "0" { digits.removeLast() } }
            return String(digits)
        }

        private static func days(in year: Int) -> Int {
            year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 366 : 365
        }

        private static func days(in month: Int, of year: Int) -> Int {
            switch month {
            case 2: days(in: year) - 337
            case 4, 6, 9, 11: 30
            default: 31
            }
        }
    }
}

/// The remainder that is not negative.
private func floored(_ number: Int, _ divisor: Int) -> Int { (number % divisor + divisor) % divisor }

extension UInt8 {
    fileprivate var isLowercaseLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
}
