/// The connections of a running HAProxy to its servers, from `show servers conn` (management guide 9.3): columns are found
/// by their names.
package struct RunningConnections: Sendable {
    /// The servers that have idle connections and none in use, `backend/server`.
    package private(set) var idleServers: Set<String> = []

    /// Reads the answer; nil if it is not one.
    package init?(_ answer: String) {
        let lines = answer.split(separator: "\n").map { $0.split(separator: " ") }
        guard let header = lines.first, header.first == "#" else { return nil }
        let columns = header.dropFirst().map(String.init)
        guard let path = columns.firstIndex(of: "bkname/svname"), let used = columns.firstIndex(of: "used_cur"),
            let idle = columns.firstIndex(of: "idle_cur")
        else { return nil }
        for line in lines.dropFirst() where line.count > max(path, used, idle) {
            if line[used] == "0", line[idle] != "0" { idleServers.insert(String(line[path])) }
        }
    }
}
