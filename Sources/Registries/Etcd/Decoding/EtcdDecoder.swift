package import Wire

/// Reads what etcd's JSON gateway answers (etcd: API reference, `rpc.proto`), strictly: what is truncated or of another shape
/// is a fault as a whole. 64-bit integers are texts there, and what is zero or empty is left out.
package enum EtcdDecoder {
    private enum ListingKey: Int, AnswerKey {
        case header, entries, more

        static let table = JSONKeyTable(["header", "kvs", "more"])
    }

    private enum HeaderKey: Int, AnswerKey {
        case cluster, revision, term

        static let table = JSONKeyTable(["cluster_id", "revision", "raft_term"])
    }

    private enum EntryKey: Int, AnswerKey {
        case key, created, modified, value

        static let table = JSONKeyTable(["key", "create_revision", "mod_revision", "value"])
    }

    private enum LineKey: Int, AnswerKey {
        case result, error

        static let table = JSONKeyTable(["result", "error"])
    }

    private enum MessageKey: Int, AnswerKey {
        case header, watch, created, canceled, compact, reason, fragment, events

        static let table = JSONKeyTable([
            "header", "watch_id", "created", "canceled", "compact_revision", "cancel_reason", "fragment", "events",
        ])
    }

    private enum EventKey: Int, AnswerKey {
        case type, entry

        static let table = JSONKeyTable(["type", "kv"])
    }

    private enum TokenKey: Int, AnswerKey {
        case token

        static let table = JSONKeyTable(["token"])
    }

    /// The answer to `/v3/kv/range`.
    package static func listing(_ body: [UInt8]) throws(JSONFault) -> EtcdListing {
        var json = JSONScanner(body)
        var header: EtcdHeader?
        var listing = EtcdListing(header: EtcdHeader(), entries: [])
        var keys = Keys<ListingKey>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            switch key {
            case .header: header = try Self.header(&json)
            case .entries: listing.entries = try json.readList { json throws(JSONFault) in try entry(&json) }
            case .more: listing.isPartial = try json.readBool()
            }
        }
        guard let header else { throw json.missing("header", of: "an answer of etcd's") }
        try json.finish()
        listing.header = header
        return listing
    }

    /// A line of the answer to `/v3/watch`.
    package static func message(_ line: [UInt8]) throws(JSONFault) -> Result<EtcdWatchMessage, EtcdFault> {
        var json = JSONScanner(line)
        var result: Result<EtcdWatchMessage, EtcdFault>?
        var keys = Keys<LineKey>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            switch key {
            case .result: result = .success(try message(&json))
            case .error: result = .failure(.of(try JSON(parsing: Array(line[json.skipValue()])), status: 200))
            }
        }
        guard let result else { throw json.missing("result", of: "a line of a watch") }
        try json.finish()
        return result
    }

    /// The token in the answer to `/v3/auth/authenticate`.
    package static func token(_ body: [UInt8]) throws(JSONFault) -> String {
        var json = JSONScanner(body)
        var token: String?
        var keys = Keys<TokenKey>()
        try json.beginObject()
        while try keys.next(in: &json) != nil { token = try json.readString() }
        guard let token, !token.isEmpty else { throw json.missing("token", of: "the answer") }
        return token
    }

    private static func header(_ json: inout JSONScanner) throws(JSONFault) -> EtcdHeader {
        var header = EtcdHeader()
        var keys = Keys<HeaderKey>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            switch key {
            case .cluster: header.clusterID = try json.readQuotedInteger()
            case .revision: header.revision = try json.readQuotedInteger()
            case .term: header.term = try json.readQuotedInteger()
            }
        }
        return header
    }

    private static func entry(_ json: inout JSONScanner) throws(JSONFault) -> EtcdKeyValue {
        var entry = EtcdKeyValue(key: "", value: [])
        var keys = Keys<EntryKey>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            switch key {
            case .key: entry.key = String(decoding: try json.readBase64(), as: UTF8.self)
            case .created: entry.createRevision = try json.readQuotedInteger()
            case .modified: entry.modRevision = try json.readQuotedInteger()
            case .value: entry.value = try json.readNull() ? [] : json.readBase64()
            }
        }
        guard !entry.key.isEmpty else { throw json.missing("key", of: "a key of etcd's") }
        return entry
    }

    private static func message(_ json: inout JSONScanner) throws(JSONFault) -> EtcdWatchMessage {
        var message = EtcdWatchMessage()
        var keys = Keys<MessageKey>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            switch key {
            case .header: message.header = try header(&json)
            case .watch: message.watchID = try json.readQuotedInteger()
            case .created: message.isCreated = try json.readBool()
            case .canceled: message.isCanceled = try json.readBool()
            case .compact: message.compactRevision = try json.readQuotedInteger()
            case .reason: message.cancelReason = try json.readString()
            case .fragment: message.isFragment = try json.readBool()
            case .events: message.events = try json.readList { json throws(JSONFault) in try event(&json) }
            }
        }
        return message
    }

    private static func event(_ json: inout JSONScanner) throws(JSONFault) -> EtcdEvent {
        var type = "PUT"
        var entry: EtcdKeyValue?
        var keys = Keys<EventKey>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            switch key {
            case .type: type = try json.readString()
            case .entry: entry = try Self.entry(&json)
            }
        }
        guard let entry else { throw json.missing("kv", of: "an event") }
        switch type {
        case "PUT": return .put(entry)
        case "DELETE": return .delete(key: entry.key, revision: entry.modRevision)
        default: throw JSONFault("there is no event of the type \(type)", at: json.offset)
        }
    }
}

extension JSONScanner {
    /// Reads a 64-bit integer as JSON of protocol buffers has it: in quotes, or without.
    fileprivate mutating func readQuotedInteger<Number: FixedWidthInteger>() throws(JSONFault) -> Number {
        let start = offset
        let number = try peekKind() == .string ? Number(try readString()) : Number(exactly: try readInt())
        guard let number else { throw JSONFault("an integer of 64 bits is expected", at: start) }
        return number
    }
}
