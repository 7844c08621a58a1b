import NIOCore
import NIOHTTP1
import Synchronization

extension KubernetesServer {
    /// What a request asks for.
    private struct Question {
        /// `list`, `watch`, or `stream` for a watch with all objects at its beginning.
        var verb = "list"
        var resource: ClusterObject.Resource
        var namespace: String?
        var parameters: [String: String] = [:]

        init?(_ uri: String) {
            let parts = uri.split(separator: "?", maxSplits: 1)
            var path = parts[0].split(separator: "/").map(String.init)
            guard let last = path.popLast(), let resource = ClusterObject.Resource(rawValue: last) else { return nil }
            let group = resource == .services ? ["api", "v1"] : ["apis", "discovery.k8s.io", "v1"]
            guard path.starts(with: group) else { return nil }
            self.resource = resource
            let rest = path.dropFirst(group.count)
            if rest.first == "namespaces" { namespace = rest.last }
            for pair in parts.dropFirst().first?.split(separator: "&") ?? [] {
                let halves = pair.split(separator: "=", maxSplits: 1).map(String.init)
                if halves.count == 2 { parameters[halves[0]] = decoded(halves[1]) }
            }
            if parameters["watch"] == "1" { verb = parameters["sendInitialEvents"] == "true" ? "stream" : "watch" }
        }

        func matches(_ object: ClusterObject) -> Bool {
            guard object.resource == resource, namespace.map({ $0 == object.namespace }) ?? true else { return false }
            return (parameters["labelSelector"] ?? "").split(separator: ",").allSatisfy { term in
                let halves = term.split(separator: "=").map(String.init)
                return halves.count == 2 && object.labels[halves[0]] == halves[1]
            }
        }
    }

