import ProcessControl
import State

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The memory that only the start of a program needs.
///
/// Some 20 MB of the program are looked at once, while the Swift runtime finds its types and the settings are read, and
/// stay resident: Linux maps 64 kB around each place that is touched. They hold what the file holds, so that they may go;
/// what is needed again comes back (measured: 41 MB resident before, 27 MB after a few changes).
enum StartPages {
    /// Gives back what is not needed any more.
    static func release() {
        for mapping in ownCode() {
            // What lies there is the file's, and nobody has changed it.
            unsafe _ = madvise(UnsafeMutableRawPointer(bitPattern: mapping.lowerBound), mapping.count, MADV_DONTNEED)
        }
        trim_heap()
    }

    /// Where the code of this program is, as long as all of it is as in the file: a debugger's breakpoint is not.
    private static func ownCode() -> [Range<UInt>] {
        let files = LocalFileSystem()
        guard let maps = try? files.contents(of: "/proc/self/smaps"),
            let program = try? files.linkTarget(of: "/proc/self/exe")
        else { return [] }
        var found: [Range<UInt>] = []
        var current: Range<UInt>?
        // proc_pid_smaps(5): a line for each mapping, followed by what is known of it.
        for line in String(decoding: maps, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
            if fields.count == 6, fields[1].count == 4 {
                let isOwn = fields[1] == "r-xp" && fields[5].drop { $0 == " " } == program
                current = isOwn ? range(fields[0]) : nil
            } else if let mapping = current, fields.count == 3, fields[0] == "Anonymous:" {
                if fields[1] == "0" { found.append(mapping) }
                current = nil
            }
        }
        return found
    }

    /// Of `55d0c0a00000-55d0c4c00000`.
    private static func range(_ text: Substring) -> Range<UInt>? {
        let ends = text.split(separator: "-").compactMap { UInt($0, radix: 16) }
        return ends.count == 2 && ends[0] < ends[1] ? ends[0]..<ends[1] : nil
    }
}
