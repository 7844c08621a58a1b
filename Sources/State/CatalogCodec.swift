import Catalog
import Wire

/// The file of a `CatalogArchive`: a version line, one line of JSON, and a checksum over all before it.
///
///     headgate-catalog 2
///     {"target":"edge","saved":1795000000,"entries":[{"query":{"service":"web"},"result":{"instances":[…]}}]}
///     sum 2c26b4…
///
/// One archive has one text: entries, members and the keys of dictionaries are sorted. What is empty is not written, nor
/// what repeats the lines before: node and service of the instance before, the instance in its checks. Numbers that may
/// need 64 bits without a sign are written as the signed number of the same bits. Version 1 is the same without what drains.
enum CatalogCodec {
    private static let versionLine = "headgate-catalog 2\n"
    /// Of the versions that are read, which are as long as the one that is written.
    private static let knownVersionLines = ["headgate-catalog 1\n", versionLine]

    /// Why bytes are no archive of the target.
    enum DecodingFault: Error, Hashable {
        case checksum
        case version
        case otherTarget
        case text(JSONFault)

        /// The reason in words.
        var words: String {
            switch self {
            case .checksum: "its checksum does not match"
            case .version: "another version of headgate wrote it"
            case .otherTarget: "it is of another target"
            case .text(let fault): "\(fault)"
            }
        }
    }

    static func encode(_ archive: CatalogArchive, for target: String) -> [UInt8] {
        let instances = archive.entries.values.reduce(0) { $0 + $1.result.instanceCount }
        var writer = JSONWriter(JSONWriter.Style(escapeHTML: false), capacity: 4096 + 640 * instances)
        writer.beginObject()
        writer.member("target", target)
        writer.member("saved", archive.savedAt)
        writer.key("entries")
        writer.beginArray()
        for (query, entry) in sorted(archive.entries) {
            writer.beginObject()
            writer.key("query")
            writer.write(query)
            writer.key("result")
            writer.write(entry.result)
            if !entry.pending.isEmpty {
                writer.key("pending")
                writer.write(entry.pending)
            }
            if !entry.draining.isEmpty {
                writer.key("draining")
                writer.write(entry.draining)
            }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(writer.bytes.count + 128)
        bytes += Array(versionLine.utf8)
        bytes += writer.bytes
        bytes.append(UInt8(ascii: "\n"))
        bytes += Array("sum \(ContentHash(of: bytes).hexadecimal)\n".utf8)
        return bytes
    }

    static func decode(_ bytes: [UInt8], of target: String) throws(DecodingFault) -> CatalogArchive {
        let sumLength = "sum \n".utf8.count + 64
        guard bytes.count > sumLength else { throw .checksum }
        let body = Array(bytes.dropLast(sumLength))
        guard Array("sum \(ContentHash(of: body).hexadecimal)\n".utf8) == Array(bytes.suffix(sumLength)) else {
            throw .checksum
        }
        guard knownVersionLines.contains(where: { body.starts(with: $0.utf8) }) else { throw .version }
        let found: (target: String, archive: CatalogArchive)
        do throws(JSONFault) {
            var scanner = JSONScanner(body, from: versionLine.utf8.count)
            found = try scanner.readArchive()
            try scanner.finish()
        } catch {
            throw .text(error)
        }
        guard found.target == target else { throw .otherTarget }
        return found.archive
    }

    /// The entries in the order of their questions' texts, of which no two are the same.
    private static func sorted(
        _ entries: [CatalogQuery: CatalogArchive.Entry]
    ) -> [(query: CatalogQuery, entry: CatalogArchive.Entry)] {
        let keyed = entries.map { query, entry in
            var writer = JSONWriter()
            writer.write(query)
            return (text: writer.bytes, query: query, entry: entry)
        }
        return keyed.sorted { $0.text.lexicographicallyPrecedes($1.text) }.map { ($0.query, $0.entry) }
    }
}

extension QueryResult {
    fileprivate var instanceCount: Int {
        switch self {
        case .instances(let instances): instances.count
        case .node(let found): found?.instances.count ?? 0
        default: 0
        }
    }
}

extension JSONScanner {
    fileprivate mutating func readArchive() throws(JSONFault) -> (target: String, archive: CatalogArchive) {
        var target: String?
        var saved: Int?
        var entries: [CatalogQuery: CatalogArchive.Entry] = [:]
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "target": target = try readString()
            case "saved": saved = try readInt()
            case "entries":
                try beginArray()
                while try nextElement() {
                    let (query, entry) = try readEntry()
                    entries[query] = entry
                }
            default: throw unknown(key)
            }
        }
        return (
            try required(target, "target"),
            CatalogArchive(savedAt: Int64(try required(saved, "saved")), entries: entries)
        )
    }

    private mutating func readEntry() throws(JSONFault) -> (CatalogQuery, CatalogArchive.Entry) {
        var query: CatalogQuery?
        var result: QueryResult?
        var pending = PendingLosses()
        var draining: [Drain.Pending] = []
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "query": query = try readQuery()
            case "result": result = try readResult()
            case "pending": pending = try readPendingLosses()
            case "draining": draining = try readDraining()
            default: throw unknown(key)
            }
        }
        return (
            try required(query, "query"),
            CatalogArchive.Entry(result: try required(result, "result"), pending: pending, draining: draining)
        )
    }
}
