/// A file that `headgate init` writes.
package struct StarterFile: Sendable, Hashable {
    /// Relative to the directory that is set up.
    package var path: String
    package var contents: String
}

extension Profile {
    /// What a person begins with: a commented configuration that works at once, the template, and a small registry.
    ///
    /// The configuration writes beside itself and runs no command, so that trying it cannot harm a running balancer; its
    /// comments say what to change for the real thing.
    package func starterFiles() -> [StarterFile] {
        [
            StarterFile(path: "headgate.yaml", contents: starterConfiguration),
            StarterFile(path: template, contents: templateContents),
            StarterFile(path: "services.yaml", contents: starterRegistry),
        ]
    }

    private var outputName: String {
        template.hasSuffix(".tmpl") ? String(template.dropLast(5)) : "\(template).out"
    }

    private var starterConfiguration: String {
        var text = """
            # \(description).
            # headgate keeps it in step with a service registry:
            #
            #   headgate render --config headgate.yaml    prints what would be written; touches nothing
            #   headgate plan   --config headgate.yaml    compares it with what is there
            #   headgate run    --config headgate.yaml    keeps it in step
            \(commented(notes))
            registries:
              # A registry file, or a directory of them. Edit it while headgate runs.
              main: "file:services.yaml"
              # A Consul agent in its place; its token can be named by `token_file`:
              # main: consul://127.0.0.1:8500

            targets:
              \(name):
                # Brings how to check and to reload, and what is unsafe in a value that an instance registered.
                profile: \(isBundled ? name : directory)
                files:
                  - template: \(template)
                    # Beside this file, to try it.

            """
        if let destination {
            text += "        # In earnest: \(destination)\n"
        }
        text += "        destination: \(outputName)\n"
        if let example {
            text += "    # What the template may be told; all of it can be left out.\n    values:\n"
            for line in example.split(separator: "\n") { text += "      \(line)\n" }
        }
        if check != nil || reload != nil {
            text += "    # Take these out to let the profile check and reload:\n"
            if let checkText {
                let place = check?.isolation == .mount ? "   (in a namespace where the staged file is in place)" : ""
                text += "    #   check:  \(checkText)\(place)\n"
            }
            if let reloadText { text += "    #   reload: \(reloadText)\n" }
            if check != nil { text += "    check: off\n" }
            if reload != nil { text += "    reload: off\n" }
        } else {
            text += "    # Run after the file changed, if anything need be:\n    # reload: systemctl reload NAME\n"
        }
        return text
    }

    /// Paragraphs as comment lines, with an empty one before them.
    private func commented(_ text: String?) -> String {
        guard let text else { return "" }
        return text.split(separator: "\n").map { "# \($0)\n" }.reduce("#\n", +)
    }

    private var starterRegistry: String {
        """
        # Who can be sent work. headgate watches this file: save it, and the change is delivered.
        # health: passing (the default), warning, critical, draining, maintenance or unknown
        version: 1
        services:
          web:
            instances:
              - {id: web-1, address: 10.0.0.11, port: 8080, weight: 10}
              - {id: web-2, address: 10.0.0.12, port: 8080, weight: 10}
              - {id: web-3, address: 10.0.0.13, port: 8080, weight: 5, health: draining}
          api:
            instances:
              - {id: api-1, address: 10.0.0.21, port: 9000}

        """
    }
}
