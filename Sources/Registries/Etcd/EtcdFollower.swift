import Catalog
import Logging

/// Follows an etcd cluster, from one endpoint at a time: lists what is not known, then watches, until something else is asked,
/// the stream is old, or it fails.
struct EtcdFollower {
    /// So many ranges are listed at the same time.
    private static let lists = 16

    private let settings: EtcdRegistry.Configuration
    private let inbox: EtcdInbox
    private let logger: Logger
    private let connect: @Sendable () throws(EtcdFault) -> any EtcdTransport
    private let report: @Sendable (RegistryReport) async -> Void
    private var state: EtcdState
    private var transport: (any EtcdTransport)?
    private var endpoint = 0
    private var retries = RetrySchedule(base: .milliseconds(250), limit: .seconds(10))
    private var told: Set<RejectedRegistration> = []

    init(
        _ settings: EtcdRegistry.Configuration,
        _ inbox: EtcdInbox,
        _ logger: Logger,
        connect: @escaping @Sendable () throws(EtcdFault) -> any EtcdTransport,
        report: @escaping @Sendable (RegistryReport) async -> Void,
    ) {
        self.settings = settings
        self.inbox = inbox
        self.logger = logger
        self.connect = connect
        self.report = report
        state = EtcdState(settings)
    }

    /// Follows until cancelled.
    mutating func run() async {
        while !Task.isCancelled {
            for case .wanted(let questions) in inbox.take() { await tell(state.want(questions)) }
            guard state.isAsked else {
                await inbox.wait()
                continue
            }
            do throws(EtcdFault) {
                let transport = try connected()
                let missing = state.missing
                if missing.isEmpty {
                    try await watch(transport)
                } else {
                    // The first one alone: it finds out whether a token is needed.
                    try await list(missing.prefix(state.starts.isEmpty ? 1 : Self.lists), transport)
                }
            } catch {
                await failed(error)
            }
        }
        await transport?.close()
    }

    private mutating func connected() throws(EtcdFault) -> any EtcdTransport {
        if let transport { return transport }
        let transport = try connect()
        self.transport = transport
        return transport
    }

    private mutating func list(_ ranges: ArraySlice<KeyRange>, _ transport: any EtcdTransport) async throws(EtcdFault) {
        let (before, endpoint) = (state.standing, endpoint)
        let listings = await withTaskGroup(of: (KeyRange, Result<EtcdListing, EtcdFault>).self) { group in
            for range in ranges {
                group.addTask {
                    do throws(EtcdFault) {
                        // Not in one expression: optimised, Swift 6.3 writes a wrong value then (`headgate-bench registries`).
                        let listing = try await transport.list(range, from: endpoint)
                        return (range, .success(listing))
                    } catch {
                        return (range, .failure(error))
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var isWhole = true
        for (range, result) in listings where isWhole {
            switch result {
            case .success(let listing): isWhole = state.listed(range, listing, after: before)
            case .failure(.denied(let why)): state.denied(range, .denied(why))
            case .failure(let fault): throw fault
            }
        }
        if !isWhole { logger.warning("another history", metadata: ["registry": "\(settings.name)"]) }
        await tellNews()
    }

    /// Watches until something has to be asked anew.
    private mutating func watch(_ transport: any EtcdTransport) async throws(EtcdFault) {
        // None where all that is asked is denied.
        let (starts, endpoint) = (state.starts, endpoint)
        let begun = ContinuousClock.now
        let (patience, renewal) = (begun + settings.timing.patience, renewal(from: begun))
        let stream = inbox.begin()
        let inbox = inbox
        var watch = EtcdWatch(starts, after: state.standing ?? EtcdHeader())
        let fault = await withTaskGroup(of: Void.self) { group -> EtcdFault? in
            if !starts.isEmpty {
                group.addTask {
                    do throws(EtcdFault) {
                        try await transport.watch(starts, from: endpoint) { inbox.post(.line($0, stream)) }
                        inbox.post(.line(.failure(.transport(.closed)), stream))
                    } catch {
                        inbox.post(.line(.failure(error), stream))
                    }
                }
            }
            group.addTask {
                if (try? await Task.sleep(until: patience)) != nil { inbox.post(.late(stream)) }
            }
            group.addTask {
                if (try? await Task.sleep(until: renewal)) != nil { inbox.post(.due(stream)) }
            }
            defer { group.cancelAll() }
            return await follow(&watch, stream)
        }
        if let fault { throw fault }
        if ContinuousClock.now >= renewal { state.renew(at: .now) }
    }

    /// Takes over what a stream says; nil if it is to be replaced, or the questions are others.
    private mutating func follow(_ watch: inout EtcdWatch, _ stream: Int) async -> EtcdFault? {
        while !Task.isCancelled {
            var isOver = false
            var fault: EtcdFault?
            for signal in inbox.take() {
                switch signal {
                case .wanted(let questions):
                    await tell(state.want(questions))
                    if state.ranges != watch.ranges { isOver = true }
                case .due(stream): isOver = true
                case .late(stream):
                    // One that was there and held.
                    if watch.isEstablished { retries.succeeded() } else { fault = fault ?? .transport(.timedOut) }
                case .line(let line, stream) where fault == nil:
                    switch watch.on(line) {
                    case .nothing: if watch.isEstablished { state.watched() }
                    case .changes(let events, let range, let revision):
                        state.apply(events, range, revision: revision)
                    case .listAgain(let why):
                        state.listAgain()
                        fault = why
                    case .fault(let why):
                        // What came between is in the lists.
                        state.listAgain()
                        fault = why
                    }
                default: break
                }
            }
            await tellNews()
            if fault != nil || isOver { return fault }
            await inbox.wait()
        }
        return nil
    }

    private func renewal(from begun: ContinuousClock.Instant) -> ContinuousClock.Instant {
        let usual = begun + settings.timing.renewal
        return state.nextConfirmation.map { min(usual, max($0, begun)) } ?? usual
    }

    /// Goes to the next endpoint, at once if all of them have not been tried yet.
    private mutating func failed(_ fault: EtcdFault) async {
        if Task.isCancelled { return }
        let pause = retries.failed()
        let endpoints = transport?.endpointCount ?? 1
        endpoint = (endpoint + 1) % endpoints
        // Without a leader it is not one member that is ill.
        let patience = if case .unavailable = fault { 2 } else { max(2, endpoints) }
        if retries.failures >= patience || !fault.isFleeting { await tell(state.failed(fault)) }
        if retries.failures >= endpoints { try? await Task.sleep(for: pause) }
    }

    private mutating func tellNews() async {
        let (reports, rejected) = state.takeReports(at: .now)
        for one in rejected { tell(one) }
        await tell(reports)
    }

    private func tell(_ reports: [RegistryReport]) async {
        for one in reports { await report(one) }
    }

    /// Says once that a key is no instance.
    private mutating func tell(_ registration: RejectedRegistration) {
        // A registrant who changes it all the time must not fill the memory.
        if told.count > 1_000 { told.removeAll() }
        guard told.insert(registration).inserted else { return }
        logger.warning(
            "registration left out",
            metadata: [
                "registry": "\(settings.name)", "instance": "\(registration.instance.id)",
                "service": "\(registration.instance.service)", "reason": "\(registration.reason)",
            ]
        )
    }
}
