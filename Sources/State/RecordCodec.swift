/// The text of a record on disk: a version line, one line a fact, and a checksum over all before it.
///
///     headgate-record 1
///     target edge
///     in-force 5feceb… 1795000000 reloaded
///     in-force-file 9f86d0… /etc/haproxy/haproxy.cfg
///     sum 2c26b4…
///
/// Fields are separated by one space; inside a field, white space, control characters and `%` are written `%20`.
enum RecordCodec {
    private static let versionLine = "headgate-record 1"

    /// Why a text is no record.
    enum DecodingFault: Error, Hashable {
        case version(String)
        case checksum
        case line(String)
    }

    static func encode(_ record: TargetRecord) -> [UInt8] {
        var lines = [versionLine, line("target", record.target)]
        if let inForce = record.inForce {
            lines.append(line("in-force", inForce.revision.hash.hexadecimal, "\(inForce.since)", inForce.reason))
            if let clock = inForce.clock {
                lines.append(line("in-force-clock", "\(clock.seconds)", "\(clock.nanoseconds)"))
            }
            for file in inForce.files {
                lines.append(line("in-force-file", file.contents.hexadecimal, file.destination))
            }
        }
        if let intent = record.intent {
            lines.append(
                line(
                    "intent",
                    intent.revision.hash.hexadecimal,
                    intent.stage.rawValue,
                    intent.reloadWasOwed ? "owed" : "settled",
                    "\(intent.started)",
                    intent.reason
                )
            )
            for file in intent.files {
                var fields = [file.destination, file.path, file.after.hexadecimal]
                if let before = file.before {
                    fields += [before.contents.hexadecimal, "\(before.attributes.mode)"]
                    fields += [before.attributes.user, before.attributes.group].map { $0.map { "\($0)" } ?? "" }
                    fields.append(before.backup ?? "")
                }
                lines.append(line(["intent-file"] + fields))
            }
        }
        if let failed = record.failed {
            lines.append(
                line(
                    "failed",
                    failed.revision.hash.hexadecimal,
                    "\(failed.at)",
                    "\(failed.attempts)",
                    failed.reason
                )
            )
        }
        let body = Array((lines.joined(separator: "\n") + "\n").utf8)
        return body + Array("sum \(ContentHash(of: body).hexadecimal)\n".utf8)
    }

    static func decode(_ bytes: [UInt8]) throws(DecodingFault) -> TargetRecord {
        let sumLength = "sum \n".utf8.count + 64
        guard bytes.count > sumLength else { throw .checksum }
        let body = Array(bytes.dropLast(sumLength))
        guard Array("sum \(ContentHash(of: body).hexadecimal)\n".utf8) == Array(bytes.suffix(sumLength)) else {
            throw .checksum
        }
        var lines = String(decoding: body, as: UTF8.self).split(separator: "\n").map(String.init)[...]
        guard let version = lines.popFirst(), version == versionLine else { throw .version(lines.first ?? "") }
        var record = TargetRecord(target: "")
        for line in lines {
            let fields = line.split(separator: " ", omittingEmptySubsequences: false).compactMap(unescape)
            guard let kind = fields.first, apply(kind, Array(fields.dropFirst()), to: &record) else {
                throw .line(line)
            }
        }
        return record
    }

    /// Adds the fact of one line; false if it is none.
    private static func apply(_ kind: String, _ fields: [String], to record: inout TargetRecord) -> Bool {
        switch (kind, fields.count) {
        case ("target", 1):
            record.target = fields[0]
        case ("in-force", 3):
            guard let hash = ContentHash(hexadecimal: fields[0]), let since = Int64(fields[1]) else { return false }
            record.inForce = InForce(revision: Revision(hash), files: [], since: since, reason: fields[2])
        case ("in-force-clock", 2):
            guard let seconds = Int64(fields[0]), let nanoseconds = Int32(fields[1]), record.inForce != nil else {
                return false
            }
            record.inForce?.clock = ClockReading(seconds: seconds, nanoseconds: nanoseconds)
        case ("in-force-file", 2):
            guard let hash = ContentHash(hexadecimal: fields[0]), record.inForce != nil else { return false }
            record.inForce?.files.append(FileRecord(destination: fields[1], contents: hash))
        case ("intent", 5):
            guard let hash = ContentHash(hexadecimal: fields[0]), let stage = Intent.Stage(rawValue: fields[1]),
                let started = Int64(fields[3])
            else { return false }
            record.intent = Intent(
                revision: Revision(hash),
                stage: stage,
                files: [],
                reloadWasOwed: fields[2] == "owed",
                started: started,
                reason: fields[4]
            )
        case ("intent-file", 3), ("intent-file", 8):
            guard let after = ContentHash(hexadecimal: fields[2]), record.intent != nil else { return false }
            var before: IntendedFile.Before?
            if fields.count == 8 {
                guard let contents = ContentHash(hexadecimal: fields[3]), let mode = UInt16(fields[4]) else {
                    return false
                }
                before = IntendedFile.Before(
                    contents: contents,
                    attributes: FileAttributes(mode: mode, user: UInt32(fields[5]), group: UInt32(fields[6])),
                    backup: fields[7].isEmpty ? nil : fields[7]
                )
            }
            record.intent?.files.append(
                IntendedFile(destination: fields[0], path: fields[1], before: before, after: after)
            )
        case ("failed", 4):
            guard let hash = ContentHash(hexadecimal: fields[0]), let at = Int64(fields[1]),
                let attempts = Int(fields[2])
            else { return false }
            record.failed = FailedRevision(revision: Revision(hash), reason: fields[3], at: at, attempts: attempts)
        default:
            return false
        }
        return true
    }

    private static func line(_ fields: String...) -> String { line(fields) }

    private static func line(_ fields: [String]) -> String { fields.map(escape).joined(separator: " ") }

    private static func escape(_ field: String) -> String {
        var bytes: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in field.utf8 {
            if byte <= 0x20 || byte == 0x7F || byte == UInt8(ascii: "%") {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func unescape(_ field: Substring) -> String? {
        guard field.utf8.contains(UInt8(ascii: "%")) else { return String(field) }
        var bytes: [UInt8] = []
        var rest = field.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let decoded = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2
            else { return nil }
            bytes.append(decoded)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
