import ArgumentParser

@main
struct Headgate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "headgate",
        abstract: "Keeps HAProxy, NGINX and their like in step with a service registry.",
        discussion: """
            Headgate watches a registry, renders templates from what it sees, compares the result with what is in force, \
            and changes the balancer only when something changed.

            Examples:
              headgate init haproxy                      write a starter configuration
              headgate check --config headgate.yaml      find every fault in it
              headgate plan --config headgate.yaml       what would change, and how
              headgate run --config headgate.yaml        watch and deliver until stopped

              headgate render --registry file:services.yaml --template upstreams.tmpl
              headgate run --registry file:services.yaml --template \\
                  haproxy.tmpl:/etc/haproxy/haproxy.cfg:"systemctl reload haproxy"

            Exit status: 0 done; 1 failed; 2 plan found a change; 64 bad command line; 65 bad configuration or template; \
            69 registry unavailable; 75 data still missing, or a guard holds something. `run -- COMMAND` ends with the \
            command's status, 127 if there is no such command.
            """,
        version: Version.text,
        subcommands: [
            Run.self, Render.self, Plan.self, Check.self, Init.self, Profiles.self, Status.self, History.self,
            Rollback.self, Release.self,
        ],
    )

    static func main() async {
        FirstProcess.standAsideIfFirst()
        await main(nil)
    }
}
