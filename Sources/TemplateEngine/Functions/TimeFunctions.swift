/// `timestamp`, by the clock that `now` reads for a call: seconds since 1970 and nanoseconds of the second.
///
/// `timestamp` is the time in RFC 3339, `timestamp "unix"` the seconds, and any other argument is a Go layout. All are
/// in UTC.
package func timeFunctions(
    now: @Sendable @escaping (FunctionCall) throws(FunctionFault) -> (seconds: Int64, nanoseconds: Int32)
) -> [TemplateFunction] {
    [
        TemplateFunction("timestamp", 0...1) { call throws(FunctionFault) in
            let time = try now(call)
            let layout = call.arguments.isEmpty ? Text("2006-01-02T15:04:05Z07:00") : try call.text(0)
            if layout.string == "unix" { return .string(String(time.seconds)) }
            return .text(
                layout.derived(
                    formatTime(seconds: time.seconds, nanoseconds: time.nanoseconds, layout: layout.string)
                )
            )
        }
    ]
}
