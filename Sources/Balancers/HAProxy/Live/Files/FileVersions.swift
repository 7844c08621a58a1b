/// A file that HAProxy may have loaded beside its configuration, as it is and as it shall be.
package struct FileVersions: Hashable, Sendable {
    /// Absolute, normalised.
    package var path: String
    package var old: [UInt8]
    package var new: [UInt8]
    /// A file beside it that HAProxy would load with it as a certificate, and that goes with the old one.
    package var companion: String?

    package init(path: String, old: [UInt8], new: [UInt8], companion: String? = nil) {
        self.path = path
        self.old = old
        self.new = new
        self.companion = companion
    }

    /// What goes behind a certificate's path for what HAProxy loads with it (configuration manual 3.1,
    /// `ssl-load-extra-files`): its key is in the certificate's own file where that is changed live.
    package static let companionSuffixes = [".ocsp", ".issuer", ".sctl"]

    /// The file's name without its directories.
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
}
