import Catalog
import Diagnostics
import TemplateEngine

extension FunctionCall {
    /// The session that the template is rendered in.
    var session: RenderSession {
        get throws(FunctionFault) {
            guard let session = host as? RenderSession else {
                throw FunctionFault("there is no catalog here", hint: "only a target's templates can ask a registry")
            }
            return session
        }
    }

    /// The arguments, which are texts all of them, joined with `separator`.
    func joinedTexts(_ separator: String) throws(FunctionFault) -> String {
        if arguments.count == 1 { return try textArgument(0).string }
        var joined = ""
        for index in arguments.indices {
            if index > 0 { joined += separator }
            joined += try textArgument(index).string
        }
        return joined
    }

    /// The text at `index`.
    func textArgument(_ index: Int) throws(FunctionFault) -> Text {
        guard arguments.indices.contains(index), case .text(let text) = arguments[index] else {
            throw FunctionFault("a text is expected as argument")
        }
        return text
    }
}

extension FunctionFault {
    /// A query that does not follow the grammar.
    init(_ fault: QueryFault) {
        let guess = fault.unknown.flatMap { suggestion($0, among: fault.known) }
        self.init(fault.message, hint: guess ?? fault.hint)
    }
}

/// "did you mean `passing`?", if one of `known` is near to `word`.
func suggestion(_ word: String, among known: some Sequence<String>) -> String? {
    nearest(to: word, among: known).map { "did you mean `\($0)`?" }
}
