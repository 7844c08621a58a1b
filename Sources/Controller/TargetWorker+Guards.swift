import Catalog
import Delivery
import Diagnostics
import Logging
import Settings

extension TargetWorker {
    /// Takes over what has come from the registries, as far as the guards let it pass.
    func takeNews() async {
        let news = await hub.news(for: target.settings.name, also: catalog.awaitingReads)
        let now = clock.now
        report(catalog.take(news, at: now) + catalog.look(news, at: now))
        if !hasRendered, asked.contains(where: { catalog.snapshot[$0] == nil && news.fails($0) }) { goOnWithArchive() }
    }

    /// Renders from what an earlier process knew where the registries have not answered.
    func goOnWithArchive() {
        let now = clock.now
        guard !hasRendered, let notices = catalog.useArchive(at: now) else { return }
        if let written = catalog.worksFromArchiveOf {
            logger.warning(
                "registry has not answered: going on with the last snapshot",
                metadata: [
                    "age": "\((now - written).readable)", "hint": "what the registry says counts as soon as it answers",
                ]
            )
        }
        report(notices)
    }

    /// Tells what guards and rules did, and keeps it.
    func report(_ notices: [GuardedCatalog.Notice]) {
        if catalog.hasChanges || !notices.isEmpty { isArchiveDue = true }
        let registry = target.settings.registry ?? ""
        for notice in notices {
            let query = notice.query.unqualified(byDefault: registry)
            switch notice.kind {
            case .held(let hold):
                logger.warning(
                    "held",
                    metadata: [
                        "query": "\(query)", "because": "\(hold.reason.words)", "kept": "\(Self.few(hold.lost))",
                        "end": "\(hold.ending)",
                    ]
                )
            case .ended(let ending):
                logger.notice("hold over", metadata: ["query": "\(query)", "because": "\(ending.rawValue)"])
            case .membership(let event): report(event, of: query)
            }
        }
        condition.note(catalog, byDefault: registry)
    }

    /// Tells what became of instances that come and go.
    private func report(_ event: MembershipRules.Event, of query: CatalogQuery) {
        switch event {
        case .damped(let instance, let changes):
            logger.warning(
                "damped",
                metadata: [
                    "query": "\(query)", "instance": "\(Self.few([.instance(instance)]))", "changes": "\(changes)",
                    "hint": "it comes and goes; it is let in when it has been quiet for `damp.quiet`",
                ]
            )
        case .dampingEnded(let instance, let ending):
            logger.notice(
                "damping over",
                metadata: [
                    "query": "\(query)", "instance": "\(Self.few([.instance(instance)]))",
                    "because": "\(ending.words)",
                ]
            )
        case .draining(let instances):
            logger.info(
                "draining",
                metadata: [
                    "query": "\(query)", "instances": "\(Self.few(instances.map { .instance($0) }))",
                    "for": "\(target.settings.drain.readable)",
                ]
            )
        case .drained(let instances):
            logger.info(
                "drain over",
                metadata: ["query": "\(query)", "instances": "\(Self.few(instances.map { .instance($0) }))"]
            )
        }
    }

    /// The first five, and how many there are besides.
    private static func few(_ items: [ItemIdentity]) -> String {
        let first = items.prefix(5).map { printable("\($0)") }.joined(separator: ", ")
        return items.count > 5 ? "\(first) and \(items.count - 5) more" : first
    }
}
