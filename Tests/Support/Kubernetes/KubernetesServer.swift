import NIOCore
import NIOHTTP1
import NIOPosix
package import NIOSSL
import Synchronization

/// An API server that keeps Kubernetes' rules of lists and watches, as real ones were recorded, and fails on command.
package final class KubernetesServer: Sendable {
    /// What goes wrong with requests.
    package enum Trouble: Sendable {
        /// A status with Kubernetes' word for it.
        case status(Int, retryAfter: Int? = nil)
        /// No answer, on a connection that stays.
        case silence
        /// A body in place of the right one.
        case body(String)
        /// The first bytes of the right answer, then the connection is closed.
        case cut(Int)
        /// The right answer, a few bytes at a time.
        case drip
    }

    package struct Options: Sendable {
        /// Whether it sends all objects at the beginning of a watch (`sendInitialEvents`).
        package var streamsLists = true
        package var bookmarks = Duration.seconds(1)
        /// Whether 410 comes as a status, or else as an event in a 200.
        package var expiresByStatus = false
        /// What tokens it knows; nil: no token is asked for.
        package var tokens: Set<String>?

        package init() {}
    }

    struct Change {
        var version: Int
        var object: ClusterObject
        var line: String
    }

    struct Watcher {
        var channel: any Channel
        var matches: @Sendable (ClusterObject) -> Bool
        var drips: Bool
    }

    struct State {
        var options: Options
        var version = 100
        var objects: [String: (object: ClusterObject, version: Int)] = [:]
        var history: [Change] = []
        /// The version that a watch can go on from at the earliest, and continuations have to be of.
        var oldest = 0
        var watchers: [ObjectIdentifier: Watcher] = [:]
        var channels: [ObjectIdentifier: any Channel] = [:]
        var listener: (any Channel)?
        var refuses = false
        var connections = 0
        /// By the beginning of `list services`, `watch endpointslices`, `stream …`; how often each.
        var troubles: [String: (trouble: Trouble, left: Int)] = [:]
        var forbidden: Set<String> = []
        var requests: [String] = []
    }

    private static let longestHistory = 1_000

    package let port = LoopbackPorts.free(1)[0]
    let state: Mutex<State>
    private let tls: NIOSSLContext?

    private init(_ options: Options, _ tls: TLSConfiguration?) throws {
        state = Mutex(State(options: options))
        self.tls = try tls.map { try NIOSSLContext(configuration: $0) }
    }

    /// Runs a server beside `body`.
    @discardableResult
    package static func with<Result: Sendable>(
        _ options: Options = Options(),
        tls: TLSConfiguration? = nil,
        _ body: (KubernetesServer) async throws -> Result,
    ) async throws -> Result {
        let server = try KubernetesServer(options, tls)
        try await server.start()
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(server)) } catch { result = .failure(error) }
        await server.stop()
        return try result.get()
    }

    /// Listens again after `stop`.
    package func start() async throws {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(RequestHandler(self))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        state.withLock { $0.listener = listener }
    }

    /// Closes everything; what it knows stays.
    package func stop() async {
        let listener = state.withLock { state in
            defer { state.listener = nil }
            return state.listener
        }
        try? await listener?.close()
        cut()
    }

    /// `http://127.0.0.1:PORT`.
    package var url: String { "http\(tls == nil ? "" : "s")://127.0.0.1:\(port)" }

    // MARK: - The cluster

    /// Adds or changes objects, each with a version of its own.
    package func put(_ objects: ClusterObject...) { put(objects) }

    package func put(_ objects: [ClusterObject]) {
        state.withLock { state in
            for object in objects {
                let type = state.objects[object.key] == nil ? "ADDED" : "MODIFIED"
                state.version += 1
                state.objects[object.key] = (object, state.version)
                Self.record(type, object, &state)
            }
        }
    }

    package func remove(_ object: ClusterObject) {
        state.withLock { state in
            guard state.objects.removeValue(forKey: object.key) != nil else { return }
            state.version += 1
            Self.record("DELETED", object, &state)
        }
    }

    /// Forgets what has happened: who watches from before hears that it is too late.
    package func forgetHistory() {
        state.withLock { state in
            state.history = []
            state.oldest = state.version + 1
            state.version += 1
        }
    }

    /// Makes of it a server that was restored from a backup: its versions begin lower.
    package func restore(version: Int = 10, empty: Bool = false) {
        state.withLock { state in
            if empty { state.objects = [:] }
            state.version = version
            state.history = []
            state.oldest = 0
            state.objects = state.objects.mapValues { ($0.object, min($0.version, version)) }
        }
    }

    private static func record(_ type: String, _ object: ClusterObject, _ state: inout State) {
        let line = #"{"type":"\#(type)","object":\#(object.json(version: state.version))}"# + "\n"
        state.history.append(Change(version: state.version, object: object, line: line))
        // As a real one, it forgets; thousands of changes are not to fill the memory.
        if state.history.count > 2 * longestHistory {
            state.history.removeFirst(longestHistory)
            state.oldest = state.history.first?.version ?? state.oldest
        }
        for watcher in state.watchers.values where watcher.matches(object) {
            Self.send(line, on: watcher.channel, drips: watcher.drips)
        }
    }

    // MARK: - Faults

    /// Fails the next `times` requests whose kind begins so: `list services`, `watch`, `stream endpointslices`.
    package func fail(_ kind: String, _ trouble: Trouble, times: Int = .max) {
        state.withLock { $0.troubles[kind] = (trouble, times) }
    }

    package func heal() {
        state.withLock { state in
            state.troubles = [:]
            state.forbidden = []
        }
    }

    /// Denies what begins so: `watch services`.
    package func forbid(_ kind: String) { state.withLock { _ = $0.forbidden.insert(kind) } }

    package func know(tokens: Set<String>?) { state.withLock { $0.options.tokens = tokens } }

    /// Closes all connections.
    package func cut() { for channel in state.withLock({ Array($0.channels.values) }) { channel.close(promise: nil) } }

    /// Closes connections as soon as they are there, and those that are; or does not any more.
    package func refuse(_ refuses: Bool) {
        state.withLock { $0.refuses = refuses }
        if refuses { cut() }
    }

    /// Ends all watches as their time's end does, with a bookmark.
    package func endWatches() {
        state.withLock { state in
            for watcher in state.watchers.values {
                Self.send(bookmark(state.version), on: watcher.channel)
                watcher.channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
            }
            state.watchers = [:]
        }
    }

    /// Sends a text to all that watch.
    package func say(_ text: String) {
        state.withLock { state in for watcher in state.watchers.values { Self.send(text, on: watcher.channel) } }
    }

    /// Stops sending anything to those that watch at present, without closing their connections.
    package func freeze() { state.withLock { $0.watchers = [:] } }

    // MARK: - What was asked

    /// How many connections were made so far.
    package var connections: Int { state.withLock(\.connections) }

    /// How many of them are open.
    package var openConnections: Int { state.withLock(\.channels.count) }

    package var watches: Int { state.withLock { $0.watchers.count } }

    /// The requests of a kind, or all, each as `list services ?query`.
    package func requests(_ kind: String = "") -> [String] {
        state.withLock { $0.requests.filter { $0.hasPrefix(kind) } }
    }

    static func send(_ text: String, on channel: any Channel, drips: Bool = false) {
        guard drips else {
            channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: text))), promise: nil)
            return
        }
        for byte in text.utf8 {
            channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: [byte]))), promise: nil)
        }
    }
}

func bookmark(_ version: Int, endsInitialEvents: Bool = false) -> String {
    let annotations = endsInitialEvents ? #","annotations":{"k8s.io/initial-events-end":"true"}"# : ""
    return #"{"type":"BOOKMARK","object":{"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1","metadata":"#
        + #"{"resourceVersion":"\#(version)"\#(annotations)},"addressType":"","endpoints":null,"ports":null}}"# + "\n"
}

/// Hands a connection's requests to the server.
private final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let server: KubernetesServer
    private var head: HTTPRequestHead?

    init(_ server: KubernetesServer) { self.server = server }

    func channelActive(context: ChannelHandlerContext) {
        server.opened(context.channel)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end: if let head { server.answer(head, on: context.channel) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
