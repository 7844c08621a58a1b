/// How one resource is listed and watched again and again: a pure state machine.
///
/// The rules of the resourceVersion (Kubernetes API concepts, "Resource versions"): a watch goes on from the last one that
/// was seen, without a gap, as long as the server remembers it; 410 means that it does not, and then all is listed anew and
/// compared. The end of a watch is no fault. Where the server was away it is listed anew too, since one that was restored
/// from a backup would be silent until it has caught up with what was seen of it before. A list after a break is confirmed by a second one.
package struct WatchCycle: Sendable {
    package typealias Instant = ContinuousClock.Instant

    package struct Timing: Sendable {
        /// How long a watch is asked for.
        package var watch: Duration
        /// How far apart the two lists after a break are that must agree: a little more than the guards want.
        package var confirmation: Duration
        /// How long nothing at all may come on a watch. Servers send a bookmark each minute.
        package var silence: Duration
        /// How long a whole list, or the beginning of a watch, may take.
        package var answer: Duration

        package init(
            watch: Duration = .seconds(290),
            confirmation: Duration = .seconds(31),
            silence: Duration = .seconds(90),
            answer: Duration = .seconds(30),
        ) {
            self.watch = watch
            self.confirmation = confirmation
            self.silence = silence
            self.answer = answer
        }
    }

    /// What is asked next.
    package enum Step: Hashable, Sendable {
        /// A page of all objects; `limit` 0: all of them at once.
        case list(limit: Int, continuation: String)
        /// All objects and then a watch, in one stream.
        case stream(seconds: Int)
        case watch(from: String, seconds: Int)
    }

    /// How a watch ended.
    package enum End: Hashable, Sendable {
        /// The server ended it.
        case clean
        /// The connection broke.
        case cut
        /// Nothing came for too long.
        case silent
    }

    package static let pageSize = 500

    private let timing: Timing
    private var version: String?
    /// When the list after the last break is to be confirmed.
    private var confirmsAt: Instant?
    private var confirms = false
    /// Asks for the next page.
    private var continuation = ""
    private var pages = true
    /// Whether the server sends the objects at the beginning of a watch; nil: nobody has tried.
    private var streams: Bool?
    /// Whether something has come on the present watch, and how long that was asked for.
    private var hasHeard = false
    private var length = Duration.zero
    /// Whether the last watch was cut: the next is a short one, in case the server is another now.
    private var wasCut = false

    package init(_ timing: Timing) { self.timing = timing }

    /// What is asked next.
    package mutating func next(at now: Instant) -> Step {
        hasHeard = false
        if let moment = confirmsAt, now >= moment, version != nil {
            confirmsAt = nil
            confirms = true
            continuation = ""
            return .list(limit: pages ? Self.pageSize : 0, continuation: "")
        }
        guard let version, !confirms else {
            if continuation.isEmpty, streams != false, !confirms {
                return .stream(seconds: seconds(min(timing.watch, timing.confirmation)))
            }
            return .list(limit: pages ? Self.pageSize : 0, continuation: continuation)
        }
        length = wasCut ? min(timing.watch, timing.confirmation) : timing.watch
        if let confirmsAt { length = min(length, confirmsAt - now) }
        return .watch(from: version, seconds: seconds(length))
    }

    /// Takes over a page of a list: nil if there are more, else what the whole list is worth.
    package mutating func listed(
        version new: String,
        continuation next: String,
        at now: Instant,
    ) -> RegistryReport.Continuity? {
        continuation = next
        guard next.isEmpty else { return nil }
        return complete(new, at: now)
    }

    /// The objects with which a stream began are complete.
    package mutating func streamed(version new: String, at now: Instant) -> RegistryReport.Continuity {
        streams = true
        hasHeard = true
        return complete(new, at: now)
    }

    /// Notes an event of a watch.
    package mutating func heard(version new: String) {
        version = new
        hasHeard = true
        wasCut = false
    }

    /// Notes that a watch ended.
    package mutating func ended(_ end: End) {
        guard version != nil else {
            // Before all objects had come: this server does not send them so.
            if end != .cut || streams == nil { streams = false }
            return
        }
        wasCut = end == .cut
        // A bookmark comes before the end of a watch that is not all too short, if nothing else: a server without one may be
        // behind what was seen.
        if !hasHeard, end == .silent || (end == .clean && length >= timing.confirmation / 2) { restart() }
    }

    /// Notes that there was no answer; false: it only tells how this server is to be asked, and is no fault.
    package mutating func failed(_ fault: KubernetesFault) -> Bool {
        switch fault {
        case .busy: break
        case .transport(.closed) where version != nil && !wasCut && !confirms:
            // A kept connection may end at the very moment of the request.
            wasCut = true
        case .refused where version == nil && streams != false && continuation.isEmpty:
            streams = false
            return false
        case .expired where !continuation.isEmpty:
            // The server forgets a list's pages within minutes: all at once then.
            pages = false
            restart()
            return false
        default: restart()
        }
        return true
    }

    private mutating func restart() {
        version = nil
        confirms = false
        confirmsAt = nil
        continuation = ""
        wasCut = false
    }

    private mutating func complete(_ new: String, at now: Instant) -> RegistryReport.Continuity {
        // A version that goes back is a server's that was restored. They are numbers, if none to reckon with
        // (Kubernetes API concepts, "Resource versions").
        let isBack = version.flatMap(UInt64.init).map { (UInt64(new) ?? .max) < $0 } ?? false
        let isConfirmed = confirms && !isBack
        version = new
        confirms = false
        confirmsAt = isConfirmed ? nil : now + timing.confirmation
        return isConfirmed ? .unbroken : .afterBreak
    }

    private func seconds(_ duration: Duration) -> Int { max(1, Int((duration / .seconds(1)).rounded(.up))) }
}
