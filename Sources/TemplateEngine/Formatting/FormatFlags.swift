/// The flags, width and precision of one verb, as Go's `fmt` reads them.
struct FormatFlags {
    var minus = false
    var plus = false
    var sharp = false
    var space = false
    var zero = false
    /// `%+v`: records print their field names.
    var namesFields = false
    /// `%#v`: values print in Go's syntax.
    var goSyntax = false
    var width: Int?
    var precision: Int?

    /// Numbers this large are refused as a width or precision.
    static let largestNumber = 1_000_000
}
