import Planning
import Settings
import State

/// A target below a directory, and what is to be in force of it.
struct Scene {
    var target: TargetSettings
    /// Nil where the registry has not answered yet.
    var desired: [DesiredFile]?

    /// A balancer that refuses what contains `bad`, and otherwise runs what it finds. One file comes with each kind of
    /// contents and goes with it.
    static func shell(_ root: String, _ contents: String) -> Scene {
        let kind = contents.prefix { $0 != " " }
        let names = ["a.cfg", "link.cfg", "map.lst", "only-\(kind)"]
        let reload = CommandSettings(
            .shell(
                """
                cd '\(root)' && echo reload >> reloads && ! grep -q bad etc/a.cfg \
                && cat etc/a.cfg etc/link.cfg etc/map.lst > running.new && mv running.new running
                """
            ),
            timeout: .seconds(20)
        )
        return Scene(
            target: TargetSettings(name: "edge", check: check("a.cfg"), reload: ReloadSettings(reload)),
            desired: names.map {
                DesiredFile(destination: "\(root)/etc/\($0)", bytes: Array("\(contents) in etc/\($0)\n".utf8))
            }
        )
    }

    /// A real HAProxy that is changed live, with the files of the directory `contents`; `-` is none.
    static func haproxy(_ root: String, _ contents: String) throws -> Scene {
        let proof = ReloadSettings(command: nil, proof: .master(socket: "\(root)/master.sock"))
        var scene = Scene(target: TargetSettings(name: "edge", check: check("haproxy.cfg"), reload: proof))
        scene.target.live = LiveSettings(socket: "\(root)/admin.sock")
        guard contents != "-" else { return scene }
        let files = LocalFileSystem()
        scene.desired = try files.entries(of: "\(root)/\(contents)").map {
            let bytes = try files.contents(of: "\(root)/\(contents)/\($0)") ?? []
            return DesiredFile(destination: "\(root)/etc/\($0)", bytes: bytes)
        }
        return scene
    }

    private static func check(_ name: String) -> CheckSettings {
        CheckSettings(CommandSettings(.shell("test -f {staged_dir}/\(name)")))
    }
}
