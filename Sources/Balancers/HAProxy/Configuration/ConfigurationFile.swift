/// A file of HAProxy's configuration, in the place it has on HAProxy's command line.
package struct ConfigurationFile: Hashable, Sendable {
    /// How the file is named to people, and compared: two versions of it have the same path.
    package var path: String
    package var bytes: [UInt8]

    package init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}

/// A line of a configuration, for people.
package struct ConfigurationPlace: Hashable, Sendable, CustomStringConvertible {
    package var path: String
    /// From 1.
    package var line: Int

    package init(path: String, line: Int) {
        self.path = path
        self.line = line
    }

    /// `haproxy.cfg:12`: the file's name without its directories.
    package var description: String { "\(path.split(separator: "/").last ?? Substring(path)):\(line)" }
}
