import Diagnostics

/// A compiled template: flat operations and the pools that they point into. Immutable.
struct Program: Sendable {
    /// A template that can be called by name.
    struct Entry: Sendable {
        var name: String
        /// Its first operation.
        var start: Int
        /// How many variables it needs at once, `$` among them.
        var variableCount: Int
    }

    /// A place in the sources, in half the space of a `Range<Int>`.
    struct Place: BitwiseCopyable, Sendable {
        var start: Int32
        var end: Int32

        init(_ range: Range<Int>) {
            start = Int32(clamping: range.lowerBound)
            end = Int32(clamping: range.upperBound)
        }

        var range: Range<Int> { Int(start)..<max(Int(start), Int(end)) }
    }

    /// A verb of a plain format, and the text before it.
    struct FormatPiece: BitwiseCopyable, Sendable {
        /// `s`, `d` or `v`.
        var verb: UInt8
        var textStart: Int32
        var textCount: Int32
        /// Where the verb's value is, if the operation is `emitFormattedFields`: the path of so many sites from `site` on,
        /// of the variable, or of the dot if that is negative.
        var site: Int32 = 0
        var siteCount: Int32 = 0
        var variable: Int32 = -1
    }

    var operations: [Operation] = []
    /// Where each operation came from, for faults.
    var places: [Place] = []
    /// The sources end to end, and after them text made by the compiler.
    var text: [UInt8] = []
    var constants: [Value] = []
    /// The parts of `printf` formats that are written directly: for each one its verbs with the text before them, and
    /// after these the number of the whole format among the constants.
    var formatPieces: [FormatPiece] = []
    /// The name of each field that is asked for, one for each place that asks; the renderer caches slots by these.
    var siteNames: [String] = []
    /// The place of each site.
    var sitePlaces: [Place] = []
    /// How many sites the path has from each site on, itself among them.
    var siteCounts: [Int] = []
    var methodNames: [String] = []
    var functions: [TemplateFunction] = []
    var entries: [Entry] = []
    var entryIndices: [String: Int] = [:]
    /// Faults that only count if the render comes by.
    var faults: [Diagnostic] = []
    var sources = SourceMap()
}
