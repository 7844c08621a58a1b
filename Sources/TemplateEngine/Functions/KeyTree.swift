/// Values at paths such as `app/shop/limit`, unfolded to maps in maps.
struct KeyTree {
    private indirect enum Node {
        case leaf(Value)
        case folder([Map.Key: Branch])
    }

    /// A node and who named it first.
    private struct Branch {
        var node: Node
        var name: Origin
    }

    private var root: [Map.Key: Branch] = [:]

    /// Deeper paths are refused.
    static let mostLevels = 512

    /// - Throws: a fault if a part of the path is both a value and a folder.
    mutating func insert(_ value: Value, at path: Text) throws(FunctionFault) {
        let parts = path.split(separator: "/")
        guard parts.count <= Self.mostLevels else {
            throw FunctionFault(
                "the key \(GoQuoting.quoted(path.string.shortened)) has more than \(Self.mostLevels) levels"
            )
        }
        try Self.insert(value, parts[...], into: &root, path.string)
    }

    private static func insert(
        _ value: Value,
        _ parts: ArraySlice<Text>,
        into folder: inout [Map.Key: Branch],
        _ path: String,
    ) throws(FunctionFault) {
        guard let part = parts.first else { return }
        let name = part.string
        let key = Map.Key.string(name)
        if parts.count == 1 {
            if name.isEmpty { return }
            if case .folder? = folder[key]?.node {
                throw clash(path, name, "is a folder too")
            }
            folder[key] = Branch(node: .leaf(value), name: part.origin)
            return
        }
        var inner: [Map.Key: Branch] = [:]
        let origin = folder[key]?.name ?? part.origin
        switch folder[key]?.node {
        case .folder(let present):
            inner = present
            // Held in one place only, the dictionary is changed in place.
            folder[key] = nil
        case .leaf(let value): throw clash(path, name, "already has the value \(value.brief)")
        case nil: break
        }
        try insert(value, parts.dropFirst(), into: &inner, path)
        folder[key] = Branch(node: .folder(inner), name: origin)
    }

    private static func clash(_ path: String, _ name: String, _ problem: String) -> FunctionFault {
        FunctionFault(
            "not a map: \(GoQuoting.quoted(path.shortened)): \(GoQuoting.quoted(name.shortened)) \(problem)",
            hint: "a key cannot be a value and a folder at once"
        )
    }

    func map() -> Map { Self.map(root) }

    private static func map(_ folder: [Map.Key: Branch]) -> Map {
        Map(
            attributed: folder.map { name, branch in
                switch branch.node {
                case .leaf(let value): Map.AttributedPair(name, from: branch.name, value)
                case .folder(let inner): Map.AttributedPair(name, from: branch.name, .map(map(inner)))
                }
            }
        )
    }
}
