import Logging
import Settings
import TemplateEngine

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Writes log lines to standard error: as text for people, or one JSON object a line for machines.
struct LogOutput: LogHandler {
    let format: LogSettings.Format
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(_ settings: LogSettings) {
        format = settings.format
        logLevel = Logger.Level(rawValue: settings.level.rawValue) ?? .info
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }
            .map { (key: $0.key, value: "\($0.value)") }
            .filter { !$0.value.isEmpty }
            .sorted { $0.key < $1.key }
        let time = Self.timestamp()
        switch format {
        case .text:
            let tail = fields.map { " \($0.key)=\(Self.quotedIfNeeded($0.value))" }.joined()
            // What follows the first line is of a diagnostic, whose last line is a hint that ends where it ends.
            let message = "\(event.message)"
            let first = message.prefix { $0 != "\n" }
            let rest = message.dropFirst(first.count)
            StandardStream.error.write(line: "\(time) \(event.level) \(first)\(tail)\(rest)")
        case .json:
            let pairs =
                [("time", time), ("level", "\(event.level)"), ("message", "\(event.message)")]
                + fields.map { ($0.key, $0.value) }
            let members = pairs.map { "\(Self.quoted($0.0)):\(Self.quoted($0.1))" }
            StandardStream.error.write(line: "{\(members.joined(separator: ","))}")
        }
    }

    /// The present time as RFC 3339 in UTC with milliseconds.
    private static func timestamp() -> String {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)  // A structure for the call alone.
        return formatTime(
            seconds: Int64(now.tv_sec),
            nanoseconds: Int32(now.tv_nsec),
            layout: "2006-01-02T15:04:05.000Z07:00"
        )
    }

    private static func quotedIfNeeded(_ text: String) -> String {
        let plain = text.utf8.allSatisfy {
            $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=") && $0 != 0x7F
        }
        return plain ? text : quoted(text)
    }

    /// `text` as a JSON string.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7F {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
