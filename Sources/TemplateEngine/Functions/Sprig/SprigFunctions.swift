/// The pure functions of the Sprig library, as consul-template has them: each with `sprig_` before its name.
///
/// `toJson`, `fromJson` and hashes are not among them: they need codecs.
package let sprigFunctions: [TemplateFunction] =
    [sprigTextFunctions, sprigNumberFunctions, sprigListFunctions, sprigDictionaryFunctions, sprigChoiceFunctions]
    .flatMap(\.self)
    .map { function in
        var function = function
        function.name = "sprig_" + function.name
        return function
    }

extension Value {
    /// Sprig's string of any value; nil for nil, which its functions on lists leave out.
    var sprigText: Text? {
        if case .null = self { nil } else { formatValue(self) }
    }
}

extension FunctionCall {
    /// The argument's string, whatever it is.
    func sprigText(_ index: Int) throws(FunctionFault) -> Text { formatValue(try value(index)) }

    /// The arguments from `start` on.
    func rest(from start: Int) -> ArraySlice<Value> { arguments.dropFirst(start) }

    /// The strings of a list of any values, without nils; of another value its own.
    func sprigTexts(_ index: Int) throws(FunctionFault) -> [Text] {
        switch try value(index) {
        case .list(let list): list.elements.compactMap(\.sprigText)
        case .null: []
        case let value: [formatValue(value)]
        }
    }
}
