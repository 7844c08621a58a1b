internal import Glibc
internal import NIOCore

/// What inotify(7) reports of a watched directory.
struct InotifyEvent: Hashable, Sendable {
    /// The watch it belongs to; -1 for an overflow.
    var watch: Int32
    /// The kernel's `IN_…` bits.
    var mask: UInt32
    /// The entry of the directory; empty for the directory itself.
    var name: String

    /// Takes one event from the front of what was read; nil at the end.
    init?(from buffer: inout ByteBuffer) {
        guard let watch = buffer.readInteger(endianness: .host, as: Int32.self),
            let mask = buffer.readInteger(endianness: .host, as: UInt32.self),
            buffer.readInteger(endianness: .host, as: UInt32.self) != nil,
            let length = buffer.readInteger(endianness: .host, as: UInt32.self),
            let name = buffer.readBytes(length: Int(length))
        else { return nil }
        self.watch = watch
        self.mask = mask
        self.name = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Whether the directory is not at its path any more, or no longer watched.
    var endsWatch: Bool { mask & UInt32(IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED) != 0 }

    /// What is watched of a directory. A file that is being written does not wake anybody before it is closed.
    static let mask = UInt32(
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF
            | IN_ONLYDIR
    )
}
