/// The servers of a running HAProxy, from `show servers state` (management guide 9.3), of any version: columns are
/// found by their names.
package struct RunningServers: Sendable {
    package struct Server: Hashable, Sendable {
        package var backend: String
        package var name: String
        /// The number that `id` gives, or the place.
        package var id: Int
        /// As HAProxy writes it: `-` for a socket and for a name that has no address.
        package var address: String
        package var port: Int
        /// 0 is stopped, 1 starting, 2 running, 3 stopping.
        package var operation: Int
        /// Bits of `Administration`.
        package var administration: Administration
        /// The weight in force. The weight of the start stays 0 for servers that were added as those of `LiveCommands`
        /// are.
        package var weight: Int
        package var checkPort: Int
        /// Bits: 1 is a check in progress, 2 configured, 4 enabled, 8 paused, 16 an agent's.
        package var checkState: Int
        package var usesTLS: Bool
    }

    /// How a server was taken out of service.
    package struct Administration: OptionSet, Hashable, Sendable {
        package let rawValue: Int

        package init(rawValue: Int) { self.rawValue = rawValue }

        /// By a command, or by `disabled`.
        package static let maintenance = Administration(rawValue: 0x01)
        /// By `disabled`: stays set when a command took the server out of maintenance, and has no meaning then.
        package static let configured = Administration(rawValue: 0x04)
        package static let drain = Administration(rawValue: 0x08)
    }

    /// What is wrong with an answer.
    package enum Fault: Error, Hashable, Sendable {
        /// Not the first lines of `show servers state`: the answer of another command, an error.
        case notState
        /// It ends in the middle of a line.
        case cut
        /// A line does not say what it should; its number, from 1.
        case line(Int)
    }

    package private(set) var servers: [Server]

    /// Adds what was asked for separately.
    package mutating func append(_ others: RunningServers) { servers += others.servers }

    package init(_ answer: [UInt8]) throws(Fault) {
        var lines = answer.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
        guard answer.last == UInt8(ascii: "\n") else { throw answer.isEmpty ? .notState : .cut }
        guard lines.popFirst().map({ Array($0) }) == [UInt8(ascii: "1")], let header = lines.popFirst(),
            let columns = Columns(header)
        else { throw .notState }
        var servers: [Server] = []
        servers.reserveCapacity(lines.count)
        for (index, line) in lines.enumerated() where !line.isEmpty {
            guard let server = columns.server(line) else { throw .line(index + 3) }
            servers.append(server)
        }
        self.servers = servers
    }

    /// Where the columns are that are read.
    private struct Columns {
        private let count: Int
        private let places: [Int]

        private static let names = [
            "be_name", "srv_id", "srv_name", "srv_addr", "srv_op_state", "srv_admin_state", "srv_uweight",
            "srv_check_state", "srv_port", "srv_use_ssl", "srv_check_port",
        ]

        init?(_ header: ArraySlice<UInt8>) {
            let words = String(decoding: header, as: UTF8.self).split(separator: " ")
            guard words.first == "#" else { return nil }
            let places = Self.names.map { name in words.firstIndex { $0 == name }.map { $0 - 1 } }
            guard !places.contains(nil) else { return nil }
            self.places = places.compactMap { $0 }
            count = words.count - 1
        }

        func server(_ line: ArraySlice<UInt8>) -> Server? {
            let fields = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            guard fields.count == count else { return nil }
            func text(_ column: Int) -> String { String(decoding: fields[places[column]], as: UTF8.self) }
            func number(_ column: Int) -> Int? {
                var number = 0
                for byte in fields[places[column]] {
                    guard byte.isASCIIDigit, number < 1 << 48 else { return nil }
                    number = number * 10 + Int(byte - UInt8(ascii: "0"))
                }
                return number
            }
            guard let id = number(1), let operation = number(4), let administration = number(5),
                let weight = number(6), let checkState = number(7)
            else { return nil }
            return Server(
                backend: text(0),
                name: text(2),
                id: id,
                address: text(3),
                port: number(8) ?? 0,
                operation: operation,
                administration: Administration(rawValue: administration),
                weight: weight,
                checkPort: number(10) ?? 0,
                checkState: checkState,
                usesTLS: text(9) == "1"
            )
        }
    }
}
