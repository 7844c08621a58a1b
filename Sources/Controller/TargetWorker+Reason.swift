import Catalog
import Diagnostics
import Settings

extension TargetWorker {
    /// So many questions are named; the rest is counted.
    private static let mostNamed = 3

    /// Why there is something to deliver: the questions whose answers have changed since the last complete render, and how.
    func reason(retrying: Bool) -> String {
        if unrendered.isEmpty { return occasion ?? (retrying ? "retry" : beginning) }
        guard hasRendered else { return beginning }
        let registry = target.settings.registry ?? ""
        let names = unrendered.keys.map { (query: $0, name: $0.unqualified(byDefault: registry).description) }
            .sorted { $0.name < $1.name }
        let words = names.prefix(Self.mostNamed).map { query, name in
            let change = catalog.snapshot[query]?.change(since: unrendered[query] ?? nil) ?? ""
            return change.isEmpty ? "\(name) changed" : "\(name): \(printable(change))"
        }
        let more = names.count - words.count
        return words.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
    }
}
