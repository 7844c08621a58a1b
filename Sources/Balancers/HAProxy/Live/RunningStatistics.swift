/// What `show stat` says of servers (management guide 9.1), by column names: `show stat -1 4 -1` asks for servers
/// alone.
package struct RunningStatistics: Sendable {
    package struct Row: Hashable, Sendable {
        package var backend: String
        package var server: String
        /// `UP`, `DOWN 1/2`, `MAINT`, `DRAIN`, `no check`, …
        package var status: String
        /// The weight in force.
        package var weight: Int
        /// The most connections at the same time; 0 is no limit.
        package var maxconn: Int
        package var sessions: Int
        package var isBackup: Bool
    }

    package private(set) var rows: [Row]

    /// Adds what was asked for separately.
    package mutating func append(_ others: RunningStatistics) { rows += others.rows }

    /// Reads the answer; nil if it is not one, or a line is not whole.
    package init?(_ answer: [UInt8]) {
        var records = Self.records(answer)[...]
        guard answer.last == UInt8(ascii: "\n"), var header = records.popFirst(), header[0].hasPrefix("# ") else {
            return nil
        }
        header[0].removeFirst(2)
        func column(_ name: String) -> Int? { header.firstIndex(of: name) }
        guard let backend = column("pxname"), let server = column("svname"), let status = column("status"),
            let weight = column("weight"), let maxconn = column("slim"), let sessions = column("scur"),
            let backup = column("bck"), let type = column("type")
        else { return nil }
        var rows: [Row] = []
        for record in records {
            guard record.count == header.count else { return nil }
            // 2 is a server.
            guard record[type] == "2" else { continue }
            rows.append(
                Row(
                    backend: record[backend],
                    server: record[server],
                    status: record[status],
                    weight: Int(record[weight]) ?? 0,
                    maxconn: Int(record[maxconn]) ?? 0,
                    sessions: Int(record[sessions]) ?? 0,
                    isBackup: record[backup] == "1"
                )
            )
        }
        self.rows = rows
    }

    /// The fields of each line that is not empty; a field in quotes may hold commas, line ends and doubled quotes.
    private static func records(_ answer: [UInt8]) -> [[String]] {
        let (quote, comma, newline) = (UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: "\n"))
        var records: [[String]] = []
        var record: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        for byte in answer {
            switch byte {
            case quote:
                // The second of two is let through again as the first of the next pair.
                isQuoted.toggle()
                if isQuoted, !field.isEmpty { field.append(quote) }
            case comma where !isQuoted:
                record.append(String(decoding: field, as: UTF8.self))
                field = []
            case newline where !isQuoted:
                if !record.isEmpty || !field.isEmpty {
                    record.append(String(decoding: field, as: UTF8.self))
                    records.append(record)
                }
                record = []
                field = []
            default:
                field.append(byte)
            }
        }
        return records
    }
}
