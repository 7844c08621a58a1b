package import Controller
import FoundationEssentials
import HTTPTypes
import Hummingbird
package import Logging
import NIOCore
import ServiceLifecycle

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The control socket: HTTP over a Unix domain socket in the state directory, for `headgate status` and its like.
///
/// The API of version 1: `GET /v1/status` answers a `StatusReport` as JSON; `POST /v1/release?target=…&query=…`, both optional,
/// lets go of what guards hold and answers a `ReleaseReport`; `POST /v1/rollback?target=…&revision=N` puts an old revision in
/// force and answers a `RollbackReport`.
package struct ControlServer: Service {
    private let path: String
    private let controller: Controller
    private let logger: Logger

    /// Serves at the socket `path`. Whoever calls holds the state directory's lock, so a socket already there is a dead one.
    package init(path: String, controller: Controller, logger: Logger) {
        self.path = path
        self.controller = controller
        self.logger = logger
    }

    /// Serves until shut down. A socket that cannot be made is logged and costs only the commands that need it.
    package func run() async throws {
        guard path.utf8.count < Self.longestPath else {
            logger.warning(
                "no control socket: its path is too long",
                metadata: ["path": "\(path)", "limit": "\(Self.longestPath - 1)", "hint": "choose a shorter state_dir"]
            )
            try? await gracefulShutdown()
            return
        }
        unsafe unlink(path)  // A C string for the call alone.
        let router = Router()
        router.get("/v1/status") { [controller] _, _ in try await Self.answer(controller.report()) }
        router.post("/v1/release") { [controller] request, _ in
            let parameters = request.uri.queryParameters
            let targets = await controller.release(
                target: parameters["target"].map { String($0) },
                query: parameters["query"].map { String($0) }
            )
            return try Self.answer(ReleaseReport(targets: targets))
        }
        router.post("/v1/rollback") { [controller] request, _ in
            let parameters = request.uri.queryParameters
            guard let target = parameters["target"], let number = parameters["revision"].flatMap({ Int($0) }) else {
                throw HTTPError(.badRequest, message: "target and revision are needed")
            }
            guard let report = await controller.rollBack(target: String(target), to: number) else {
                throw HTTPError(.notFound, message: "there is no target \(target)")
            }
            return try Self.answer(report)
        }
        var quiet = logger
        quiet.logLevel = .warning
        let path = path
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .unixDomainSocket(path: path), serverName: "headgate"),
            onServerRunning: { _ in
                // The directory is 0700 already; the socket's own mode is for a state directory made by hand.
                unsafe chmod(path, 0o600)  // A C string for the call alone.
            },
            logger: quiet,
        )
        do {
            try await application.run()
        } catch {
            logger.warning("control socket failed", metadata: ["path": "\(path)", "error": "\(error)"])
            try? await gracefulShutdown()
        }
        unsafe unlink(path)  // A C string for the call alone.
    }

    /// `sun_path` of unix(7) holds 108 bytes with the terminating zero.
    private static let longestPath = 108

    private static func answer(_ report: some Encodable) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = try encoder.encode(report)
        return Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }
}

extension ControlServer: CustomStringConvertible {
    // Else a service group describes it by reflection, which takes tens of milliseconds.
    package var description: String { "control socket" }
}
