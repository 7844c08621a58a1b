/// How to render: Go's `missingkey`, the bounds, and what is judged unsafe.
package struct RenderOptions: Sendable {
    /// What `.missing` of a map gives: Go's option `missingkey`.
    package enum MissingKey: String, Sendable, CaseIterable {
        /// `<no value>`.
        case `default`
        /// The zero value of the map's elements.
        case zero
        /// A fault.
        case error
    }

    package var missingKey: MissingKey = .zero
    /// The most bytes a template may write, and the most that one text made on the way may have.
    package var maximumOutput = 256 << 20
    /// The most operations a render may take; an endless recursion or loop ends here.
    package var maximumSteps = 500_000_000
    /// The most elements that a list or map may have, with those of the lists and maps in it.
    package var maximumElements = 10_000_000
    /// How deep templates may call templates.
    package var maximumDepth = 1_000
    /// The longest a render may take, looked at every few thousand operations.
    package var maximumTime: Duration = .seconds(10)
    /// Asked now and then: true ends the render with a fault, since nobody waits for it any more.
    package var isCancelled: (@Sendable () -> Bool)?
    /// About how many bytes will be written, from the last render: it spares growing.
    package var expectedOutput = 0
    /// Which untrusted bytes are judged unsafe; nil judges none (`untrusted: off`).
    package var unsafe: UnsafeBytes?

    package init() {}
}

/// Which bytes of a registration must not reach a balancer's configuration as they are.
///
/// Control characters (below 0x20, and 0x7F) always are unsafe. Others depend on the place: outside quotes, or inside
/// which quotes.
package struct UnsafeBytes: Sendable, Hashable {
    /// Unsafe outside quotes: white space, quotes, and what has a meaning (HAProxy, NGINX: `; { } # \ $`).
    package var unquoted: Set<UInt8>
    /// The quote characters of the balancer's language, each with what is unsafe inside it: itself, `\`, `$`.
    package var quoted: [UInt8: Set<UInt8>]

    package init(unquoted: Set<UInt8>, quoted: [UInt8: Set<UInt8>]) {
        self.unquoted = unquoted
        self.quoted = quoted
    }
}
