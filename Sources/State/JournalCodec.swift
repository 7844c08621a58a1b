/// The text of a journal on disk: lines that are only ever appended, each with a checksum of its own.
///
///     9f86d081884c7d65 headgate-journal 1 edge
///     2c26b46b68ffc68f record in-force%205feceb…%20reloaded in-force-file%20…
///     5feceb66ffc86f38 revision 12 1795000000 140 5feceb… reloaded in-force 1 service%20web… reload:%20… - 9f86d0… /etc/…
///
/// A `record` line is the whole record: the last one counts, so that a reader needs no other line to be right. A line that
/// does not match its checksum (the tail of an append that was cut off, or a damaged disk) is left out.
enum JournalCodec {
    private static let version = "1"
    private static let sumLength = 16

    /// Why bytes are no journal.
    enum DecodingFault: Error, Hashable {
        case version(String)
        case target
        /// There are bytes, and no record among them.
        case noRecord

        /// For the fault that names the file.
        var why: String {
            switch self {
            case .version: "another version of headgate wrote it"
            case .target: "it is of another target"
            case .noRecord: "no line of it matches its checksum"
            }
        }
    }

    /// The whole journal, written anew.
    static func encode(_ journal: Journal) -> [UInt8] {
        header(of: journal.record.target) + journal.history.flatMap(line(of:)) + line(of: journal.record)
    }

    static func header(of target: String) -> [UInt8] { summed(["headgate-journal", version, target]) }

    static func line(of record: TargetRecord) -> [UInt8] { summed(["record"] + RecordCodec.encode(record)) }

    /// That the entry of this number has made room for later ones.
    static func line(forgetting number: Int) -> [UInt8] { summed(["forgotten", "\(number)"]) }

    static func line(of entry: HistoryEntry) -> [UInt8] {
        let fields: [String] = [
            "revision", "\(entry.number)", "\(entry.at)", "\(entry.milliseconds)", entry.revision.hash.hexadecimal,
            entry.outcome, entry.isInForce ? "in-force" : "not", "\(entry.attempts)", entry.reason, entry.plan,
            entry.detail,
        ]
        return summed(fields + entry.files.flatMap { [$0.contents.hexadecimal, $0.destination] })
    }

    /// What is in the journal of `target`, and how many lines had to be left out besides a last one that was cut off; nil
    /// if nothing was ever written.
    static func decode(
        _ bytes: [UInt8],
        of target: String,
    ) throws(DecodingFault) -> (journal: Journal, damagedLines: Int)? {
        var journal: Journal?
        var history = Journal(record: TargetRecord(target: target))
        var damaged = 0
        var hasHeader = false
        let isCutOff = bytes.last != UInt8(ascii: "\n")
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let fields = checked(line), let kind = fields.first else {
                damaged += 1
                continue
            }
            switch kind {
            case "headgate-journal":
                guard fields.count == 3, fields[1] == version else { throw .version(fields.dropFirst().first ?? "") }
                guard fields[2] == target else { throw .target }
                hasHeader = true
            case "record":
                guard let record = RecordCodec.decode(fields.dropFirst(), target: target) else {
                    damaged += 1
                    continue
                }
                journal = Journal(record: record)
            case "revision":
                guard let entry = entry(Array(fields.dropFirst())) else {
                    damaged += 1
                    continue
                }
                history.put(entry)
            case "forgotten":
                guard fields.count == 2, let number = Int(fields[1]) else {
                    damaged += 1
                    continue
                }
                history.forget(number)
            default: damaged += 1
            }
        }
        guard let record = journal?.record else {
            // A first append that was cut off: nothing had been done yet.
            if damaged == 0 || (hasHeader && isCutOff && damaged == 1) { return nil }
            throw .noRecord
        }
        let whole = Journal(record: record, history: history.history)
        return (whole, max(0, isCutOff ? damaged - 1 : damaged))
    }

    /// Whose journal it is; nil if it is none.
    static func target(of bytes: [UInt8]) -> String? {
        guard let fields = checked(bytes.prefix { $0 != UInt8(ascii: "\n") }), fields.count == 3,
            fields[0] == "headgate-journal", fields[1] == version
        else { return nil }
        return fields[2]
    }

    private static func entry(_ fields: [String]) -> HistoryEntry? {
        guard fields.count >= 10, fields.count % 2 == 0, let number = Int(fields[0]), let at = Int64(fields[1]),
            let milliseconds = Int64(fields[2]), let hash = ContentHash(hexadecimal: fields[3]),
            let attempts = Int(fields[6])
        else { return nil }
        var files: [FileRecord] = []
        for index in stride(from: 10, to: fields.count, by: 2) {
            guard let contents = ContentHash(hexadecimal: fields[index]) else { return nil }
            files.append(FileRecord(destination: fields[index + 1], contents: contents))
        }
        return HistoryEntry(
            number: number,
            at: at,
            milliseconds: milliseconds,
            revision: Revision(hash),
            outcome: fields[4],
            isInForce: fields[5] == "in-force",
            attempts: attempts,
            reason: fields[7],
            plan: fields[8],
            detail: fields[9],
            files: files
        )
    }

    private static func summed(_ fields: [String]) -> [UInt8] {
        let body = Array(StateText.line(fields).utf8)
        return sum(of: body) + [UInt8(ascii: " ")] + body + [UInt8(ascii: "\n")]
    }

    /// The fields of a line that matches its checksum.
    private static func checked(_ line: ArraySlice<UInt8>) -> [String]? {
        let body = Array(line.dropFirst(sumLength + 1))
        guard !body.isEmpty, Array(line.prefix(sumLength)) == sum(of: body) else { return nil }
        return StateText.fields(of: String(decoding: body, as: UTF8.self))
    }

    private static func sum(of body: [UInt8]) -> [UInt8] {
        Array(ContentHash(of: body).hexadecimal.utf8.prefix(sumLength))
    }
}
