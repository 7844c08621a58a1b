/// What a guard waits for, in wall-clock seconds since 1970, so that it survives the process: a second `run --once` half
/// a minute later confirms what the first one saw.
package struct PendingLosses: Hashable, Sendable {
    /// A loss that is held.
    package struct Loss: Hashable, Sendable {
        /// When the read was made that showed it first.
        package var firstSeen: Int64
        /// Until when it is held as a part of a mass loss; nil if it is none.
        package var heldUntil: Int64?

        package init(firstSeen: Int64, heldUntil: Int64? = nil) {
            self.firstSeen = firstSeen
            self.heldUntil = heldUntil
        }
    }

    package var losses: [ItemIdentity: Loss]
    /// Since when nothing is usable where two or more were before.
    package var noneUsableSince: Int64?
    /// Since when nothing is passing where two or more were before.
    package var nonePassingSince: Int64?

    package init(
        losses: [ItemIdentity: Loss] = [:],
        noneUsableSince: Int64? = nil,
        nonePassingSince: Int64? = nil,
    ) {
        self.losses = losses
        self.noneUsableSince = noneUsableSince
        self.nonePassingSince = nonePassingSince
    }

    package var isEmpty: Bool { losses.isEmpty && noneUsableSince == nil && nonePassingSince == nil }
}
