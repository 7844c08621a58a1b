internal import Diagnostics

/// What is known of one file of a registry.
struct FileRecord: Sendable {
    /// What it said when it was last good by itself.
    private(set) var candidate: RegistryDocument?
    /// What it said when it was last good together with the other files: this is in force.
    private(set) var accepted: RegistryDocument?
    /// Whether `candidate` is newer than `accepted`.
    private(set) var isPending = false
    /// When it was changed or touched last, which renews its leases.
    private(set) var modified: Timestamp?
    /// Why it cannot be read or is bad by itself.
    private(set) var fault: RegistryFault?

    private var signature: FileSignature?
    private var fingerprint: ContentFingerprint?
    private var unsettledSince: Timestamp?

    /// Two writes within this time can leave one signature, as file systems stamp files by a coarse clock.
    private static let stampGranularity = Duration.seconds(2)

    /// What the next reading has to know.
    var known: KnownFile { KnownFile(signature: signature, unsettledSince: unsettledSince) }

    /// Takes what was found and tells whether anything in force can be different now.
    mutating func take(
        _ found: FileReading,
        now: Timestamp,
        decode: ([UInt8]) throws(RegistryFault) -> RegistryDocument,
    ) -> Bool {
        switch found {
        case .same:
            unsettledSince = nil
            return false
        case .unsettled:
            if unsettledSince == nil { unsettledSince = now }
            return false
        case .failed(let fault):
            unsettledSince = nil
            signature = nil
            fingerprint = nil
            self.fault = fault
            return false
        case .content(let bytes, let signature):
            unsettledSince = nil
            let isAged = now - max(signature.modified, signature.changed) > Self.stampGranularity
            self.signature = isAged ? signature : nil
            let isTouched = modified != signature.modified
            let fingerprint = ContentFingerprint(bytes)
            guard fingerprint != self.fingerprint else {
                modified = fault == nil ? signature.modified : modified
                return isTouched && fault == nil
            }
            self.fingerprint = fingerprint
            do {
                candidate = try decode(bytes)
            } catch {
                fault = error
                return false
            }
            isPending = true
            fault = nil
            modified = signature.modified
            return true
        }
    }

    /// What the newest content says is in force from now on.
    mutating func accept() {
        accepted = candidate
        isPending = false
    }
}
