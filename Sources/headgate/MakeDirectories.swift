import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Makes a directory and those above it that are missing; what is wrong shows when something is written there.
func makeDirectories(_ path: FilePath) {
    guard !path.components.isEmpty else { return }
    makeDirectories(path.removingLastComponent())
    unsafe _ = mkdir(path.string, 0o755)  // A C string for the call alone.
}
