package import Diagnostics

/// A template as its author wrote it.
package struct TemplateSource: Sendable {
    /// The file, as messages name it.
    package var name: String
    package var text: [UInt8]
    package var leftDelimiter: String
    package var rightDelimiter: String

    package init(
        name: String, text: some Sequence<UInt8>, leftDelimiter: String = "{{", rightDelimiter: String = "}}",
    ) {
        self.name = name
        self.text = Array(text)
        self.leftDelimiter = leftDelimiter
        self.rightDelimiter = rightDelimiter
    }
}

/// The faults of a template, all of them.
package struct TemplateFaults: Error {
    package var diagnostics: [Diagnostic]

    package init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}

/// A template, parsed and compiled once, rendered as often as data changes. Immutable.
package struct Template: Sendable {
    package let name: String

    /// Parses and compiles; every fault of the text is reported at once.
    package init(_ source: TemplateSource, functions: [TemplateFunction]) throws(TemplateFaults) {
        self.name = source.name
    }

    /// Renders with `dot` as the data.
    ///
    /// - Throws: the first fault of evaluation; nothing that was written before it is returned.
    package func render(
        _ dot: Value, host: (any TemplateHost)?, options: RenderOptions = RenderOptions(),
    ) throws(Diagnostic) -> RenderOutput {
        RenderOutput(bytes: [], offences: [])
    }
}

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
    /// The most bytes a template may write.
    package var maximumOutput = 256 << 20
    /// The most operations a render may take; an endless recursion or loop ends here.
    package var maximumSteps = 500_000_000
    /// How deep templates may call templates.
    package var maximumDepth = 1_000
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

/// What a render wrote.
package struct RenderOutput: Sendable {
    package var bytes: [UInt8]
    /// Untrusted bytes that were unsafe where they were written, in the order of the output.
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
