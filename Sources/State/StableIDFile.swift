/// The file that keeps the numbers of a target's instances (`stableId`), a `StateText`.
///
///     headgate-stable-ids 1
///     target edge
///     4711 0 node-1%00web%00web-1…
///     sum 2c26b4…
///
/// The lines in the middle are those who give the numbers know; here they are kept as they are.
enum StableIDFile {
    private static let versionLine = "headgate-stable-ids 1"

    static func encode(_ text: String, of target: String) -> [UInt8] {
        StateText.encode(
            [StateText.line(["target", target])] + text.split(separator: "\n").map(String.init),
            version: versionLine
        )
    }

    static func decode(_ bytes: [UInt8], of target: String) throws(StateText.DecodingFault) -> String {
        let lines = try StateText.decode(bytes, version: versionLine)
        guard lines.first == StateText.line(["target", target]) else { throw .target }
        return lines.dropFirst().map { "\($0)\n" }.joined()
    }
}
