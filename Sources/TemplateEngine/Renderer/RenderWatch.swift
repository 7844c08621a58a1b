/// Counts a render's steps, and says when to look at the bounds.
struct RenderWatch {
    /// How many steps go between two looks at the clock.
    private static let interval = 4096

    /// Steps left until the next look.
    private var countdown: Int
    private var remaining: Int
    private let deadline: Deadline

    init(_ options: RenderOptions) {
        countdown = min(Self.interval, max(options.maximumSteps, 0))
        remaining = max(options.maximumSteps, 0) - countdown
        deadline = Deadline(after: options.maximumTime)
    }

    /// Whether it is time to look; counts the step.
    var isDue: Bool {
        @inline(__always)
        mutating get {
            countdown -= 1
            return countdown < 0
        }
    }

    /// Grants further steps; false if there are none left.
    mutating func grant() -> Bool {
        guard remaining > 0 else { return false }
        countdown = min(Self.interval, remaining)
        remaining -= countdown
        return true
    }

    var isLate: Bool { deadline.isPast }

    /// In an object, since the size of an `Instant` is only known at run time: a renderer with one inside would have to
    /// look up where each of its fields lies.
    private final class Deadline {
        private let instant: ContinuousClock.Instant

        init(after duration: Duration) { instant = ContinuousClock.now.advanced(by: duration) }

        var isPast: Bool { ContinuousClock.now >= instant }
    }
}

extension Renderer {
    /// Ends the render if it has used up its steps, its time or its room.
    @inline(never)
    mutating func checkBounds() throws(RenderFault) {
        if emitter.output.isOverfull { throw overfull }
        guard watch.grant() else {
            throw RenderFault(
                "the render takes more than \(options.maximumSteps) steps",
                hint: "look for a template that calls itself, or a range over too much",
            )
        }
        if let isCancelled = options.isCancelled, isCancelled() {
            throw RenderFault("the render was cancelled")
        }
        guard !watch.isLate else {
            throw RenderFault(
                "the render takes longer than \(options.maximumTime)",
                hint: "look for a template that calls itself, or a range over too much",
            )
        }
    }

    var overfull: RenderFault {
        RenderFault(
            "the output has more than \(options.maximumOutput) bytes",
            hint: "look for a template that calls itself, or a range over too much",
        )
    }
}
