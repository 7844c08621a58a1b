/// A command line that runs NGINX itself, such as `nginx -t -c FILE`.
package struct NGINXCommand: Sendable {
    package let arguments: [String]
    /// What `-c` says.
    private var configuration: String?
    /// What `-p` says.
    private var prefix: String?

    /// Nil if it is another program's, or more than the words of one command: then nobody can tell what it reads.
    package init?(_ arguments: [String]) {
        let words = Self.words(arguments)
        guard let program = words.first.map(Self.baseName), Self.programs.contains(program) else { return nil }
        self.arguments = words
        var rest = words.dropFirst()
        // One letter after the other; one that wants a value takes the rest of the word, or the next one
        // (`ngx_get_options`).
        while let word = rest.popFirst() {
            guard word.hasPrefix("-") else { return nil }
            var letters = word.dropFirst()
            while let letter = letters.popFirst() {
                guard "pecgs".contains(letter) else { continue }
                let value = letters.isEmpty ? rest.popFirst() : String(letters)
                letters = ""
                if letter == "c" { configuration = value }
                if letter == "p" { prefix = value }
            }
        }
    }

    /// The main configuration, which `include` and most other directives count relative paths from.
    ///
    /// - Parameter build: What the program prints for `-V`.
    package func mainConfiguration(_ build: String) -> String {
        func option(_ name: String) -> String? {
            build.split(whereSeparator: \.isWhitespace).last { $0.hasPrefix("--\(name)=") }
                .map { String($0.dropFirst(name.utf8.count + 3)) }
        }
        let path = configuration ?? option("conf-path") ?? "conf/nginx.conf"
        let prefix = prefix ?? option("prefix") ?? "/usr/local/nginx"
        return path.hasPrefix("/") ? path : "\(prefix)/\(path)"
    }

    /// The same with another main configuration; the last `-c` counts.
    package func reading(_ path: String) -> [String] { arguments + ["-c", path] }

    private static let programs: Set = ["nginx", "nginx-debug", "openresty"]

    private static func baseName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? "" }

    /// The words of a text for the shell too, if there is nothing in it for the shell to do.
    private static func words(_ arguments: [String]) -> [String] {
        guard arguments.count == 3, arguments[..<2] == ["/bin/sh", "-c"],
            arguments[2].allSatisfy({ $0.isLetter || $0.isNumber || " /._-+=:,".contains($0) })
        else { return arguments }
        return arguments[2].split(separator: " ").map(String.init)
    }
}

/// The version of an NGINX, as it says it itself for `-v`.
package struct NGINXVersion: Hashable, Sendable {
    /// `1.22.1`.
    package let text: String
    private let isCommercial: Bool

    /// Nil if it says none.
    package init?(_ output: String) {
        guard let name = output.firstRange(of: "nginx version: "),
            let slash = output[name.upperBound...].firstIndex(of: "/")
        else { return nil }
        text = String(output[output.index(after: slash)...].prefix { $0.isNumber || $0 == "." })
        isCommercial = output.contains("nginx-plus")
    }

    /// Whether a `server` of an upstream may have `resolve`: from 1.27.3 on, and in the commercial one ever since.
    package var canResolve: Bool {
        isCommercial || !text.split(separator: ".").compactMap { Int($0) }.lexicographicallyPrecedes([1, 27, 3])
    }
}
