/// Why a render cannot go on; the renderer knows where it is.
struct RenderFault: Error {
    var message: String
    var hint: String?
    /// The place, if it is not the whole operation's.
    var place: Program.Place?

    init(_ message: String, hint: String? = nil, place: Program.Place? = nil) {
        self.message = message
        self.hint = hint
        self.place = place
    }
}
