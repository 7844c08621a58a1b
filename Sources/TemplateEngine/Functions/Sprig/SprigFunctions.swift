/// The pure functions of the Sprig library, as consul-template has them: each with `sprig_` before its name.
///
/// `toJson`, `fromJson` and hashes are not among them: they need codecs.
package let sprigFunctions: [TemplateFunction] = {
    let named = [
        sprigTextFunctions, sprigNumberFunctions, sprigListFunctions, sprigDictionaryFunctions, sprigChoiceFunctions,
        sprigValueFunctions, sprigExpressionFunctions,
    ].flatMap(\.self)
    let byName = Dictionary(uniqueKeysWithValues: named.map { ($0.name, $0) })
    let aliases = sprigAliases.compactMap { alias, name in byName[name]?.named(alias) }
    return (named + aliases).map { $0.named("sprig_" + $0.name) }
}()

extension TemplateFunction {
    fileprivate func named(_ name: String) -> TemplateFunction {
        var function = self
        function.name = name
        return function
    }
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
