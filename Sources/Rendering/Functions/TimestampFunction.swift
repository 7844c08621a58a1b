package import TemplateEngine

/// The function that tells the time of the render.
package enum TimestampFunction {
    /// `timestamp`, one time for a whole render.
    package static let all = timeFunctions { call throws(FunctionFault) in
        let time = try call.session.readClock()
        return (Int64(time.seconds), Int32(min(max(time.nanoseconds, 0), 999_999_999)))
    }
}
