import Diagnostics
import Documents

extension SettingsReader {
    /// `services`, or a map that says which of them.
    mutating func forEach(_ entry: SourceNode.Entry) -> FileSettings.ForEach? {
        let hint = "write `for_each: services`, or `for_each: {services: TAG}` for those with a tag"
        switch entry.value.content {
        case .scalar(let scalar) where scalar.text == "services": return .services(tag: nil)
        case .map(let entries) where !entries.isEmpty:
            // Any other key is a fault already.
            return fields(entry.value, of: "`for_each`", KnownKeys(names: ["services"]))?["services"]
                .flatMap { text($0) }.map { .services(tag: $0) }
        default:
            report(entry.fault("`for_each` has to be services, not \(entry.value.kind)", hint: hint))
        }
        return nil
    }

    /// A file for each of several things needs a path for each, and only such a file does.
    mutating func checkDestination(_ file: FileSettings, _ node: SourceNode, isForEach: Bool) {
        guard let destination = file.destination, destination.contains(FileSettings.eachPlaceholder) != isForEach else {
            return
        }
        report(
            isForEach
                ? node.fault(
                    "all files of this `for_each` would have the path `\(destination)`",
                    hint: "write `{each}` where the service's name belongs"
                )
                : node.fault(
                    "`{each}` stands for nothing here",
                    hint: "add `for_each: services`, or take it out"
                )
        )
    }

    /// A file for each service gets its name among the target's values, as `each`.
    mutating func checkEach(_ files: [FileSettings], of entry: SourceNode.Entry?, _ values: ConfigurationValue?) {
        guard let entry, let values, files.contains(where: { $0.forEach != nil }) else { return }
        guard case .map(let members) = values else {
            report(entry.fault("with `for_each` the values have to be a map", hint: "`each` is added to it"))
            return
        }
        guard members["each"] != nil else { return }
        report(entry.fault("the value `each` is the service's name with `for_each`", hint: "call yours something else"))
    }
}

extension FileSettings {
    /// What stands in a destination for the name of each.
    fileprivate static let eachPlaceholder = "{each}"

    /// Whether `path` is where this is written, or may be for some name.
    package func writes(_ path: String) -> Bool {
        guard let destination else { return false }
        guard forEach != nil, let first = destination.firstRange(of: Self.eachPlaceholder),
            let last = destination.ranges(of: Self.eachPlaceholder).last
        else { return path == destination }
        return path.hasPrefix(destination[..<first.lowerBound]) && path.hasSuffix(destination[last.upperBound...])
    }
}
