import Catalog
import Rendering
extension QueryResult { func differsOnlyInCheckOutput(from other: QueryResult) -> Bool { false } }
extension TargetRenderer { var readsCheckOutput: Bool { true } }
