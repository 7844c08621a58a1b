internal import SystemPackage

/// Reads a file that others may be writing.
enum StableRead {
    private static let attempts = 3

    /// The content of `path`, at most `limit` bytes, and its signature; nil if the file changed each time while it was read.
    static func content(of path: String, limit: Int) throws(Errno) -> ([UInt8], FileSignature)? {
        for _ in 0..<attempts {
            // Without `nonBlocking` a pipe put in the file's place would block the thread.
            let descriptor = try open(path)
            let result: Result<([UInt8], FileSignature)?, Errno>
            do throws(Errno) {
                result = .success(try content(of: descriptor, limit: limit))
            } catch {
                result = .failure(error)
            }
            try? descriptor.close()
            if let found = try result.get() { return found }
        }
        return nil
    }

    private static func open(_ path: String) throws(Errno) -> FileDescriptor {
        do {
            return try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking])
        } catch {
            throw error as? Errno ?? .ioError
        }
    }

    private static func content(
        of descriptor: FileDescriptor,
        limit: Int,
    ) throws(Errno) -> ([UInt8], FileSignature)? {
        let before = FileSignature(try descriptor.stat())
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(min(before.size, Int64(limit))) + 1)
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count < limit {
            let count: Int
            do {
                // The descriptor writes within the bounds of the array's own memory.
                count = try unsafe chunk.withUnsafeMutableBytes { try unsafe descriptor.read(into: $0) }
            } catch {
                throw error as? Errno ?? .ioError
            }
            if count == 0 { break }
            bytes += chunk[..<min(count, limit - bytes.count)]
        }
        let after = FileSignature(try descriptor.stat())
        return before == after ? (bytes, after) : nil
    }
}
