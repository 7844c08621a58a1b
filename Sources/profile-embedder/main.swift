/// Writes a Swift file that holds all files below a directory as string literals: the tool behind `EmbedProfiles`.
///
/// Usage: `profile-embedder DIRECTORY OUTPUT RUNS`. Dot-files are left out. RUNS is a file that every run changes; the
/// plugin says why.
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

guard CommandLine.arguments.count == 4 else { fail("usage: profile-embedder DIRECTORY OUTPUT RUNS") }
let directory = CommandLine.arguments[1]
let output = CommandLine.arguments[2]
let runs = CommandLine.arguments[3]

do {
    var source = """
        // Generated from templates/ by profile-embedder. Do not edit.

        /// The files of templates/: path in it, contents.
        let embeddedFiles: [(path: String, contents: String)] = [

        """
    for path in try regularFiles(below: directory) {
        guard let bytes = FileManager.default.contents(atPath: "\(directory)/\(path)") else {
            fail("templates/\(path) cannot be read")
        }
        guard let contents = String(validating: bytes, as: UTF8.self) else {
            fail("templates/\(path) is not UTF-8 text")
        }
        source += "    (\n        path: \(literal(path)),\n        contents: \(literal(contents))\n    ),\n"
    }
    source += "]\n"
    try write(source, to: output)
    let past = FileManager.default.contents(atPath: runs)?.count ?? 0
    try write(String(repeating: ".", count: past % 1000 + 1), to: runs)
} catch {
    fail("templates/ cannot be embedded in \(output): \(error)")
}

/// The regular files below `directory`, by their paths in it, in order.
func regularFiles(below directory: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: directory)
        .filter { path in
            var isDirectory = false
            return !path.split(separator: "/").contains { $0.hasPrefix(".") }
                && FileManager.default.fileExists(atPath: "\(directory)/\(path)", isDirectory: &isDirectory)
                && !isDirectory
        }
        .sorted()
}

/// `text` as a Swift string literal on one line, which compiles fast however long it is.
func literal(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\\": result += "\\\\"
        case "\"": result += "\\\""
        case "\n": result += "\\n"
        case "\0"..<" ", "\u{7F}": result += "\\u{\(String(scalar.value, radix: 16))}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}

/// Replaces the file at `path` unless it has this text: an output that is left as it is compiles nothing anew.
func write(_ text: String, to path: String) throws {
    let contents = Data(text.utf8)
    guard FileManager.default.contents(atPath: path) != contents else { return }
    try contents.write(to: URL(filePath: path), options: .atomic)
}

/// Ends the build with `message`, in the form that build systems show as an error.
func fail(_ message: String) -> Never {
    print("error: \(message)")
    exit(1)
}
