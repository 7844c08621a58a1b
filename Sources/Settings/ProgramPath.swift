import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where the program `name` lies: in `directory` if it is a path, else in one of the directories of `PATH`; nil if it is not
/// there or may not be executed.
package func programPath(
    _ name: String,
    in directory: String?,
    environment: (String) -> String?,
) -> String? {
    guard !name.isEmpty else { return nil }
    let candidates =
        name.contains("/")
        ? [FilePath(directory ?? "").pushing(FilePath(name))]
        : (environment("PATH") ?? "").split(separator: ":").map { FilePath(String($0)).appending(name) }
    return candidates.map(\.string).first { path in
        // A C string for the call alone; a directory may be "executed" too, and is no program.
        unsafe access(path, X_OK) == 0
            && (try? FileDescriptor.open(FilePath(path), .readOnly, options: .directory)) == nil
    }
}
