package import Catalog
package import Settings

/// A registry that is made of others. It asks nobody: where the others' answers come together, its own are made of them.
package struct CombinedRegistry: Registry {
    package let name: String
    package let settings: CombinationSettings

    package init(name: String, _ settings: CombinationSettings) {
        self.name = name
        self.settings = settings
    }

    package func watch(
        _ wanted: AsyncStream<Set<CatalogQuery>>,
        report: @escaping @Sendable (RegistryReport) async -> Void,
    ) async {
        for await _ in wanted {}
    }
}
