/// The facts of a record, each a line of text in a `record` line of the journal.
///
///     in-force 5feceb… 1795000000 reloaded
///     in-force-file 9f86d0… /etc/haproxy/haproxy.cfg
enum RecordCodec {
    static func encode(_ record: TargetRecord) -> [String] {
        var lines: [String] = []
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
                var fields = [file.destination, file.path, file.after?.hexadecimal ?? ""]
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
        for destination in record.traces.sorted() { lines.append(line("trace", destination)) }
        if let pin = record.pin {
            lines.append(line("pin", "\(pin.number)", pin.revision.hash.hexadecimal, "\(pin.since)"))
        }
        return lines
    }

    /// The record of `target`; nil if a line is none of a record's.
    static func decode(_ lines: some Sequence<String>, target: String) -> TargetRecord? {
        var record = TargetRecord(target: target)
        for line in lines {
            let fields = StateText.fields(of: line)
            guard let kind = fields.first, apply(kind, Array(fields.dropFirst()), to: &record) else { return nil }
        }
        return record
    }

    /// Adds the fact of one line; false if it is none.
    private static func apply(_ kind: String, _ fields: [String], to record: inout TargetRecord) -> Bool {
        switch (kind, fields.count) {
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
            let after = ContentHash(hexadecimal: fields[2])
            guard after != nil || fields[2].isEmpty, record.intent != nil else { return false }
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
        case ("trace", 1):
            record.traces.insert(fields[0])
        case ("pin", 3):
            guard let number = Int(fields[0]), let hash = ContentHash(hexadecimal: fields[1]),
                let since = Int64(fields[2])
            else { return false }
            record.pin = Pin(number: number, revision: Revision(hash), since: since)
        default:
            return false
        }
        return true
    }

    private static func line(_ fields: String...) -> String { StateText.line(fields) }

    private static func line(_ fields: [String]) -> String { StateText.line(fields) }
}
