/// The version that `--version` and the status tell.
enum Version {
    static let text = "0.1.0"
}
