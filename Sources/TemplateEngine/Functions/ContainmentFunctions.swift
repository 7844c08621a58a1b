/// Whether a list or text has something in it: `in` and `contains` with their kin.
package let containmentFunctions: [TemplateFunction] = [
    TemplateFunction("in", 2) { call throws(FunctionFault) in
        .bool(try call.value(0).containsElement(try call.value(1)))
    },
    TemplateFunction("contains", 2) { call throws(FunctionFault) in
        .bool(try call.value(1).containsElement(try call.value(0)))
    },
    quantified("containsAll") { elements, isIn in elements.allSatisfy(isIn) },
    quantified("containsAny") { elements, isIn in elements.contains(where: isIn) },
    quantified("containsNone") { elements, isIn in !elements.contains(where: isIn) },
    quantified("containsNotAll") { elements, isIn in !elements.allSatisfy(isIn) },
]

/// A function of a list of elements and what they are looked for in.
private func quantified(
    _ name: String,
    _ answer: @escaping @Sendable ([Value], (Value) -> Bool) -> Bool,
) -> TemplateFunction {
    TemplateFunction(name, 2) { call throws(FunctionFault) in
        let container = try call.value(1)
        return .bool(answer(try call.list(0).elements) { container.containsElement($0) })
    }
}

extension Value {
    /// Whether a list has `element`, or a text the text `element`; values of different types are never equal, and
    /// only integers, floating-point numbers and strings can be found.
    fileprivate func containsElement(_ element: Value) -> Bool {
        switch self {
        case .list(let list): list.elements.contains { $0.isFound(by: element) }
        case .text(let text): if case .text(let part) = element { text.contains(part) } else { false }
        default: false
        }
    }

    private func isFound(by element: Value) -> Bool {
        switch (self, element) {
        case (.int(let left), .int(let right)): left == right
        case (.float(let left), .float(let right)): left == right
        case (.text(let left), .text(let right)): left.hasSameBytes(as: right)
        default: false
        }
    }
}
