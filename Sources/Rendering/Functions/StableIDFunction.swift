package import TemplateEngine

/// The function that numbers instances.
package enum StableIDFunction {
    package static let all: [TemplateFunction] = [stableID]

    /// `stableId .`: a number from 1 up to 2^20 for an instance (or, for data from elsewhere, a text), the same for as long
    /// as the instance is known, and no other's: for HAProxy's `id`.
    private static let stableID = TemplateFunction("stableId", 1) { call throws(FunctionFault) in
        let session = try call.session
        let number: Int?
        switch call.arguments[0] {
        case .record(let record):
            guard let slot = record.shape.slots["ID"], case .text(let id) = record.fields[slot],
                let source = id.firstSource
            else {
                throw FunctionFault("\(record.shape.name) is no instance", hint: "what `service` gives are instances")
            }
            number = session.stableID(of: source)
        case .text(let text): number = session.stableID(of: text.string)
        default: throw FunctionFault("an instance or a text is expected as argument")
        }
        guard let number else {
            throw FunctionFault("there is no number left", hint: "there are \(StableIDs.limit - 1)")
        }
        return .int(number)
    }
}
