/// A key of the registry's key/value tree with its value and Consul's bookkeeping.
package struct KeyValue: Hashable, Sendable {
    /// The whole key, as Consul's `Key`: `app/shop/limits/rps`.
    package var path: String
    /// The value; bytes that are not UTF-8 have been replaced by U+FFFD.
    package var value: String
    package var createIndex: UInt64
    package var modifyIndex: UInt64
    package var lockIndex: UInt64
    package var flags: UInt64
    package var session: String

    package init(
        path: String,
        value: String,
        createIndex: UInt64 = 0,
        modifyIndex: UInt64 = 0,
        lockIndex: UInt64 = 0,
        flags: UInt64 = 0,
        session: String = "",
    ) {
        self.path = path
        self.value = value
        self.createIndex = createIndex
        self.modifyIndex = modifyIndex
        self.lockIndex = lockIndex
        self.flags = flags
        self.session = session
    }
}

/// A service's name with the tags of all its instances: an item of the answer to `services`.
package struct ServiceSummary: Hashable, Sendable {
    package var name: String
    /// Sorted, each once.
    package var tags: [String]

    package init(name: String, tags: [String]) {
        self.name = name
        self.tags = tags
    }
}
