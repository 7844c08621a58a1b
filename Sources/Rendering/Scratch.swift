import Synchronization
import TemplateEngine

/// What a template keeps under names while it is rendered: consul-template's `scratch`.
final class Scratch: TemplateObject {
    private enum Slot {
        case value(Value)
        /// Filled by `MapSet`.
        case map([Map.Key: (key: Text, value: Value)])
    }

    private let slots = Mutex<[String: Slot]>([:])

    var typeName: String { "*template.Scratch" }

    func call(_ method: String, _ arguments: [Value]) throws(FunctionFault) -> Value? {
        switch method {
        case "Key":
            let name = try names(method, arguments, 1)[0].string
            return .bool(slots.withLock { $0[name] } != nil)
        case "Get":
            let name = try names(method, arguments, 1)[0].string
            return value(of: slots.withLock { $0[name] })
        case "Set", "SetX":
            let name = try names(method, arguments, 1, of: 2)[0].string
            slots.withLock { if method == "Set" || $0[name] == nil { $0[name] = .value(arguments[1]) } }
            return .string("")
        case "MapSet", "MapSetX":
            let words = try names(method, arguments, 2, of: 3)
            try setMember(words[0].string, words[1], arguments[2], overwriting: method == "MapSet")
            return .string("")
        case "MapValues":
            let name = try names(method, arguments, 1)[0].string
            return values(of: slots.withLock { $0[name] })
        default: return nil
        }
    }

    /// The first `count` arguments as texts, of `total` that there must be.
    private func names(_ method: String, _ arguments: [Value], _ count: Int, of total: Int? = nil)
        throws(FunctionFault) -> [Text]
    {
        guard arguments.count == total ?? count else {
            throw FunctionFault("\(method) takes \(total ?? count) arguments, not \(arguments.count)")
        }
        var names: [Text] = []
        for argument in arguments.prefix(count) {
            guard case .text(let text) = argument else { throw FunctionFault("\(method) takes a name in text") }
            names.append(text)
        }
        return names
    }

    private func setMember(_ name: String, _ key: Text, _ value: Value, overwriting: Bool) throws(FunctionFault) {
        let member = Map.Key.string(key.string)
        let isMap = slots.withLock { slots in
            // Taken out while it is changed, so that the dictionary in it is not copied.
            switch slots.removeValue(forKey: name) {
            case nil: slots[name] = .map([member: (key, value)])
            case .map(var members):
                if overwriting || members[member] == nil { members[member] = (key, value) }
                slots[name] = .map(members)
            case .value(.map(let map)) where map.kind == .any:
                var members: [Map.Key: (key: Text, value: Value)] = [:]
                for case (.text(let name), let value) in map.members { members[.string(name.string)] = (name, value) }
                if overwriting || members[member] == nil { members[member] = (key, value) }
                slots[name] = .map(members)
            case .value(let other):
                slots[name] = .value(other)
                return false
            }
            return true
        }
        guard isMap else { throw FunctionFault("\"\(name)\" is not a map") }
    }

    private func value(of slot: Slot?) -> Value {
        switch slot {
        case nil: return .null
        case .value(let value): return value
        case .map(let members):
            return .map(Map(attributed: members.values.map { Map.AttributedPair($0.key, $0.value) }))
        }
    }

    private func values(of slot: Slot?) -> Value {
        let entries: [Value]? =
            switch value(of: slot) {
            case .map(let map) where map.kind == .any: map.entries.map(\.value)
            default: nil
            }
        return .list(List(entries ?? [], kind: .any))
    }
}
