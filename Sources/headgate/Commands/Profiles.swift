import ArgumentParser
import Settings

/// `headgate profiles`: which balancers are known.
struct Profiles: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the balancer profiles that --profile and init take.",
        discussion: """
            A profile knows how a balancer checks and reloads its configuration, and what its language needs quoted. \
            A directory with NAME.profile.yaml in it serves as well: --profile ./mybalancer.
            """,
    )

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let profiles = Profile.bundled.sorted { $0.name < $1.name }
        if json {
            StandardStream.output.write(json: profiles.map { ProfileLine(name: $0.name, description: $0.description) })
            return
        }
        let width = profiles.map(\.name.count).max() ?? 0
        for profile in profiles {
            let padding = String(repeating: " ", count: width - profile.name.count)
            StandardStream.output.write(line: "\(profile.name)\(padding)  \(profile.description)")
        }
    }

    private struct ProfileLine: Encodable {
        var name: String
        var description: String
    }
}
