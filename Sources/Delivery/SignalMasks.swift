package import Settings
import SystemPackage

/// What a process does with signals (`SigBlk` and `SigCgt` of proc(5)'s `status`).
package struct SignalMasks: Sendable {
    private var blocked: UInt64 = 0
    private var caught: UInt64 = 0

    /// Nil if there is no such process.
    init?(of process: Int32) {
        guard let status = try? readFile(at: FilePath("/proc/\(process)/status")) else { return nil }
        self.init(status: String(decoding: status, as: UTF8.self))
    }

    /// Reads the text of `status`.
    package init(status: String) {
        for line in status.split(separator: "\n") {
            let fields = line.split(whereSeparator: \.isWhitespace)
            guard fields.count == 2 else { continue }
            switch fields[0] {
            case "SigBlk:": blocked = UInt64(fields[1], radix: 16) ?? 0
            case "SigCgt:": caught = UInt64(fields[1], radix: 16) ?? 0
            default: break
            }
        }
    }

    /// Whether the process has a handler for `signal`, or waits for it where it is blocked.
    package func handles(_ signal: ProcessSignal) -> Bool {
        (blocked | caught) & (1 << UInt64(signal.number - 1)) != 0
    }
}
