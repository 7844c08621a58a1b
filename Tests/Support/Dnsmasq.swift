/// A real dnsmasq on loopback with the records of a test.
package struct Dnsmasq: Sendable {
    package let port: Int
    private let workspace: Workspace
    private let program: ProgramBox

    /// What runs at present.
    private actor ProgramBox {
        var program: SpawnedProgram?

        func replace(_ make: () throws -> SpawnedProgram?) async rethrows {
            await program?.terminate()
            program = try make()
        }
    }

    /// Runs one beside `body`, with the lines of its configuration.
    package static func with(
        _ lines: String,
        _ body: @escaping @Sendable (Dnsmasq) async throws -> Void,
    ) async throws {
        try await Workspace.with { workspace in
            let server = Dnsmasq(port: LoopbackPorts.free(1)[0], workspace: workspace, program: ProgramBox())
            let result: Result<Void, any Error>
            do {
                try await server.start(lines)
                result = .success(try await body(server))
            } catch {
                result = .failure(error)
            }
            await server.stop()
            try result.get()
        }
    }

    /// Starts it anew with other records.
    package func start(_ lines: String) async throws {
        try workspace.write("dnsmasq.conf", lines + "\n")
        let arguments = [
            "--keep-in-foreground", "--conf-file=\(workspace.file("dnsmasq.conf"))", "--port=\(port)",
            "--listen-address=127.0.0.1", "--bind-interfaces", "--no-resolv", "--no-hosts", "--pid-file=", "--user=",
            "--local=/example/", "--edns-packet-max=1232",
        ]
        let log = workspace.file("dnsmasq.log")
        try await program.replace { try SpawnedProgram("dnsmasq", arguments, output: log) }
        _ = await eventually { LoopbackPorts.isListening(port) }
    }

    package func stop() async { await program.replace { nil } }
}
