internal import Catalog
internal import Wire

extension KeyValue {
    private enum Key: Int, AnswerKey {
        case lockIndex, path, flags, value, session, createIndex, modifyIndex

        static let table = JSONKeyTable(
            ["LockIndex", "Key", "Flags", "Value", "Session", "CreateIndex", "ModifyIndex"]
        )
    }

    /// Reads a key of the key/value store (Consul: `DirEntry`). Its value is base64; an empty one is `null`.
    init(reading json: inout JSONScanner) throws(JSONFault) {
        var pair = KeyValue(path: "", value: "")
        var path: String?
        var keys = Keys<Key>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            switch key {
            case .lockIndex: pair.lockIndex = try json.readUInt64()
            case .path: path = try json.readString()
            case .flags: pair.flags = try json.readUInt64()
            case .value:
                pair.value = try json.readNull() ? "" : String(decoding: json.readBase64(), as: UTF8.self)
            case .session: pair.session = try json.readString()
            case .createIndex: pair.createIndex = try json.readUInt64()
            case .modifyIndex: pair.modifyIndex = try json.readUInt64()
            }
        }
        guard let path else { throw json.missing("Key", of: "a key") }
        pair.path = path
        self = pair
    }
}
