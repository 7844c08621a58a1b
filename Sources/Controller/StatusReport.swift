/// What a running headgate says of itself: the body of `GET /v1/status`, and what `headgate status` prints.
///
/// Field names are an interface: fields are added, not renamed.
package struct StatusReport: Codable, Sendable, Hashable {
    package struct Registry: Codable, Sendable, Hashable {
        package enum State: String, Codable, Sendable { case connecting, good, fault }

        package var name: String
        package var state: State
        /// How long it has been in this state.
        package var seconds: Double
        /// How long ago the last answer came.
        package var lastAnswerSeconds: Double?
        package var queries: Int
        package var answered: Int
        /// Why, if `state` is `fault`.
        package var fault: String?
        package var hint: String?
    }

    package struct Target: Codable, Sendable, Hashable {
        package enum State: String, Codable, Sendable {
            /// Not rendered completely yet: see `waiting`.
            case waiting
            /// What was rendered last is in force.
            case inForce = "in-force"
            /// The template fails; what was in force before stays.
            case templateFault = "template-fault"
            /// What was rendered last could not be put in force; the last good revision is in force.
            case failed
            /// What was rendered last waits until old processes of the balancer have ended; what was in force stays.
            case postponed
            /// The balancer may not run what is on disk: a reload failed and so did the way back.
            case degraded
            /// Somebody else has changed the files, and they stay so until it is released (`drift: hold`).
            case drifted
            /// An old revision stays in force until it is released (`headgate rollback`).
            case pinned
        }

        package var name: String
        package var state: State
        package var seconds: Double
        /// The revision in force, if it is known.
        package var revision: String?
        /// Before the first render, a file for each service is named as the configuration has it, with `{each}`.
        package var files: [String]
        /// What is waited for, and for how long.
        package var waiting: [Waiting]
        /// The fault of a template, check, write or reload.
        package var fault: String?
        /// The entry of the history that is pinned.
        package var pinnedRevision: Int?
        /// When it is tried again, from now.
        package var retrySeconds: Double?
        /// Instances that are not rendered, because of what their registration says or the balancer's check says of them, and
        /// services without a file.
        package var setAside: [SetAside]
        /// What guards have stopped; the last good state of it stays in force.
        package var holds: [Hold]
        /// Deregistered instances that are still shown, as draining.
        package var draining: [Draining]
        /// Instances that came and went too often, and are kept out.
        package var damped: [Damped]
        /// How old the snapshot on disk is that it works from as long as a registry has not answered; nil if it works from
        /// answers alone.
        package var snapshotAgeSeconds: Double?
        /// How often the balancer was brought onto new files.
        package var reloads: Int
        /// How often that, a check or a write failed.
        package var failures: Int
        /// Of a target that is changed live, how that goes.
        package var live: Live?
    }

    package struct Live: Codable, Sendable, Hashable {
        /// How often HAProxy was changed by commands.
        package var changes = 0
        /// Servers that left and are deleted when their sessions have ended.
        package var leaving: [String] = []
        /// How what runs differs from what is in force.
        package var differences: [String] = []
        /// Why HAProxy cannot be asked.
        package var fault: String?

        package init() {}
    }

    package struct Waiting: Codable, Sendable, Hashable {
        package var what: String
        package var seconds: Double

        package init(what: String, seconds: Double) {
            self.what = what
            self.seconds = seconds
        }
    }

    package struct SetAside: Codable, Sendable, Hashable {
        /// Who registered it: `web-1 of web on node n1`.
        package var registrant: String
        package var reason: String

        package init(registrant: String, reason: String) {
            self.registrant = registrant
            self.reason = reason
        }
    }

    package struct Hold: Codable, Sendable, Hashable {
        /// The question, as a template asks it.
        package var query: String
        /// Which rule holds: `after-break`, `empty`, `mass-loss`.
        package var reason: String
        /// What is kept in force though the registry no longer has it.
        package var kept: [String]
        package var seconds: Double
        /// When it ends by itself; nil where only a read can end it.
        package var endsInSeconds: Double?
        /// What ends it.
        package var ending: String

        package init(
            query: String,
            reason: String,
            kept: [String],
            seconds: Double,
            endsInSeconds: Double?,
            ending: String,
        ) {
            self.query = query
            self.reason = reason
            self.kept = kept
            self.seconds = seconds
            self.endsInSeconds = endsInSeconds
            self.ending = ending
        }
    }

    package struct Draining: Codable, Sendable, Hashable {
        /// The question, as a template asks it.
        package var query: String
        package var instance: String
        /// When it is gone, from now.
        package var endsInSeconds: Double

        package init(query: String, instance: String, endsInSeconds: Double) {
            self.query = query
            self.instance = instance
            self.endsInSeconds = endsInSeconds
        }
    }

    package struct Damped: Codable, Sendable, Hashable {
        /// The question, as a template asks it.
        package var query: String
        package var instance: String
        /// How often it changed within the window when it was put out.
        package var changes: Int
        package var seconds: Double
        /// When it is let in if it stays quiet, from now.
        package var endsInSeconds: Double

        package init(query: String, instance: String, changes: Int, seconds: Double, endsInSeconds: Double) {
            self.query = query
            self.instance = instance
            self.changes = changes
            self.seconds = seconds
            self.endsInSeconds = endsInSeconds
        }
    }

    /// A configuration that was to be read anew and is faulty, so that the one of before goes on.
    package struct RefusedConfiguration: Codable, Sendable, Hashable {
        /// How long ago it was read.
        package var seconds: Double
        /// Its faults, each with its place.
        package var faults: [String]
    }

    package var version: String
    package var pid: Int32
    package var uptimeSeconds: Double
    package var stateDirectory: String?
    package var refusedConfiguration: RefusedConfiguration?
    package var registries: [Registry]
    package var targets: [Target]
}
