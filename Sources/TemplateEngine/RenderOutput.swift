package import Diagnostics

/// What a render wrote.
package struct RenderOutput: Sendable {
    package var bytes: [UInt8]
    /// Untrusted bytes that were unsafe where they were written, in the order of the output; the first of each source
    /// and action.
    package var offences: [Offence]

    package init(bytes: [UInt8], offences: [Offence]) {
        self.bytes = bytes
        self.offences = offences
    }
}

/// An unsafe byte from a registration at a place in the output.
package struct Offence: Sendable, Hashable {
    package var source: Origin.Source
    package var byte: UInt8
    /// The whole text that was written, for the report.
    package var text: String
    /// The action that wrote it.
    package var position: SourcePosition
}
