package import Catalog
package struct CatalogArchive: Sendable {
    package struct Entry: Sendable {
        package var result: QueryResult
        package var pending: PendingLosses
        package init(result: QueryResult, pending: PendingLosses = PendingLosses()) { self.result = result; self.pending = pending }
    }
    package var savedAt: Int64
    package var entries: [CatalogQuery: Entry]
    package init(savedAt: Int64, entries: [CatalogQuery: Entry]) { self.savedAt = savedAt; self.entries = entries }
}
extension Ledger {
    package func catalog(of target: String) -> CatalogArchive? { nil }
    package func save(_ archive: CatalogArchive, for target: String, withoutKeys: Bool) {}
}
