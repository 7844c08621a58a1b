import Balancers

/// Configurations of one backend, one after the other, which differ in what registries change and in what people
/// change.
struct GeneratedWalk: Sendable {
    let backend: String
    let states: [String]

    var old: String { states[0] }
    var new: String { states[states.count - 1] }

    private struct Line {
        var name: String
        var address: String
        var options: [String: String]

        var text: String {
            "    server \(name) \(address)"
                + options.sorted { $0.key < $1.key }.map { " \($0.key)" + ($0.value.isEmpty ? "" : " \($0.value)") }
                .joined() + "\n"
        }
    }

    /// - Parameters:
    ///   - alive: Ports of 127.0.0.1 that answer.
    ///   - dead: A port that does not.
    ///   - inter: The time between two checks.
    init(seed: Int, alive: [Int], dead: Int, inter: String = "20ms") {
        var random = SeededGenerator(seed)
        let name = "be\(seed)"
        let algorithm = random.pick([
            "balance roundrobin", "balance leastconn", "balance random", "balance first", "balance source",
            "balance source\n    hash-type consistent", "balance uri\n    hash-type consistent sdbm",
            "balance static-rr", "",
        ])
        let defaults = random.pick([
            "", "default-server inter \(inter) rise 1 fall 2", "default-server weight 20 maxconn 30",
            "default-server check inter \(inter)",
        ])
        let pinned = random.oneIn(2)
        var number = 0
        func line() -> Line {
            number += 1
            var line = Line(name: "s\(number)", address: "", options: [:])
            if random.oneIn(2) || defaults.contains("check") {
                line.address = "127.0.0.1:\(random.oneIn(4) ? dead : random.pick(alive))"
                if !defaults.contains("check") { line.options["check"] = "" }
                line.options["inter"] = inter
                if random.oneIn(3) { line.options["rise"] = "1" }
                if random.oneIn(3) { line.options["fall"] = "2" }
                if random.oneIn(4) { line.options["port"] = "\(random.pick(alive))" }
                if random.oneIn(6) { line.options["on-marked-down"] = "shutdown-sessions" }
            } else {
                line.address = random.pick([
                    "10.9.8.\(number):80", "[2001:db8::\(number)]:8080", "/run/x\(number).sock",
                ])
                if line.address.hasPrefix("/"), !random.oneIn(3) { line.address = "10.9.8.\(number):81" }
            }
            if random.oneIn(2) { line.options["weight"] = "\(random.pick([0, 1, 10, 50, 256]))" }
            if random.oneIn(8) { line.options["maxqueue"] = "\(random.pick([3, 30]))" }
            if random.oneIn(12) { line.options["minconn"] = "2" }
            if random.oneIn(3) { line.options["maxconn"] = "\(random.pick([1, 5, 100]))" }
            if random.oneIn(5) { line.options["backup"] = "" }
            if random.oneIn(6) { line.options["disabled"] = "" }
            if random.oneIn(6) { line.options["slowstart"] = "1s" }
            if random.oneIn(8) { line.options["send-proxy"] = "" }
            if random.oneIn(8) { line.options["pool-max-conn"] = "3" }
            if random.oneIn(10) { line.options["observe"] = "layer4" }
            if random.oneIn(10) {
                line.options["agent-check"] = "agent-port \(random.pick(alive + [dead])) agent-inter \(inter)"
            }
            if random.oneIn(8) { line.options["ssl"] = "verify none sni str(a.example)" }
            if random.oneIn(10) { line.options["source"] = "127.0.0.1" }
            if pinned { line.options["id"] = "\(number * 10)" }
            return line
        }
        var lines = (0..<Int.random(in: 1..<6, using: &random)).map { _ in line() }
        let first = lines
        let inherited = random.oneIn(4) ? "d\(seed)" : "base"
        let parent =
            inherited == "base"
            ? "" : "defaults \(inherited) from base\n    default-server weight 9 rise 1 inter \(inter)\n"
        func text(_ lines: [Line]) -> String {
            "\(parent)backend \(name) from \(inherited)\n"
                + [algorithm, defaults].filter { !$0.isEmpty }.map { "    \($0)\n" }.joined()
                + lines.map(\.text).joined()
        }
        var states = [text(first)]
        var gone: [Line] = []
        for _ in 0..<Int.random(in: 1..<4, using: &random) {
            for _ in 0..<Int.random(in: 1..<4, using: &random) {
                let index = lines.isEmpty ? 0 : Int.random(in: 0..<lines.count, using: &random)
                switch Int.random(in: 0..<10, using: &random) {
                case 0 where !gone.isEmpty:
                    lines.append(gone.removeLast())
                case 0, 1, 2:
                    lines.insert(line(), at: random.oneIn(2) ? lines.count : index)
                case 3 where !lines.isEmpty:
                    gone.append(lines.remove(at: index))
                case 4 where !lines.isEmpty:
                    if lines[index].address.hasPrefix("127") {
                        lines[index].address = "127.0.0.1:\(random.pick(alive + [dead]))"
                    } else if !lines[index].address.hasPrefix("/") {
                        lines[index].address = random.pick(["10.7.7.7:70", "[::5]:71"])
                    }
                case 5 where !lines.isEmpty:
                    lines[index].options["weight"] = "\(random.pick([0, 3, 100]))"
                case 6 where !lines.isEmpty:
                    lines[index].options["maxconn"] = random.oneIn(3) ? nil : "\(random.pick([2, 20]))"
                case 7 where !lines.isEmpty:
                    lines[index].options["disabled"] = lines[index].options["disabled"] == nil ? "" : nil
                case 8 where !lines.isEmpty && random.oneIn(4):
                    lines[index].options["fall"] = "9"
                default:
                    lines.shuffle(using: &random)
                }
            }
            states.append(text(lines))
        }
        backend = name
        self.states = states
    }
}
