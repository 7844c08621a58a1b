import SystemPackage

/// The repository that the tests were built from.
enum Repository {
    static let path: String = {
        var path = FilePath(#filePath)
        for _ in 0..<4 { path.removeLastComponent() }
        return path.string
    }()

    /// The path of a file, as it is in the repository.
    static func file(_ name: String) -> String { "\(path)/\(name)" }
}
