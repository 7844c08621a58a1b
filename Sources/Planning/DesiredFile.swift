/// A file as it shall be: where, what, and whose.
package struct DesiredFile: Hashable, Sendable {
    /// Absolute; a symbolic link is followed, not replaced.
    package var destination: String
    package var bytes: [UInt8]
    /// Permission bits; nil keeps those of the file there is, or 0644 for a new one.
    package var mode: UInt16?
    /// By name or number; nil keeps the owner there is.
    package var user: String?
    package var group: String?
    /// Whether missing directories of the destination are made.
    package var createDirectories: Bool

    package init(
        destination: String,
        bytes: [UInt8],
        mode: UInt16? = nil,
        user: String? = nil,
        group: String? = nil,
        createDirectories: Bool = false,
    ) {
        self.destination = destination
        self.bytes = bytes
        self.mode = mode
        self.user = user
        self.group = group
        self.createDirectories = createDirectories
    }
}
