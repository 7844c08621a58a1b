internal import Wire

/// The bodies of requests to etcd's JSON gateway.
enum EtcdRequest {
    /// A page of a range (`RangeRequest`).
    ///
    /// - Parameter known: What the pages before had; the next one is of the same revision.
    static func list(_ range: KeyRange, after known: EtcdListing?, limit: Int) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("key")
        json.base64(known?.entries.last.map { Array($0.key.utf8) + [0] } ?? range.firstKey)
        json.end(of: range)
        json.key("limit")
        json.integer(limit)
        if let known {
            json.key("revision")
            json.integer(known.header.revision)
        }
        json.endObject()
        return json.bytes
    }

    /// The watches of one stream (`WatchRequest`), all in one body: a gateway reads none later.
    static func watch(_ starts: [EtcdWatch.Start]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, start) in starts.enumerated() {
            var json = JSONWriter()
            json.beginObject()
            json.key("create_request")
            json.beginObject()
            json.key("key")
            json.base64(start.range.firstKey)
            json.end(of: start.range)
            json.key("start_revision")
            json.integer(start.revision)
            json.key("watch_id")
            json.integer(EtcdWatch.number(at: index))
            for flag in ["progress_notify", "fragment"] {
                json.key(flag)
                json.bool(true)
            }
            json.endObject()
            json.endObject()
            bytes += json.bytes + [0x0A]
        }
        return bytes
    }

    /// Asks for a token (`AuthenticateRequest`).
    static func authenticate(_ user: String, _ password: String) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("name")
        json.string(user)
        json.key("password")
        json.string(password)
        json.endObject()
        return json.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func end(of range: KeyRange) {
        guard let end = range.end else { return }
        key("range_end")
        base64(end)
    }
}
