/// What headgate knows of a target: what is in force, what is on its way, what failed. Three things, never mixed.
package struct TargetRecord: Hashable, Sendable {
    /// The target's name.
    package var target: String
    /// The revision that the balancer is known to run; nil if none is.
    package var inForce: InForce?
    /// A delivery that has begun and is not settled; nil when nothing is owed.
    package var intent: Intent?
    /// The last revision that the balancer did not accept; nil once another one is in force.
    package var failed: FailedRevision?
    /// An old revision that somebody put in force and that stays until it is released; nil: what is rendered counts.
    package var pin: Pin?
    /// Destinations that came or went with a delivery: beside them, too, one that was killed may have left something.
    package var traces: Set<String> = []
    /// Whether what was known could not be read: the files on disk prove nothing then. Not kept.
    package var isLost = false

    package init(
        target: String,
        inForce: InForce? = nil,
        intent: Intent? = nil,
        failed: FailedRevision? = nil,
        pin: Pin? = nil,
    ) {
        self.target = target
        self.inForce = inForce
        self.intent = intent
        self.failed = failed
        self.pin = pin
    }

    /// Whether nothing is known.
    package var isEmpty: Bool { inForce == nil && intent == nil && failed == nil && pin == nil }

    /// The destinations that the target has written, as far as is known.
    package var manifest: Set<String> {
        Set((inForce?.files ?? []).map(\.destination) + (intent?.files ?? []).map(\.destination))
    }

    /// Where a delivery that was killed may have left something beside.
    package var touched: Set<String> { manifest.union(traces) }

    /// The contents that a way back from here may need.
    package var neededContents: Set<ContentHash> {
        var needed = Set((inForce?.files ?? []).map(\.contents))
        for file in intent?.files ?? [] { if let before = file.before { needed.insert(before.contents) } }
        return needed
    }
}

/// A revision that the balancer runs.
package struct InForce: Hashable, Sendable {
    package var revision: Revision
    package var files: [FileRecord]
    /// Seconds since 1970.
    package var since: Int64
    /// Why it came into force, in a few words.
    package var reason: String
    /// The time that its templates were told, if they asked for it.
    package var clock: ClockReading?

    package init(
        revision: Revision,
        files: [FileRecord],
        since: Int64,
        reason: String,
        clock: ClockReading? = nil,
    ) {
        self.revision = revision
        self.files = files
        self.since = since
        self.reason = reason
        self.clock = clock
    }

    /// What the file at `destination` holds in this revision.
    package func contents(at destination: String) -> ContentHash? {
        files.first { $0.destination == destination }?.contents
    }
}

/// A wall clock's time: rendering with it again gives the same bytes, unless something else has changed.
package struct ClockReading: Hashable, Sendable {
    /// Since 1970.
    package var seconds: Int64
    /// 0 to 999 999 999.
    package var nanoseconds: Int32

    package init(seconds: Int64, nanoseconds: Int32) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }
}

/// A file of a revision, by its hash.
package struct FileRecord: Hashable, Sendable {
    /// As configured, symbolic links not followed.
    package var destination: String
    package var contents: ContentHash

    package init(destination: String, contents: ContentHash) {
        self.destination = destination
        self.contents = contents
    }
}

/// A delivery that has begun: enough to finish it or to undo it after a crash at any moment.
package struct Intent: Hashable, Sendable {
    /// How far it has come. Each stage is recorded before its first effect, except `written` and `undone`, which are
    /// recorded after their last.
    package enum Stage: String, Hashable, Sendable {
        /// All files are old; commands change the balancer, and a reload is owed unless the files follow.
        case live
        /// Renames are under way: each file is old or new.
        case committing
        /// All files are new; the reload is owed.
        case written
        /// The reload did not succeed; files are going back: each is new or old.
        case undoing
        /// All files are old again; a reload on them is owed.
        case undone
    }

    /// The revision that is being delivered.
    package var revision: Revision
    package var stage: Stage
    /// Every file of the target, unchanged ones too.
    package var files: [IntendedFile]
    /// Whether a reload was owed already when the delivery began: going back does not settle that.
    package var reloadWasOwed: Bool
    /// Seconds since 1970.
    package var started: Int64
    package var reason: String

    package init(
        revision: Revision,
        stage: Stage,
        files: [IntendedFile],
        reloadWasOwed: Bool = false,
        started: Int64,
        reason: String,
    ) {
        self.revision = revision
        self.stage = stage
        self.files = files
        self.reloadWasOwed = reloadWasOwed
        self.started = started
        self.reason = reason
    }
}

/// A file of a delivery that has begun.
package struct IntendedFile: Hashable, Sendable {
    /// What lay at the destination before.
    package struct Before: Hashable, Sendable {
        package var contents: ContentHash
        package var attributes: FileAttributes
        /// A second name of the file as it was, beside the destination; nil if none was made.
        package var backup: String?

        package init(contents: ContentHash, attributes: FileAttributes, backup: String? = nil) {
            self.contents = contents
            self.attributes = attributes
            self.backup = backup
        }
    }

    /// As configured.
    package var destination: String
    /// The file that is written: the destination with symbolic links followed.
    package var path: String
    /// Nil if there was no file.
    package var before: Before?
    /// Nil if the file is taken away.
    package var after: ContentHash?

    package init(destination: String, path: String, before: Before?, after: ContentHash?) {
        self.destination = destination
        self.path = path
        self.before = before
        self.after = after
    }
}

/// A revision that a balancer did not accept.
package struct FailedRevision: Hashable, Sendable {
    package var revision: Revision
    /// What the reload said, in one line.
    package var reason: String
    /// Seconds since 1970, of the last attempt.
    package var at: Int64
    /// How often it was tried, at least 1.
    package var attempts: Int

    package init(revision: Revision, reason: String, at: Int64, attempts: Int) {
        self.revision = revision
        self.reason = reason
        self.at = at
        self.attempts = attempts
    }
}

/// An old revision that was put in force by hand (`headgate rollback`).
package struct Pin: Hashable, Sendable {
    /// The entry of the history that it was taken from.
    package var number: Int
    package var revision: Revision
    /// Seconds since 1970.
    package var since: Int64

    package init(number: Int, revision: Revision, since: Int64) {
        self.number = number
        self.revision = revision
        self.since = since
    }
}
