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

    /// Those of a service's tags that its checks repeat.
    private var tags = Repetition<[String]>()

    /// Reads an entry's `Checks`: those of the node first, then by ID. Go's nil list is `null`.
    mutating func next(in json: inout JSONScanner) throws(JSONFault) -> [Check] {
        if try json.readNull() { return [] }
        var checks: [Check] = []
        try json.beginArray()
        while try json.nextElement() { checks.append(try nextCheck(in: &json)) }
        var isSorted = true
        for index in checks.indices.dropFirst() where Self.precedes(checks[index], checks[index - 1]) {
            isSorted = false
        }
        return isSorted ? checks : checks.sorted(by: Self.precedes)
    }

    private mutating func nextCheck(in json: inout JSONScanner) throws(JSONFault) -> Check {
        var check = Check(id: "", status: .unknown)
        var id: String?
        try json.beginObject()
        while let key = try json.nextKey(of: Key.self) {
            switch key {
            case .node: check.node = try json.readString()
            case .id: id = try json.readString()
            case .name: check.name = try json.readString()
            case .status: check.status = Self.status(try json.readString())
            case .notes: check.notes = try json.readString()
            case .output: check.output = try json.readString()
            case .serviceID: check.serviceID = try json.readString()
            case .serviceName: check.serviceName = try json.readString()
            case .serviceTags:
                check.serviceTags = try tags.next(in: &json) { json throws(JSONFault) in
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
