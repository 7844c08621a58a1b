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
        let notices = catalog.take(news, at: now) + catalog.look(news, at: now)
        report(notices)
        if catalog.hasChanges || !notices.isEmpty { isArchiveDue = true }
        if !hasRendered, asked.contains(where: { catalog.snapshot[$0] == nil && news.fails($0) }) { goOnWithArchive() }
    }

    /// Renders from what an earlier process knew where the registries have not answered.
    func goOnWithArchive() {
        guard !hasRendered, let age = catalog.useArchive(wallNow: secondsSince1970()) else { return }
        logger.warning(
            "registry has not answered: going on with the last snapshot",
            metadata: ["age": "\(age.readable)", "hint": "what the registry says counts as soon as it answers"]
        )
    }

    /// Tells what guards did.
    func report(_ notices: [GuardedCatalog.Notice]) {
        let registry = target.settings.registry ?? ""
        for notice in notices {
            let query = notice.query.unqualified(byDefault: registry)
            switch notice.kind {
            case .held(let hold):
                let lost = hold.lost.prefix(5).map { printable("\($0)") }.joined(separator: ", ")
                let more = hold.lost.count > 5 ? " and \(hold.lost.count - 5) more" : ""
                logger.warning(
                    "held",
                    metadata: [
                        "query": "\(query)", "because": "\(hold.reason.words)", "kept": "\(lost)\(more)",
                        "end": "\(hold.ending)",
                    ]
                )
            case .ended(let ending):
                logger.notice("hold over", metadata: ["query": "\(query)", "because": "\(ending.rawValue)"])
            }
        }
        condition.holds = catalog.holds.map { ($0.query.unqualified(byDefault: registry).description, $0.hold) }
    }
}
