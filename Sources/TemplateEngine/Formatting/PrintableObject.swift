/// An object that prints as a text of its own: Go's `fmt.Stringer`.
package protocol PrintableObject: TemplateObject {
    /// What `%v` and `%s` print.
    var printed: Text { get }
}