    func opened(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        let isRefused = state.withLock { state in
            state.connections += 1
            state.channels[id] = channel
            return state.refuses
        }
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { state in
                state.channels[id] = nil
                state.watchers[id] = nil
            }
        }
        if isRefused { channel.close(promise: nil) }
    }

    func answer(_ head: HTTPRequestHead, on channel: any Channel) {
        guard let question = Question(head.uri) else {
            return reply(404, "404 page not found\n", on: channel)
        }
        let kind = "\(question.verb) \(question.resource.rawValue)"
        let (trouble, isKnown, isForbidden) = state.withLock { state in
            state.requests.append("\(kind) \(head.uri)")
            let token = head.headers.first(name: "Authorization").map { String($0.dropFirst("Bearer ".count)) }
            let isKnown = state.options.tokens.map { known in token.map { known.contains($0) } ?? false } ?? true
            return (takeTrouble(kind, &state), isKnown, state.forbidden.contains { kind.hasPrefix($0) })
        }
        if !isKnown { return fail(401, "Unauthorized", on: channel) }
        if isForbidden {
            let group = question.resource == .services ? "" : "discovery.k8s.io"
            return fail(
                403,
                "\(question.resource.rawValue) is forbidden: User \\\"weak\\\" cannot \(question.verb) resource "
                    + "\\\"\(question.resource.rawValue)\\\" in API group \\\"\(group)\\\"",
                on: channel
            )
        }
        switch trouble {
        case .silence: return
        case .status(let code, let retryAfter): return fail(code, "told to fail", retryAfter: retryAfter, on: channel)
        case .body(let text): return reply(200, text, on: channel)
        default: break
        }
        switch question.verb {
        case "list": list(question, trouble, on: channel)
        default: watch(question, trouble, on: channel)
        }
    }

    private func takeTrouble(_ kind: String, _ state: inout State) -> Trouble? {
        guard let (key, entry) = state.troubles.first(where: { kind.hasPrefix($0.key) && $0.value.left > 0 }) else {
            return nil
        }
        state.troubles[key]?.left = entry.left - 1
        return entry.trouble
    }

    private func list(_ question: Question, _ trouble: Trouble?, on channel: any Channel) {
        if let selector = question.parameters["labelSelector"], selector.contains("(") {
            return fail(400, "found '(', expected: !, identifier, or 'end of string'", on: channel)
        }
        let page: (version: Int, items: [String], next: Int?)? = state.withLock { state in
            var (version, start) = (state.version, 0)
            if let token = question.parameters["continue"] {
                let numbers = token.split(separator: "-").compactMap { Int($0) }
                guard numbers.count == 2, numbers[0] >= state.oldest else { return nil }
                (version, start) = (numbers[0], numbers[1])
            }
            let all = state.objects.values.filter { question.matches($0.object) }.sorted {
                $0.object.key < $1.object.key
            }
            let limit = question.parameters["limit"].flatMap { Int($0) } ?? all.count
            let end = min(all.count, start + limit)
            return (
                version, all[min(start, end)..<end].map { $0.object.json(version: $0.version) },
                end < all.count ? end : nil
            )
        }
        guard let page else {
            return fail(
                410,
                "The provided continue parameter is too old to display a consistent list result.",
                on: channel
            )
        }
        let next = page.next.map { #","continue":"\#(page.version)-\#($0)""# } ?? ""
        let body =
            #"{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"\#(page.version)"\#(next)},"items":["#
            + page.items.joined(separator: ",") + "]}\n"
        if case .cut(let count) = trouble {
            begin(200, ["Content-Length": "\(body.utf8.count)"], on: channel)
            Self.send(String(body.prefix(count)), on: channel)
            channel.close(promise: nil)
        } else {
            reply(200, body, on: channel)
        }
    }

    private func watch(_ question: Question, _ trouble: Trouble?, on channel: any Channel) {
        let options = state.withLock { $0.options }
        if question.verb == "stream", !options.streamsLists {
            return fail(
                422,
                "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled",
                on: channel
            )
        }
        let from = question.parameters["resourceVersion"].flatMap { Int($0) } ?? 0
        if question.verb == "watch", from < state.withLock({ $0.oldest }) {
            let message = "too old resource version: \(from)"
            if options.expiresByStatus { return fail(410, message, on: channel) }
            begin(200, on: channel)
            Self.send(#"{"type":"ERROR","object":\#(status(410, message))}"# + "\n", on: channel)
            channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
            return
        }
        begin(200, on: channel)
        let drips = if case .drip = trouble { true } else { false }
        state.withLock { state in
            if question.verb == "stream" {
                let objects = state.objects.values.filter { question.matches($0.object) }
                for (object, version) in objects.sorted(by: { $0.object.key < $1.object.key }) {
                    Self.send(
                        #"{"type":"ADDED","object":\#(object.json(version: version))}"# + "\n",
                        on: channel,
                        drips: drips
                    )
                }
                Self.send(bookmark(state.version, endsInitialEvents: true), on: channel, drips: drips)
            } else {
                for change in state.history where change.version > from && question.matches(change.object) {
                    Self.send(change.line, on: channel, drips: drips)
                }
            }
            // What is watched from a version that is still to come hears nothing.
            guard from <= state.version else { return }
            state.watchers[ObjectIdentifier(channel)] = Watcher(
                channel: channel,
                matches: { question.matches($0) },
                drips: drips
            )
        }
        if case .cut(let count) = trouble {
            let line = bookmark(1)
            Self.send(String(line.prefix(count)), on: channel)
            channel.close(promise: nil)
        }
        tick(
            channel,
            ends: .now() + .seconds(Int64(question.parameters["timeoutSeconds"] ?? "") ?? 300),
            options.bookmarks
        )
    }

    /// Sends bookmarks until the watch has lasted as long as it was asked for.
    private func tick(_ channel: any Channel, ends: NIODeadline, _ interval: Duration) {
        let id = ObjectIdentifier(channel)
        let pause = TimeAmount.nanoseconds(Int64(interval / .nanoseconds(1)))
        channel.eventLoop.scheduleTask(deadline: min(ends, .now() + pause)) { [self] in
            let isOver = NIODeadline.now() >= ends
            let isThere = state.withLock { state in
                guard state.channels[id] != nil else { return false }
                if state.watchers[id] != nil { Self.send(bookmark(state.version), on: channel) }
                if isOver { state.watchers[id] = nil }
                return true
            }
            if isOver, isThere {
                // Behind what other threads have handed to the loop.
                channel.eventLoop.execute { channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil) }
            } else if isThere {
                tick(channel, ends: ends, interval)
            }
        }
    }

    // MARK: - Replies

    private func status(_ code: Int, _ message: String) -> String {
        #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"\#(message)","code":\#(code)}"#
    }

    private func fail(_ code: Int, _ message: String, retryAfter: Int? = nil, on channel: any Channel) {
        let headers: [String: String] = retryAfter.map { ["Retry-After": "\($0)"] } ?? [:]
        reply(code, status(code, message) + "\n", headers, on: channel)
    }

    private func reply(_ code: Int, _ body: String, _ headers: [String: String] = [:], on channel: any Channel) {
        var headers = headers
        headers["Content-Length"] = "\(body.utf8.count)"
        begin(code, headers, on: channel)
        Self.send(body, on: channel)
        channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
    }

    private func begin(_ code: Int, _ headers: [String: String] = [:], on channel: any Channel) {
        var all = HTTPHeaders(headers.map { ($0.key, $0.value) })
        all.add(name: "Content-Type", value: "application/json")
        let head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: code), headers: all)
        channel.writeAndFlush(HTTPServerResponsePart.head(head), promise: nil)
    }
}

private func decoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"), let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
            bytes.append(code)
            rest = rest.dropFirst(2)
        } else {
            bytes.append(byte)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
