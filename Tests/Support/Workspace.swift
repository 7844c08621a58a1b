import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A temporary directory of one test, removed at its end.
package struct Workspace: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    /// Runs `body` in a new directory.
    @discardableResult
    package static func with<Result: Sendable>(_ body: (Workspace) async throws -> Result) async throws -> Result {
        var template = Array("/tmp/headgate-test-XXXXXX".utf8CString)
        guard let made = unsafe mkdtemp(&template) else { throw Errno(rawValue: errno) }
        let workspace = Workspace(path: unsafe String(cString: made))
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(workspace)) } catch { result = .failure(error) }
        _ = try await execute("rm", ["-rf", "--one-file-system", workspace.path])
        return try result.get()
    }

    /// The path of `name` in the directory.
    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file in place.
    package func write(_ name: String, _ text: String) throws {
        let descriptor = try FileDescriptor.open(
            FilePath(file(name)),
            .writeOnly,
            options: [.create, .truncate],
            permissions: FilePermissions(rawValue: 0o644)
        )
        try descriptor.closeAfter { _ = try descriptor.writeAll(text.utf8) }
    }

    /// Replaces a file by renaming a new one over it, as editors and configuration management do.
    package func replace(_ name: String, _ text: String) throws {
        try write(".\(name).new", text)
        guard unsafe rename(file(".\(name).new"), file(name)) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Replaces a part of a file.
    package func edit(_ name: String, replacing part: String, with other: String) throws {
        try replace(name, (read(name) ?? "").replacing(part, with: other))
    }

    package func makeDirectory(_ name: String) throws {
        guard unsafe mkdir(file(name), 0o755) == 0 else { throw Errno(rawValue: errno) }
    }

    /// The content of a file; nil if there is none.
    package func read(_ name: String) -> String? {
        guard let descriptor = try? FileDescriptor.open(FilePath(file(name)), .readOnly) else { return nil }
        defer { try? descriptor.close() }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while let count = try? unsafe buffer.withUnsafeMutableBytes({ unsafe try descriptor.read(into: $0) }), count > 0
        {
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The names in a directory, sorted.
    package func names(in directory: String = ".") -> [String] {
        guard let handle = unsafe opendir(file(directory)) else { return [] }
        defer { unsafe _ = closedir(handle) }
        var names: [String] = []
        while let entry = unsafe readdir(handle) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
