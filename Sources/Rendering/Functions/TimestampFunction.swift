package import TemplateEngine

/// The function that tells the time of the render.
package enum TimestampFunction {
    package static let all: [TemplateFunction] = [timestamp]

    /// `timestamp`: RFC 3339 in UTC, or by a layout of Go's, or with `"unix"` seconds; one time for a whole render.
    private static let timestamp = TemplateFunction("timestamp", 0...1) { call throws(FunctionFault) in
        let time = try call.session.readClock()
        let layout = call.arguments.isEmpty ? Text("2006-01-02T15:04:05Z07:00") : try call.textArgument(0)
        if layout.string == "unix" { return .string(String(time.seconds)) }
        let nanoseconds = Int32(min(max(time.nanoseconds, 0), 999_999_999))
        return .text(
            layout.derived(formatTime(seconds: Int64(time.seconds), nanoseconds: nanoseconds, layout: layout.string))
        )
    }
}
