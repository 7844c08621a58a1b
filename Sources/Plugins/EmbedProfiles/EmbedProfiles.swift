import FoundationEssentials
import PackagePlugin

/// Puts the profiles and templates of `templates/` into the module it is applied to, as generated Swift source.
///
/// A new balancer is a new directory there: no list of files has to be kept anywhere.
@main
struct EmbedProfiles: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let templates = context.package.directoryURL.appending(path: "templates", directoryHint: .isDirectory)
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
        // SwiftPM asks a plugin anew only when targets change. Were the templates the inputs, one that is added would
        // go unseen and one that is removed would fail the build. So the tool changes its only input itself, which
        // makes it run in every build (some milliseconds), and leaves an output alone that is right already.
        let runs = context.pluginWorkDirectoryURL.appending(path: "runs")
        try Data().write(to: runs)
        return [
            .buildCommand(
                displayName: "Embedding templates/",
                executable: try context.tool(named: "profile-embedder").url,
                arguments: [templates, output, runs].map { $0.path(percentEncoded: false) },
                inputFiles: [runs],
                outputFiles: [output],
            )
        ]
    }
}
