import SystemPackage

/// The repository that the tests were built from.
package enum Repository {
    package static let path: String = {
        var path = FilePath(#filePath)
        for _ in 0..<3 { path.removeLastComponent() }
        return path.string
    }()

    /// The path of a file, as it is in the repository.
    package static func file(_ name: String) -> String { "\(path)/\(name)" }
}
