/// What `POST /v1/release` answers.
package struct ReleaseReport: Codable, Sendable, Hashable {
    /// The targets whose guards were told to let go.
    package var targets: [String]

    package init(targets: [String]) { self.targets = targets }
}
