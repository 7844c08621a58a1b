/// Values at paths such as `app/shop/limit`, unfolded to maps in maps.
struct KeyTree {
    private indirect enum Node {
        case leaf(Value)
        case folder([String: Node])
    }

    private var root: [String: Node] = [:]
    private var keySource: Origin.Source?

    /// Deeper paths are refused.
    static let mostLevels = 512

    /// - Throws: a fault if a part of the path is both a value and a folder.
    mutating func insert(_ value: Value, at path: Text) throws(FunctionFault) {
        let parts = path.string.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard parts.count <= Self.mostLevels else {
            throw FunctionFault(
                "the key \(GoQuoting.quoted(path.string.shortened)) has more than \(Self.mostLevels) levels"
            )
        }
        keySource = keySource ?? path.firstSource
        try Self.insert(value, parts[...], into: &root, path.string)
    }

    private static func insert(
        _ value: Value,
        _ parts: ArraySlice<String>,
        into folder: inout [String: Node],
        _ path: String,
    ) throws(FunctionFault) {
        guard let name = parts.first else { return }
        if parts.count == 1 {
            if name.isEmpty { return }
            if case .folder? = folder[name] {
                throw clash(path, name, "is a folder too")
            }
            folder[name] = .leaf(value)
            return
        }
        var inner: [String: Node] = [:]
        switch folder[name] {
        case .folder(let present):
            inner = present
            // Held in one place only, the dictionary is changed in place.
            folder[name] = nil
        case .leaf(let value): throw clash(path, name, "already has the value \(value.brief)")
        case nil: break
        }
        try insert(value, parts.dropFirst(), into: &inner, path)
        folder[name] = .folder(inner)
    }

    private static func clash(_ path: String, _ name: String, _ problem: String) -> FunctionFault {
        FunctionFault(
            "not a map: \(GoQuoting.quoted(path.shortened)): \(GoQuoting.quoted(name.shortened)) \(problem)",
            hint: "a key cannot be a value and a folder at once"
        )
    }

    func map() -> Map { Self.map(root, keySource.map { .untrusted($0) } ?? .trusted) }

    private static func map(_ folder: [String: Node], _ keyOrigin: Origin) -> Map {
        Map(
            folder.map { name, node in
                switch node {
                case .leaf(let value): (.string(name), value)
                case .folder(let inner): (.string(name), .map(map(inner, keyOrigin)))
                }
            },
            keyOrigin: keyOrigin
        )
    }
}
