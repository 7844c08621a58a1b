internal import Catalog
internal import Wire

/// One resource of one namespace, or of all: what is listed and watched by itself.
package struct KubernetesFeed: Hashable, Sendable {
    package var resource: KubernetesResource
    /// Nil: all namespaces.
    package var namespace: String?

    package init(_ resource: KubernetesResource, in namespace: String?) {
        self.resource = resource
        self.namespace = namespace
    }
}

/// Follows one feed, over a connection of its own that is made anew after each fault, with what the kubeconfig or the service
/// account says then.
struct ResourceFollower: Sendable {
    let feed: KubernetesFeed
    /// A label selector for Services.
    let labels: String?
    let timing: WatchCycle.Timing
    let connect: @Sendable () throws(KubernetesFault) -> KubernetesClient
    let tell: @Sendable (KubernetesState.Event) -> Void

    /// Below that a watch is no sign that all is well again.
    private static let shortWatch = Duration.seconds(5)

    /// Follows until cancelled.
    func run() async {
        var cycle = WatchCycle(timing)
        var retries = RetrySchedule(base: .milliseconds(250), limit: .seconds(30))
        /// Of watches that end soon: what changes in the pauses comes late.
        var pauses = RetrySchedule(base: .milliseconds(100), limit: .seconds(2))
        /// Whether the last try failed.
        var hasFailed = false
        while !Task.isCancelled {
            var client: KubernetesClient?
            do throws(KubernetesFault) {
                let fresh = try connect()
                client = fresh
                while !Task.isCancelled {
                    let begun = ContinuousClock.now
                    let end = try await step(&cycle, fresh)
                    // A list is no use without a watch.
                    guard let end else { continue }
                    hasFailed = false
                    cycle.ended(end)
                    if ContinuousClock.now - begun >= Self.shortWatch {
                        retries.succeeded()
                        pauses.succeeded()
                    } else if (try? await Task.sleep(for: pauses.failed())) == nil {
                        break
                    }
                }
            } catch {
                if cycle.failed(error), error != .transport(.cancelled) {
                    if hasFailed || !error.isFleeting { tell(.failed(feed, error)) }
                    hasFailed = true
                    try? await Task.sleep(for: max(error.patience ?? .zero, retries.failed()))
                }
            }
            await client?.close()
        }
    }

    /// Asks once; how it ended, if it was a watch.
    private func step(_ cycle: inout WatchCycle, _ client: KubernetesClient) async throws(KubernetesFault) -> WatchCycle
        .End?
    {
        switch cycle.next(at: .now) {
        case .list:
            try await list(&cycle, client)
            return nil
        case .stream(let seconds): return try await stream(&cycle, client, seconds)
        case .watch(let version, let seconds):
            return try await client.watch(
                target("watch=1&resourceVersion=\(encoded(version))&\(Self.options(seconds))")
            ) {
                lines throws(KubernetesFault) in
                try take(lines[...], &cycle)
                return true
            }
        }
    }

    /// Reads all pages of a list.
    private func list(_ cycle: inout WatchCycle, _ client: KubernetesClient) async throws(KubernetesFault) {
        var objects: [KubernetesObject] = []
        while case .list(let limit, let continuation) = cycle.next(at: .now) {
            var parameters: [String] = []
            if limit > 0 { parameters.append("limit=\(limit)") }
            if !continuation.isEmpty { parameters.append("continue=\(encoded(continuation))") }
            let body = try await client.list(target(parameters.joined(separator: "&")))
            let page = try decode { () throws(JSONFault) in try ListPage(body, of: feed.resource) }
            objects += page.objects
            if let continuity = cycle.listed(version: page.version, continuation: page.continuation, at: .now) {
                tell(.listed(feed, objects, continuity))
                return
            }
        }
    }

    /// Reads all objects and what changes then, in one stream.
    private func stream(
        _ cycle: inout WatchCycle,
        _ client: KubernetesClient,
        _ seconds: Int,
    ) async throws(KubernetesFault) -> WatchCycle.End {
        var initial: [KubernetesObject]? = []
        let limit = ContinuousClock.now + timing.answer
        let options = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&\(Self.options(seconds))"
        return try await client.watch(target("watch=1&\(options)")) { lines throws(KubernetesFault) in
            var rest = lines[...]
            while var objects = initial, let line = rest.popFirst() {
                switch try decode({ () throws(JSONFault) in try WatchEvent(line, of: feed.resource) }) {
                case .put(let object, _): objects.append(object)
                case .bookmark(let version, true):
                    tell(.listed(feed, objects, cycle.streamed(version: version, at: .now)))
                    tell(.changed(feed, []))
                    initial = nil
                    continue
                case .failed(let fault): throw fault
                // What goes before all have come, and a bookmark that ends nothing: this server has not understood.
                case .removed, .bookmark: return false
                }
                initial = objects
            }
            if initial == nil, !rest.isEmpty { try take(rest, &cycle) }
            return initial == nil || ContinuousClock.now < limit
        }
    }

    /// Takes over events of a watch, those before a fault too.
    private func take(_ lines: ArraySlice<[UInt8]>, _ cycle: inout WatchCycle) throws(KubernetesFault) {
        var events: [WatchEvent] = []
        var fault: KubernetesFault?
        do throws(KubernetesFault) {
            for line in lines {
                let event = try decode { () throws(JSONFault) in try WatchEvent(line, of: feed.resource) }
                switch event {
                case .put(_, let version), .removed(_, let version), .bookmark(let version, _):
                    cycle.heard(version: version)
                    events.append(event)
                case .failed(let reason): throw reason
                }
            }
        } catch {
            fault = error
        }
        // Without an event, the server at least takes the watch: it is well.
        if fault == nil || !events.isEmpty { tell(.changed(feed, events)) }
        if let fault { throw fault }
    }

    private func decode<Value>(_ read: () throws(JSONFault) -> Value) throws(KubernetesFault) -> Value {
        do throws(JSONFault) {
            return try read()
        } catch {
            throw .malformed("\(error)")
        }
    }

    private func target(_ parameters: String) -> String {
        var parameters = parameters.isEmpty ? [] : [parameters]
        if feed.resource == .services, let labels { parameters.append("labelSelector=\(encoded(labels))") }
        let query = parameters.joined(separator: "&")
        return feed.resource.path(in: feed.namespace) + (query.isEmpty ? "" : "?\(query)")
    }

    private static func options(_ seconds: Int) -> String { "allowWatchBookmarks=true&timeoutSeconds=\(seconds)" }
}
