/// Matching and replacing by regular expressions in RE2's syntax.
package let regularExpressionFunctions: [TemplateFunction] = [
    TemplateFunction("regexMatch", 2) { call throws(FunctionFault) in
        let expression = try compiled(try call.text(0).string)
        return .bool(expression.matches(try call.text(1).string))
    },
    TemplateFunction("regexReplaceAll", 3) { call throws(FunctionFault) in
        let expression = try compiled(try call.text(0).string)
        return .text(try call.text(2).replacing(expression, with: try call.text(1)))
    },
]

/// Templates name the same few patterns in every round of a loop.
private let cache = RegularExpressionCache()

func compiled(_ pattern: String) throws(FunctionFault) -> RegularExpression {
    do throws(RegularExpressionFault) {
        return try cache.expression(pattern)
    } catch {
        throw FunctionFault("\(error.message), at byte \(error.offset) of the pattern", hint: error.hint)
    }
}

extension Text {
    /// The text with `template` in place of each match; what a group matched keeps its author.
    func replacing(_ expression: RegularExpression, with template: Text) -> Text {
        var builder = TextBuilder()
        for piece in expression.replacementPieces(in: string, with: template.string) {
            switch piece {
            case .input(let range): builder.append(slice(range))
            case .literal(let literal): builder.append(literal, from: template.firstSource)
            }
        }
        return builder.finish()
    }
}
