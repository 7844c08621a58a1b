/// A layout of Go's `time.Format`: how the reference time, Mon Jan 2 15:04:05 MST 2006, would be written.
///
/// Source: Go's package `time`, "Constants" and `Time.Format`.
struct TimeLayout {
    enum Element: Hashable {
        case literal(String)
        case longYear, shortYear
        case longMonth, shortMonth, month, zeroMonth
        case longWeekday, shortWeekday
        case day, spaceDay, zeroDay, spaceDayOfYear, zeroDayOfYear
        case hour, hour12, zeroHour12, minute, zeroMinute, second, zeroSecond
        /// `PM` or `pm`.
        case halfOfDay(isUppercase: Bool)
        /// A separator and so many digits of the second's fraction, without trailing zeros if it trims.
        case fraction(separator: UInt8, digits: Int, trims: Bool)
        case zoneName
        case zoneOffset(ZoneOffset)
    }

    /// How an offset from UTC is written.
    struct ZoneOffset: Hashable {
        /// Whether UTC itself is `Z`.
        var usesZ: Bool
        /// Whether colons separate its parts.
        var hasColons = false
        var hasMinutes = true
        var hasSeconds = false
    }

    private(set) var elements: [Element] = []

    init(_ layout: String) {
        var rest = Array(layout.utf8)[...]
        var literal: [UInt8] = []
        while let byte = rest.first {
            guard let (element, length) = Self.element(at: rest) else {
                literal.append(byte)
                rest.removeFirst()
                continue
            }
            if !literal.isEmpty { elements.append(.literal(String(decoding: literal, as: UTF8.self))) }
            literal.removeAll()
            elements.append(element)
            rest = rest.dropFirst(length)
        }
        if !literal.isEmpty { elements.append(.literal(String(decoding: literal, as: UTF8.self))) }
    }

    /// The element that `text` begins with and its length, nil if it begins with none.
    private static func element(at text: ArraySlice<UInt8>) -> (Element, length: Int)? {
        if let byte = text.first, byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",") { return fraction(at: text) }
        // `_2006` is an underscore and a year.
        if text.starts(with: "_2006".utf8) { return nil }
        guard let first = text.first, let candidates = spellingsByFirst[first] else { return nil }
        for (spelling, element) in candidates where text.starts(with: spelling.utf8) {
            // Not in `Month` or `Janet`.
            let next = text.dropFirst(spelling.utf8.count).first ?? 0
            let isCut = UInt8(ascii: "a")...UInt8(ascii: "z") ~= next
            if isCut, element == .shortWeekday || element == .shortMonth { continue }
            return (element, spelling.utf8.count)
        }
        return nil
    }

    /// `.000`, `,999` and the like, where no other digit follows.
    private static func fraction(at text: ArraySlice<UInt8>) -> (Element, length: Int)? {
        let digits = text.dropFirst()
        guard let separator = text.first, let digit = digits.first,
            digit == UInt8(ascii: "0") || digit == UInt8(ascii: "9")
        else { return nil }
        let count = digits.prefix { $0 == digit }.count
        if let next = digits.dropFirst(count).first, UInt8(ascii: "0")...UInt8(ascii: "9") ~= next { return nil }
        return (.fraction(separator: separator, digits: count, trims: digit == UInt8(ascii: "9")), 1 + count)
    }

    private static let spellingsByFirst: [UInt8: [(String, Element)]] =
        Dictionary(grouping: spellings) { $0.0.utf8.first ?? 0 }

    /// In an order in which what is longer comes before what it begins with.
    private static let spellings: [(String, Element)] = [
        ("January", .longMonth), ("Jan", .shortMonth), ("Monday", .longWeekday), ("Mon", .shortWeekday),
        ("MST", .zoneName), ("01", .zeroMonth), ("02", .zeroDay), ("03", .zeroHour12), ("04", .zeroMinute),
        ("05", .zeroSecond), ("06", .shortYear), ("002", .zeroDayOfYear), ("15", .hour), ("1", .month),
        ("2006", .longYear), ("2", .day), ("_2", .spaceDay), ("__2", .spaceDayOfYear), ("3", .hour12), ("4", .minute),
        ("5", .second), ("PM", .halfOfDay(isUppercase: true)), ("pm", .halfOfDay(isUppercase: false)),
        ("-070000", .zoneOffset(ZoneOffset(usesZ: false, hasSeconds: true))),
        ("-07:00:00", .zoneOffset(ZoneOffset(usesZ: false, hasColons: true, hasSeconds: true))),
        ("-0700", .zoneOffset(ZoneOffset(usesZ: false))),
        ("-07:00", .zoneOffset(ZoneOffset(usesZ: false, hasColons: true))),
        ("-07", .zoneOffset(ZoneOffset(usesZ: false, hasMinutes: false))),
        ("Z070000", .zoneOffset(ZoneOffset(usesZ: true, hasSeconds: true))),
        ("Z07:00:00", .zoneOffset(ZoneOffset(usesZ: true, hasColons: true, hasSeconds: true))),
        ("Z0700", .zoneOffset(ZoneOffset(usesZ: true))),
        ("Z07:00", .zoneOffset(ZoneOffset(usesZ: true, hasColons: true))),
        ("Z07", .zoneOffset(ZoneOffset(usesZ: true, hasMinutes: false))),
    ]
}
