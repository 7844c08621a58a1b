import Diagnostics
import FoundationEssentials
import Settings

/// A directory that a test fills, removed when the test is done with it.
final class TemporaryDirectory {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "settings-\(UUID())").path()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, with the directories it needs; gives its path.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }

    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let url = URL(filePath: "\(path)/\(name)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        return "\(path)/\(name)"
    }
}

/// The settings of a configuration file `headgate.yaml`, beside which lies a template `a.tmpl`.
func load(_ configuration: String, files: [String: String] = [:], as name: String = "headgate.yaml") throws -> Settings
{
    let directory = try TemporaryDirectory()
    try directory.write("text\n", to: "a.tmpl")
    for (name, text) in files { try directory.write(text, to: name) }
    try directory.write(configuration, to: name)
    return try loadSettings(path: name, workingDirectory: directory.path)
}

/// The faults that `load` throws; empty if it throws none.
func faults(_ configuration: String, files: [String: String] = [:], as name: String = "headgate.yaml") throws
    -> [Diagnostic]
{
    do {
        _ = try load(configuration, files: files, as: name)
        return []
    } catch let faults as SettingsFaults {
        return faults.diagnostics
    }
}

/// Line and column of the first place where `part` is in `text`.
func place(of part: String, in text: String) -> [Int]? {
    guard let range = text.firstRange(of: part) else { return nil }
    let before = text[..<range.lowerBound]
    let line = before.split(separator: "\n", omittingEmptySubsequences: false)
    return [line.count, (line.last?.unicodeScalars.count ?? 0) + 1]
}
