/// Commands that are sent as one line: one connection carries one line from HAProxy 3.0 on.
package struct LiveBatch: Hashable, Sendable {
    package private(set) var commands: [LiveCommand]
    /// Lines that belong to the last command, none of them empty: they are taken as they are.
    let payload: String

    /// Why an answer is not that of a batch carried out.
    package enum Fault: Error, Hashable, Sendable {
        /// HAProxy said something else than what success is.
        case refused(LiveCommand, answer: String)
        /// The answer ends before that of this command.
        case cut(LiveCommand)
    }

    package init(_ commands: [LiveCommand], payload: String = "") {
        self.commands = commands
        self.payload = payload
    }

    /// What is written to the socket, without its line feed, which ends a payload too.
    package var line: String {
        commands.map(\.text).joined(separator: ";") + (payload.isEmpty ? "" : " <<\n\(payload)\n")
    }

    /// Puts groups of commands together as long as a line may be. A group is never parted: between its commands a
    /// server would be in a state that is not meant for traffic.
    static func batches(_ groups: [[LiveCommand]]) -> [LiveBatch] {
        var batches: [LiveBatch] = []
        var size = 0
        for group in groups where !group.isEmpty {
            let length = group.reduce(0) { $0 + $1.text.utf8.count + 1 }
            if batches.isEmpty || size + length > LiveCommand.mostBytes {
                batches.append(LiveBatch([]))
                size = 0
            }
            batches[batches.count - 1].commands += group
            size += length
        }
        return batches
    }

    /// The first command that was not carried out, by what HAProxy answered to `line`; nil if all were.
    ///
    /// A command that has nothing to say answers an empty line, and others end with one, but not all on 2.6: behind an
    /// answer that was not expected, which one is whose cannot be told.
    package func fault(in output: some Sequence<UInt8>) -> Fault? {
        var lines = Self.lines(output)[...]
        for command in commands {
            guard var line = lines.popFirst() else { return .cut(command) }
            // How far it has come goes before how it ended.
            while command.expects == .committed, let more = lines.first, !more.isEmpty {
                line += " \(more)"
                lines.removeFirst()
            }
            guard command.isDone(line) else { return .refused(command, answer: String(line)) }
            if !line.isEmpty, lines.first?.isEmpty == true { lines.removeFirst() }
        }
        return nil
    }

    /// The lines that are whole, without how grave each is: a `stats socket` with `severity-output` says that before it.
    fileprivate static func lines(_ output: some Sequence<UInt8>) -> [Substring] {
        String(decoding: Array(output), as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast().map(withoutSeverity)
    }

    /// `[6]: done` or `[info]: done` becomes `done`.
    private static func withoutSeverity(_ line: Substring) -> Substring {
        guard line.first == "[", let end = line.firstRange(of: "]: "),
            line[..<end.lowerBound].dropFirst().allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber) })
        else { return line }
        return line[end.upperBound...]
    }
}

/// What became of a server that was to be deleted.
package enum DeletionOutcome: Hashable, Sendable {
    case deleted
    /// It has sessions: to be tried again.
    case busy
    /// There is none of this name, so nothing left to do.
    case gone
    case refused(String)

    /// Reads the answers to the deletions of one line, which all answer in words; nil if one is missing.
    package static func outcomes(of count: Int, in output: some Sequence<UInt8>) -> [DeletionOutcome]? {
        let outcomes = LiveBatch.lines(output).filter { !$0.isEmpty }.map { line -> DeletionOutcome in
            switch line {
            case "Server deleted.": .deleted
            case "No such server.": .gone
            case _ where line.hasPrefix("Server still has connections"): .busy
            default: .refused(String(line))
            }
        }
        return outcomes.count == count ? outcomes : nil
    }
}
