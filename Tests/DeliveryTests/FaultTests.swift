import Delivery
import Planning
import Settings
import State
import SystemPackage
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite("A fault of the file system")
struct FaultTests {
    @Test("a missing directory is named, and made only when asked")
    func missingDirectory() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer()
            var files = workshop.desired(["deep/er/a.cfg": "a\n"])
            let outcome = try await workshop.deliver(files, with: deliverer)
            let directory = "\(workshop.etc)/deep/er"
            #expect(outcome.result == .failed(.missingDirectory(directory, destination: "\(directory)/a.cfg")))
            #expect(try workshop.listing().isEmpty)
            files[0].createDirectories = true
            #expect(try await workshop.deliver(files, with: deliverer).result == .written)
            #expect(workshop.text("etc/deep/er/a.cfg") == "a\n")
        }
    }

    @Test(
        "at staging the second file leaves nothing behind and says what to do",
        arguments: [
            (Errno.noSpace, "free space"), (.readOnlyFileSystem, "writable"), (.permissionDenied, "write access"),
            (.diskQuotaExceeded, "quota"), (.ioError, ""),
        ]
    )
    func staging(errno: Errno, hint: String) async throws {
        try await Workshop.open { workshop in
            try workshop.write("etc/a.cfg", "old\n")
            let deliverer = try workshop.deliverer(
                fileSystem: FaultyFileSystem { operation, path in
                    operation == .create && path.contains("/.b.cfg") ? FileFault(.create, path, errno) : nil
                }
            )
            let outcome = try await workshop.deliver(
                workshop.desired(["a.cfg": "new\n", "b.cfg": "b\n"]),
                with: deliverer,
                reload: workshop.balancer
            )
            guard case .failed(let fault) = outcome.result else { return #expect(Bool(false), "\(outcome)") }
            #expect(fault.label == "staging")
            #expect(fault.description.contains("nothing was changed"))
            #expect((fault.hint ?? "").contains(hint))
            #expect(workshop.text("etc/a.cfg") == "old\n")
            #expect(try workshop.listing() == ["a.cfg"])
            #expect(workshop.reloads == 0)
        }
    }

    @Test("an owner that cannot be given is a clear fault")
    func owner() async throws {
        try await Workshop.open { workshop in
            let deliverer = try workshop.deliverer(
                fileSystem: FaultyFileSystem { operation, path in
                    operation == .create ? FileFault(.changeOwner, path, .notPermitted) : nil
                }
            )
            let outcome = try await workshop.deliver(workshop.desired(["a.cfg": "a\n"]), with: deliverer)
            guard case .failed(let fault) = outcome.result else { return #expect(Bool(false), "\(outcome)") }
            #expect(fault.hint?.contains("run headgate as root") == true)
        }
    }

    @Test("a user or group that does not exist is named")
    func unknownOwner() throws {
        var file = DesiredFile(destination: "/tmp/x", bytes: [])
        file.user = "no-such-user-here"
        #expect(throws: ObservationFault.unknownUser("no-such-user-here", destination: "/tmp/x")) {
            try observe([file])
        }
        file.user = nil
        file.group = "no-such-group-here"
        #expect(throws: ObservationFault.unknownGroup("no-such-group-here", destination: "/tmp/x")) {
            try observe([file])
        }
    }

    @Test("a sync of the directory that fails leads back to the old files")
    func synchronize() async throws {
        try await Workshop.open { workshop in
            try workshop.write("etc/a.cfg", "old\n")
            let deliverer = try workshop.deliverer(
                fileSystem: FaultyFileSystem { operation, path in
                    operation == .synchronize ? FileFault(.synchronize, path, .ioError) : nil
                }
            )
            let outcome = try await workshop.deliver(
                workshop.desired(["a.cfg": "new\n"]),
                with: deliverer,
                reload: workshop.balancer
            )
            #expect(outcome.result.label == "failed")
            #expect(workshop.text("etc/a.cfg") == "old\n")
            #expect(workshop.reloads == 0)
        }
    }

    @Test("a destination that is a directory is refused")
    func directoryInTheWay() throws {
        #expect(throws: ObservationFault.notAFile(destination: "/tmp")) {
            try observe([DesiredFile(destination: "/tmp", bytes: [])])
        }
    }

    @Test("a full disk leaves the old files and nothing else")
    func fullDisk() async throws {
        guard getuid() == 0 else {
            print("skipped: mounting a small tmpfs needs root")
            return
        }
        try await Workshop.open { workshop in
            let runner = SubprocessRunner()
            let mounted = await runner.run(
                ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", workshop.etc],
                timeout: .seconds(20)
            )
            guard mounted.succeeded else {
                print("skipped: a small tmpfs cannot be mounted here (\(mounted.summary))")
                return
            }
            do {
                try await fill(workshop)
            } catch {
                Issue.record(error)
            }
            #expect(await runner.run(["umount", workshop.etc], timeout: .seconds(20)).succeeded)
        }
    }

    private func fill(_ workshop: Workshop) async throws {
        try workshop.write("etc/a.cfg", "old\n")
        let deliverer = try workshop.deliverer()
        let large = DesiredFile(destination: "\(workshop.etc)/b.cfg", bytes: [UInt8](repeating: 120, count: 100_000))
        let outcome = try await workshop.deliver(
            workshop.desired(["a.cfg": "new\n"]) + [large],
            with: deliverer,
            reload: workshop.balancer
        )
        guard case .failed(.staging(let fault, _)) = outcome.result else {
            Issue.record("\(outcome)")
            return
        }
        #expect(fault.errno == .noSpace)
        #expect(workshop.text("etc/a.cfg") == "old\n")
        #expect(try workshop.listing() == ["a.cfg"])
    }
}
