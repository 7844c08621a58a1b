/// The paths that HAProxy reads its configuration from, by its command line: what follows `-f`, and all after `--`.
package func configurationPaths(inCommandLine words: [String]) -> [String] {
    var paths: [String] = []
    var index = 1
    while index < words.count {
        if words[index] == "--" { return paths + words[(index + 1)...] }
        if words[index] == "-f", index + 1 < words.count {
            index += 1
            paths.append(words[index])
        }
        index += 1
    }
    return paths
}
