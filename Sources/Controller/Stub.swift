import Rendering
extension TargetRenderer { var readsCheckOutput: Bool { true } }
