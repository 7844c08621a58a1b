/// A duration as configuration files write it: `100ms`, `1.5s`, `2m`, `1h30m`, `7d`; `0` needs no unit.
///
/// Units are ns, us, ms, s, m, h and d. Returns nil for anything else, a negative value, or more than 100 years.
package func parseDuration(_ text: String) -> Duration? {
    if text == "0" { return .zero }
    let units: [(name: String, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9), ("d", 86400e9),
    ]
    var rest = Substring(text)
    var total = 0.0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
        let digits = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
        let unit = rest.dropFirst(digits.count).prefix { $0.isLetter }
        guard digits.first != ".", digits.last != ".", let number = Double(digits),
            let scale = units.first(where: { $0.name == unit })
        else { return nil }
        total += number * scale.nanoseconds
        rest = rest.dropFirst(digits.count + unit.count)
    }
    guard total <= 100 * 365 * 86400e9 else { return nil }
    return .nanoseconds(Int64(total.rounded()))
}

/// A size in bytes as configuration files write it: `4096`, `64k`, `16M`, `1G`, with `KiB`, `MiB`, `GiB` or `B` too.
///
/// Units are powers of 1024. Returns nil for anything else or what does not fit an `Int`.
package func parseByteSize(_ text: String) -> Int? {
    let digits = text.prefix { ("0"..."9").contains($0) }
    let shifts = [
        "": 0, "b": 0, "k": 10, "kb": 10, "kib": 10, "m": 20, "mb": 20, "mib": 20, "g": 30, "gb": 30, "gib": 30,
    ]
    guard let number = Int(digits), let shift = shifts[text.dropFirst(digits.count).lowercased()] else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
    return overflow ? nil : bytes
}

/// A share as configuration files write it: `50%` is 0.5. Returns nil for anything else or outside 0 to 100 %.
package func parsePercentage(_ text: String) -> Double? {
    guard text.hasSuffix("%"), let number = Double(text.dropLast()), (0...100).contains(number) else { return nil }
    return number / 100
}

extension Duration {
    /// The duration in seconds, for arithmetic and for machines to read.
    package var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }

    /// The duration as a person reads it: `250 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`, `4 d 1 h`.
    package var readable: String {
        let seconds = seconds
        switch seconds {
        case ..<0.001: return "\(Int((seconds * 1e6).rounded())) µs"
        case ..<1: return "\(Int((seconds * 1e3).rounded())) ms"
        case ..<10:
            return Int(seconds * 10) % 10 == 0 ? "\(Int(seconds)) s" : "\(Int(seconds)).\(Int(seconds * 10) % 10) s"
        case ..<60: return "\(Int(seconds)) s"
        case ..<3600: return "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
        case ..<86400: return "\(Int(seconds) / 3600) h \(Int(seconds) % 3600 / 60) min"
        default: return "\(Int(seconds) / 86400) d \(Int(seconds) % 86400 / 3600) h"
        }
    }
}
