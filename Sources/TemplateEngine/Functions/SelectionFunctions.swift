/// Sorting, choosing and gathering of lists, for balancers; the list is the last argument, so that it can be piped.
package let selectionFunctions: [TemplateFunction] = [
    TemplateFunction("sortBy", 2, sortBy),
    TemplateFunction("where", 3, filterWhere),
    TemplateFunction("groupBy", 2, groupBy),
    TemplateFunction("uniq", 1) { call throws(FunctionFault) in .list(try call.list(0).withoutRepetitions()) },
    TemplateFunction("first", 1...2) { call throws(FunctionFault) in
        try taking(call, one: { $0.first }, several: { $0.prefix($1) })
    }.integers(at: 0),
    TemplateFunction("last", 1...2) { call throws(FunctionFault) in
        try taking(call, one: { $0.last }, several: { $0.suffix($1) })
    }.integers(at: 0),
    TemplateFunction("sum", 1...2, sum),
]

/// `sortBy "Meta.zone" list`: by the value of a field; elements with equal values stay in their order.
private func sortBy(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
    let path = try FieldPath(try call.text(0).string)
    let list = try call.list(1)
    var keyed: [(key: Value, element: Value)] = []
    for element in list.elements {
        let key = try path.value(in: element)
        guard key.hasOrder else { throw FunctionFault("\(key.brief) cannot be put in order") }
        keyed.append((key, element))
    }
    let sorted = keyed.enumerated().sorted { left, right in
        if left.element.key.precedes(right.element.key) { return true }
        if right.element.key.precedes(left.element.key) { return false }
        return left.offset < right.offset
    }
    return .list(List(sorted.map(\.element.element), kind: list.kind))
}

/// `where "Meta.version" "v2" list`: the elements whose field has that value, or is a list that has it.
private func filterWhere(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
    let path = try FieldPath(try call.text(0).string)
    let wanted = try call.value(1)
    let list = try call.list(2)
    var chosen: [Value] = []
    for element in list.elements {
        let field = try path.value(in: element)
        if case .list(let values) = field {
            for value in values.elements where try value.equals(wanted) {
                chosen.append(element)
                break
            }
        } else if try field.equals(wanted) {
            chosen.append(element)
        }
    }
    return .list(List(chosen, kind: list.kind))
}

/// `groupBy "Meta.zone" list`: a map of each value of the field to the elements with it; an element whose field is a
/// list is in the group of each of its values.
private func groupBy(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
    let path = try FieldPath(try call.text(0).string)
    let list = try call.list(1)
    var groups = Groups(of: list.kind)
    for element in list.elements {
        let field = try path.value(in: element)
        let values = if case .list(let list) = field { list.elements } else { [field] }
        for value in values {
            switch value {
            case .null: groups.add(element, to: .string(""))
            case .bool(let bool): groups.add(element, to: .bool(bool))
            case .int(let int): groups.add(element, to: .int(int))
            case .text(let text): groups.add(element, to: .string(text.string), source: text.firstSource)
            default: throw FunctionFault("\(value.brief) cannot be the key of a group")
            }
        }
    }
    return .map(groups.map())
}

/// `first list` is an element, nil for an empty list; `first 3 list` is a list of up to three.
private func taking(
    _ call: FunctionCall,
    one: ([Value]) -> Value?,
    several: ([Value], Int) -> ArraySlice<Value>,
) throws(FunctionFault) -> Value {
    if call.arguments.count == 1 { return one(try call.list(0).elements) ?? .null }
    let count = try call.integer(0)
    let list = try call.list(1)
    guard count >= 0 else { throw FunctionFault("cannot take \(count) elements") }
    return .list(List(Array(several(list.elements, count)), kind: list.kind))
}

/// `sum list`, or `sum "Weights.Passing" list`: 0 for an empty list, a floating-point number if one element is.
private func sum(_ call: inout FunctionCall) throws(FunctionFault) -> Value {
    let last = call.arguments.count - 1
    let path: FieldPath? = last == 0 ? nil : try FieldPath(try call.text(0).string)
    var integers = 0
    var floats: Double?
    for element in try call.list(last, of: "numbers").elements {
        let value = try path?.value(in: element) ?? element
        switch value {
        case .float(let double): floats = (floats ?? 0) + double
        case .int(let int): integers = try added(integers, int)
        case .uint(let uint) where uint <= Int.max: integers = try added(integers, Int(uint))
        default: throw FunctionFault("\(value.brief) cannot be added up, only numbers can")
        }
    }
    return floats.map { .float($0 + Double(integers)) } ?? .int(integers)
}

private func added(_ left: Int, _ right: Int) throws(FunctionFault) -> Int {
    let (sum, overflows) = left.addingReportingOverflow(right)
    guard !overflows else { throw FunctionFault("the sum does not fit in 64 bits") }
    return sum
}

extension List {
    /// The list without the elements that came before.
    func withoutRepetitions() -> List {
        var seen: [String: [Value]] = [:]
        var kept: [Value] = []
        for element in elements {
            let bucket = formatValue(element).string
            if seen[bucket]?.contains(where: { $0.isSame(as: element) }) ?? false { continue }
            seen[bucket, default: []].append(element)
            kept.append(element)
        }
        return List(kept, kind: kind)
    }
}
