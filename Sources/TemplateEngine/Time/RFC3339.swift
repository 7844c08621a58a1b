/// The moment that `text` names in the format of RFC 3339, `2006-01-02T15:04:05.999999999Z` or with an offset
/// (`+07:00`), as seconds since the beginning of 1970 in UTC and nanoseconds of the second.
///
/// Strict, as Go's `Time.UnmarshalText`: `T` and `Z` in upper case, a dot before the fraction, every part in its
/// range, no leap second. Digits of the fraction beyond nanoseconds are dropped.
package func parseRFC3339(_ text: String) -> (seconds: Int64, nanoseconds: Int32)? {
    var reader = RFC3339Reader(rest: text.utf8[...])
    guard let year = reader.number(digits: 4), reader.take("-"), let month = reader.number(digits: 2, in: 1...12),
        reader.take("-"), let day = reader.number(digits: 2, in: 1...CivilTime.days(inMonth: month, of: Int64(year))),
        reader.take("T"), let hour = reader.number(digits: 2, in: 0...23), reader.take(":"),
        let minute = reader.number(digits: 2, in: 0...59), reader.take(":"),
        let second = reader.number(digits: 2, in: 0...59), let nanoseconds = reader.fraction(),
        let offset = reader.offset(), reader.rest.isEmpty
    else { return nil }
    let days = CivilTime.days(year: Int64(year), month: month, day: day)
    return (days * 86_400 + Int64(hour * 3_600 + minute * 60 + second - offset), nanoseconds)
}

private struct RFC3339Reader {
    var rest: Substring.UTF8View

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: scalar) else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func digit() -> Int? {
        guard let byte = rest.first, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
        rest.removeFirst()
        return Int(byte - UInt8(ascii: "0"))
    }

    mutating func number(digits: Int, in range: ClosedRange<Int> = 0...9_999) -> Int? {
        var number = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            number = number * 10 + digit
        }
        return range.contains(number) ? number : nil
    }

    /// The nanoseconds after a dot; 0 if there is none, nil if no digit follows it.
    mutating func fraction() -> Int32? {
        guard take(".") else { return 0 }
        guard var nanoseconds = digit().map(Int32.init) else { return nil }
        var count = 1
        while let digit = digit() {
            count += 1
            if count <= 9 { nanoseconds = nanoseconds * 10 + Int32(digit) }
        }
        while count < 9 {
            nanoseconds *= 10
            count += 1
        }
        return nanoseconds
    }

    /// `Z` or an offset, in seconds east of UTC.
    mutating func offset() -> Int? {
        if take("Z") { return 0 }
        guard let sign = take("+") ? 1 : take("-") ? -1 : nil, let hours = number(digits: 2, in: 0...23), take(":"),
            let minutes = number(digits: 2, in: 0...59)
        else { return nil }
        return sign * (hours * 3_600 + minutes * 60)
    }
}
