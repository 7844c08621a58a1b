import Catalog
import Diagnostics
import TemplateEngine

extension TargetRenderer {
    /// What stands in a destination for the name of a service.
    static let eachPlaceholder = "{each}"
    /// How long a name may be, in bytes: a path's component has 255, and some are the destination's own.
    static let longestName = 200

    /// The services that `file` is made for, each with its file's path; those of which no path can be made are noted.
    func services(
        with tag: String?,
        of file: TemplateFile,
        in pass: inout Pass,
    ) -> [(name: Text, destination: String)] {
        var services: [(name: Text, destination: String)] = []
        var taken = configuration.reservedPaths.union(pass.files.map(\.destination))
        ask(in: &pass) { session, pass throws(Diagnostic) in
            let listed: List
            do throws(FunctionFault) {
                listed = try session.list(.services())
            } catch {
                throw Diagnostic("\(file.destination): \(error.message)", hint: error.hint)
            }
            for case .record(let service) in listed.elements {
                guard case .text(let name)? = service.field("Name") else { continue }
                if let tag, !service.hasTag(tag) { continue }
                let path = file.destination.replacing(Self.eachPlaceholder, with: name.string)
                if let why = objection(to: name.string)
                    ?? (taken.insert(path).inserted ? nil : "\(path) is another file's")
                {
                    let scope = CatalogQuery.services().qualified(byDefault: pass.cache.defaultRegistry).scope
                    pass.unnamed.append(SetAside(Registrant(.service(name.string), in: scope), .unusableName(why)))
                    continue
                }
                services.append((name, path))
            }
        }
        return services
    }

    /// Why `name`, which anybody may have chosen, cannot be a part of a path's component, or not be asked for; nil if it can.
    private func objection(to name: String) -> String? {
        if name.isEmpty { return "it is empty" }
        if name.utf8.count > Self.longestName { return "it is longer than \(Self.longestName) bytes" }
        if name.utf8.first == UInt8(ascii: ".") { return "it begins with a dot" }
        if name.utf8.contains(UInt8(ascii: "/")) { return "there is a slash in it" }
        if name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return "there is a control character in it"
        }
        // Such as `v1.web`, which asks for those of `web` with a tag.
        guard (try? ServiceQuery(parsing: [name]))?.query == .service(name: name) else {
            return "`service` would not ask for a service of this name"
        }
        return nil
    }
}

extension Value {
    /// The values of a target with `name` as `each`.
    func adding(each name: Text) -> Value {
        let entries: [(Map.Key, Value)] =
            if case .map(let map) = self { map.entries.map { ($0.key, $0.value) } } else { [] }
        return .map(Map(entries + [(.string("each"), .text(name))]))
    }
}

extension Record {
    fileprivate func field(_ name: String) -> Value? { shape.slots[name].map { fields[$0] } }

    fileprivate func hasTag(_ tag: String) -> Bool {
        guard case .list(let tags)? = field("Tags") else { return false }
        return tags.elements.contains { if case .text(let text) = $0 { text.string == tag } else { false } }
    }
}
