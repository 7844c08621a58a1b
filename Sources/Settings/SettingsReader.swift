import Diagnostics
import Documents
import SystemPackage

/// Reads settings out of nodes and gathers the faults, so that all of them are told at once.
///
/// Every reading method gives nil where there is a fault, and notes it.
struct SettingsReader {
    private var reader = DocumentReader()
    /// Who writes each path, normalised.
    private var writers: [FilePath: (target: String, place: SourceNode)] = [:]
    /// Who changes HAProxy live through each socket, normalised.
    private var sockets: [FilePath: (target: String, place: SourceNode)] = [:]

    /// What is wrong so far.
    var faults: [Diagnostic] { reader.faults }

    /// What is wrong, in the order in which it is told.
    var sortedFaults: [Diagnostic] { reader.sortedFaults }

    mutating func report(_ fault: Diagnostic) { reader.report(fault) }

    /// Notes that a target writes `path`, as it says at `place`; two of one path would replace each other for ever.
    mutating func claim(_ path: String, for target: String, at place: SourceNode) {
        let path = FilePath(path).lexicallyNormalized()
        guard let first = writers.updateValue((target, place), forKey: path) else { return }
        report(
            place.fault(
                first.target == target
                    ? "two files of the target `\(target)` write `\(path)`"
                    : "the targets `\(first.target)` and `\(target)` both write `\(path)`",
                hint: "give each file a destination of its own",
                notes: [.init("the other is here", at: first.place.position)]
            )
        )
    }

    /// Notes that `target` changes the HAProxy behind `socket`: two would undo each other's work.
    mutating func claimSocket(_ socket: String, for target: String, at place: SourceNode) {
        let path = FilePath(socket).lexicallyNormalized()
        guard let first = sockets.updateValue((target, place), forKey: path) else { return }
        report(
            place.fault(
                "the targets `\(first.target)` and `\(target)` both change the HAProxy at `\(path)`",
                hint: "put all files of one HAProxy into one target, or take `live` out of one of them",
                notes: [.init("the other is here", at: first.place.position)]
            )
        )
    }

    /// The entries of a map by their keys; keys that it may not have are faults.
    mutating func fields(_ node: SourceNode, of owner: String, _ keys: KnownKeys) -> Fields? {
        reader.fields(node, of: owner, keys)
    }

    /// The entries of a map whose keys are names that the user chooses.
    mutating func named(_ entry: SourceNode.Entry, example: String) -> [SourceNode.Entry]? {
        guard case .map(let entries) = entry.value.content, !entries.isEmpty else {
            let kind = if case .map = entry.value.content { "empty" } else { entry.value.kind }
            report(
                entry.fault(
                    "`\(entry.name)` has to be a map with a name for each, not \(kind)",
                    hint: example
                )
            )
            return nil
        }
        return entries
    }

    /// Text that is not empty. Numbers count as written; true and false do not, since YAML makes them out of `on`.
    mutating func text(_ entry: SourceNode.Entry) -> String? {
        text(entry.value, of: "`\(entry.name)`", else: entry.key)
    }

    mutating func text(_ node: SourceNode, of owner: String, else key: SourceNode? = nil) -> String? {
        guard case .scalar(let scalar) = node.content else {
            // `{staged}` without quotes is a map in YAML.
            var quoted: String?
            if case .map(let entries) = node.content, entries.count == 1, entries[0].value.isNull {
                quoted = "put it in quotes: \"{\(entries[0].name)}\""
            }
            report(node.fault("\(owner) has to be text, not \(node.kind)", hint: quoted))
            return nil
        }
        switch scalar.value {
        case .null:
            report((key ?? node).fault("\(owner) has no value", hint: "write one, or take the key out"))
            return nil
        case .bool:
            report(
                node.fault(
                    "\(owner) has to be text, not \(node.kind)",
                    hint: "put it in quotes if it is meant as text: \"\(scalar.text)\""
                )
            )
            return nil
        default:
            if scalar.text.isEmpty {
                report(node.fault("\(owner) is empty", hint: "write a value, or take the key out"))
                return nil
            }
            if scalar.text.utf8.contains(0) {
                report(node.fault("\(owner) holds a zero byte"))
                return nil
            }
            return scalar.text
        }
    }

    mutating func flag(_ entry: SourceNode.Entry) -> Bool? {
        if case .scalar(let scalar) = entry.value.content, case .bool(let flag) = scalar.value { return flag }
        report(entry.fault("`\(entry.name)` has to be true or false, not \(entry.value.kind)"))
        return nil
    }

    /// One of the words of `Choice`; YAML's `off`, which is false, counts as the word.
    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ entry: SourceNode.Entry,
        of choices: Choice.Type,
    ) -> Choice? {
        let words = choices.allCases.map(\.rawValue)
        var word: String?
        if case .scalar(let scalar) = entry.value.content {
            word = scalar.value == .bool(false) ? "off" : scalar.text
            if let choice = word.flatMap(Choice.init(rawValue:)) { return choice }
        }
        report(
            entry.fault(
                "`\(entry.name)` has to be one of \(words.joined(separator: ", ")), not \(entry.value.kind)",
                hint: word.flatMap { nearest(to: $0, among: words) }.map { "did you mean `\($0)`?" }
            )
        )
        return nil
    }

    /// A duration; `positive` refuses 0.
    mutating func duration(_ entry: SourceNode.Entry, positive: Bool = false) -> Duration? {
        guard case .scalar(let scalar) = entry.value.content, let duration = parseDuration(scalar.text) else {
            var hint = "write a number and its unit: 500ms, 2s, 1m30s, 1h"
            if case .scalar(let scalar) = entry.value.content {
                switch scalar.value {
                case .int, .float:
                    if parseDuration("\(scalar.text)s") != nil {
                        hint = "a number needs a unit: \(scalar.text)s, or \(scalar.text)ms"
                    }
                default: break
                }
            }
            report(entry.fault("`\(entry.name)` has to be a duration, not \(entry.value.kind)", hint: hint))
            return nil
        }
        if positive, duration == .zero {
            report(entry.fault("`\(entry.name)` has to be longer than 0", hint: "write a limit, such as 30s"))
            return nil
        }
        return duration
    }

    /// Permission bits, written in octal as for chmod.
    mutating func mode(_ entry: SourceNode.Entry) -> UInt16? {
        let hint = "write it as for chmod, in octal with a leading 0 and in quotes: \"0640\""
        guard case .scalar(let scalar) = entry.value.content else {
            report(entry.fault("`\(entry.name)` has to be permission bits, not \(entry.value.kind)", hint: hint))
            return nil
        }
        // An unquoted 640 is a decimal number to YAML and JSON: nobody can know what was meant.
        let isText = if case .string = scalar.value { true } else { false }
        guard (3...5).contains(scalar.text.utf8.count), isText || scalar.text.hasPrefix("0"),
            scalar.text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "7") ~= $0 }),
            let bits = UInt16(scalar.text, radix: 8), bits <= 0o7777
        else {
            report(entry.fault("`\(entry.name)` has to be permission bits, not \(entry.value.kind)", hint: hint))
            return nil
        }
        return bits
    }
}
