/// A function that templates can call by name.
package struct TemplateFunction: Sendable {
    package typealias Body = @Sendable (inout FunctionCall) throws(FunctionFault) -> Value

    package var name: String
    /// How many arguments it takes, the piped one among them.
    package var arity: ClosedRange<Int>
    package var body: Body
    /// Which arguments are integers in Go: there a constant such as `1e3` is one.
    package var integerArguments: Set<Int> = []
    /// What is wrong with a call whose arguments are these constant texts, so that it shows before any render.
    package var judgesConstants: (@Sendable ([String]) -> FunctionFault?)?

    /// A function of `arity` arguments; `n...Int.max` for any number from n up.
    package init(_ name: String, _ arity: ClosedRange<Int>, _ body: @escaping Body) {
        self.name = name
        self.arity = arity
        self.body = body
    }

    package init(_ name: String, _ arity: Int, _ body: @escaping Body) {
        self.init(name, arity...arity, body)
    }

    /// The function with arguments that are integers, counted from 0.
    package func integers(at indices: Int...) -> TemplateFunction {
        var function = self
        function.integerArguments = Set(indices)
        return function
    }
}

/// One call of a function: its arguments, and the host that knows the data.
package struct FunctionCall {
    /// Evaluated left to right; a piped value is the last one.
    package var arguments: [Value]
    /// Who renders: the catalog for `service`, nil where there is none.
    package var host: (any TemplateHost)?

    package init(arguments: [Value], host: (any TemplateHost)? = nil) {
        self.arguments = arguments
        self.host = host
    }
}

/// Whoever renders a template: what functions with a view outside of the template call into.
package protocol TemplateHost: AnyObject {}

/// A function call that cannot be answered. The renderer adds the place in the template.
package struct FunctionFault: Error, Hashable, Sendable {
    /// What is wrong, without the function's name and without a full stop.
    package var message: String
    package var hint: String?

    package init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}
