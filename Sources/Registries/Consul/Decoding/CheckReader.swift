internal import Catalog
internal import Wire

/// Reads the checks of an answer's entries, one entry's after the other's.
struct CheckReader {
    private enum Key: Int, AnswerKey {
        case node, id, name, status, notes, output, serviceID, serviceName, serviceTags, type

        static let table = JSONKeyTable(
            ["Node", "CheckID", "Name", "Status", "Notes", "Output", "ServiceID", "ServiceName", "ServiceTags", "Type"]
        )
    }

    /// What the checks at one place of their lists mostly have in common.
    private struct Common {
        var node = Repetition<String>()
        var name = Repetition<String>()
        var output = Repetition<String>()
        var serviceName = Repetition<String>()
        var serviceTags = Repetition<[String]>()
    }

    /// By place; those further behind share the last.
    private var common = Array(repeating: Common(), count: 8)

    /// How many checks the entry before had.
    private var count = 0

    /// Reads an entry's `Checks`: those of the node first, then by ID. Go's nil list is `null`.
    mutating func next(in json: inout JSONScanner) throws(JSONFault) -> [Check] {
        if try json.readNull() { return [] }
        var checks: [Check] = []
        checks.reserveCapacity(count)
        try json.beginArray()
        while try json.nextElement() {
            checks.append(try Self.check(in: &json, &common[min(checks.count, common.count - 1)]))
        }
        count = checks.count
        for index in checks.indices.dropFirst() where Self.precedes(checks[index], checks[index - 1]) {
            return checks.sorted(by: Self.precedes)
        }
        return checks
    }

    private static func check(in json: inout JSONScanner, _ common: inout Common) throws(JSONFault) -> Check {
        func text(_ json: inout JSONScanner) throws(JSONFault) -> String { try json.readString() }
        var check = Check(id: "", status: .unknown)
        var id: String?
        var keys = Keys<Key>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            switch key {
            case .node: check.node = try common.node.next(in: &json, text)
            case .id: id = try json.readString()
            case .name: check.name = try common.name.next(in: &json, text)
            case .status: check.status = status(try json.readString())
            case .notes: check.notes = try json.readString()
            case .output: check.output = try common.output.next(in: &json, text)
            case .serviceID: check.serviceID = try json.readString()
            case .serviceName: check.serviceName = try common.serviceName.next(in: &json, text)
            case .serviceTags:
                check.serviceTags = try common.serviceTags.next(in: &json) { json throws(JSONFault) in
                    try json.readTexts().sorted(by: bytewise)
                }
            case .type: check.type = try json.readString()
            }
        }
        guard let id else { throw json.missing("CheckID", of: "a check") }
        check.id = id
        return check
    }

    /// The states that Consul's checks have. A word that it does not have today says nothing of the instance's health, so
    /// that the instance gets no work.
    private static func status(_ word: String) -> Health {
        switch word {
        case "passing": .passing
        case "warning": .warning
        case "critical": .critical
        default: .unknown
        }
    }

    private static func precedes(_ left: Check, _ right: Check) -> Bool {
        let (isService, other) = (!left.serviceID.isEmpty, !right.serviceID.isEmpty)
        return isService == other ? bytewise(left.id, right.id) : other
    }
}
