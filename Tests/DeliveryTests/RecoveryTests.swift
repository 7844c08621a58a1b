import Delivery
import Planning
import Settings
import State
import SystemPackage
import Testing

@Suite("Recovery")
struct RecoveryTests {
    private struct Interrupted: Error {}

    /// A run of headgate that stops before a step, as if it had been killed there: what it recorded is on disk.
    private func interrupt(
        _ workshop: Workshop,
        before step: DeliveryStep.Name,
        delivering files: [DesiredFile],
        sensitive: Bool = false,
    ) async throws -> RecordedState {
        let snapshot = Log<RecordedState>()
        let deliverer = try workshop.deliverer(hook: { reached in
            if reached.name == step, snapshot.all.isEmpty { snapshot.add(RecordedState(workshop)) }
        })
        _ = deliverer.recover(target: "edge")
        try await workshop.deliver(files, with: deliverer, reload: workshop.balancer, sensitive: sensitive)
        return try #require(snapshot.all.first)
    }

    @Test("finishes a delivery whose files are all in place: its reload is owed")
    func finishes() async throws {
        try await Workshop.open { workshop in
            let files = workshop.desired(["a.cfg": "new a\n", "b.cfg": "new b\n"])
            try await workshop.deliver(
                workshop.desired(["a.cfg": "a\n", "b.cfg": "b\n"]),
                with: try workshop.deliverer(),
                reload: workshop.balancer
            )
            try await interrupt(workshop, before: .reload, delivering: files).restore()
            let deliverer = try workshop.deliverer()
            let outcome = deliverer.recover(target: "edge")
            #expect(outcome.result == .finished)
            #expect(outcome.reloadIsOwed)
            #expect(try workshop.plan(files, with: deliverer).action == .reloadOwed(.interrupted))
            #expect(try await workshop.deliver(files, with: deliverer, reload: workshop.balancer).result == .reloaded)
            #expect(try workshop.listing() == ["a.cfg", "b.cfg"])
        }
    }

    @Test("undoes a delivery that stopped between two files, also a sensitive one", arguments: [false, true])
    func undoes(sensitive: Bool) async throws {
        try await Workshop.open { workshop in
            let old = workshop.desired(["a.cfg": "a\n", "b.cfg": "b\n"])
            try await workshop.deliver(
                old,
                with: try workshop.deliverer(),
                reload: workshop.balancer,
                sensitive: sensitive
            )
            let mixed = try await interrupt(
                workshop,
                before: .rename,
                delivering: workshop.desired(["a.cfg": "new a\n", "b.cfg": "new b\n"]),
                sensitive: sensitive
            )
            try mixed.restore()
            // The first rename had been done.
            try workshop.files.rename(
                try #require(mixed.staged(for: "a.cfg", holding: "new a\n")),
                to: "\(workshop.etc)/a.cfg"
            )
            #expect(workshop.text("etc/a.cfg") == "new a\n")
            let deliverer = try workshop.deliverer()
            let outcome = deliverer.recover(target: "edge")
            #expect(outcome.result == .undone)
            #expect(!outcome.reloadIsOwed)
            #expect(workshop.text("etc/a.cfg") == "a\n")
            #expect(workshop.text("etc/b.cfg") == "b\n")
            #expect(try workshop.listing() == ["a.cfg", "b.cfg"])
            #expect(try workshop.plan(old, with: deliverer, sensitive: sensitive).action == .nothing)
        }
    }

    @Test("keeps the way back of a sensitive target open, whose contents lie nowhere but beside the destination")
    func sensitiveWayBack() async throws {
        try await Workshop.open { workshop in
            let bad = workshop.desired(["a.cfg": "bad secret\n"])
            try await workshop.deliver(
                workshop.desired(["a.cfg": "good secret\n"]),
                with: try workshop.deliverer(),
                reload: workshop.balancer,
                sensitive: true
            )
            // Restoring copies files, so the backup is no hard link any more; its contents count.
            try await interrupt(workshop, before: .reload, delivering: bad, sensitive: true).restore()
            #expect(try !workshop.stateContains("secret"))
            let deliverer = try workshop.deliverer()
            #expect(deliverer.recover(target: "edge").result == .finished)
            let outcome = try await workshop.deliver(
                bad,
                with: deliverer,
                reload: workshop.balancer,
                sensitive: true
            )
            #expect(outcome.result.label == "rolled back")
            #expect(workshop.text("etc/a.cfg") == "good secret\n")
            #expect(workshop.running == "good secret\n")
            #expect(try workshop.listing() == ["a.cfg"])
        }
    }

    @Test("goes on with a way back that was interrupted, and the balancer is brought onto it")
    func undoing() async throws {
        try await Workshop.open { workshop in
            let bad = workshop.desired(["a.cfg": "bad\n"])
            try await workshop.deliver(
                workshop.desired(["a.cfg": "good\n"]),
                with: try workshop.deliverer(),
                reload: workshop.balancer
            )
            try await interrupt(workshop, before: .putBack, delivering: bad).restore()
            #expect(workshop.text("etc/a.cfg") == "bad\n")
            let deliverer = try workshop.deliverer()
            let outcome = deliverer.recover(target: "edge")
            #expect(outcome.result == .undone)
            #expect(outcome.reloadIsOwed)
            #expect(workshop.text("etc/a.cfg") == "good\n")
            let reloads = workshop.reloads
            let next = try await workshop.deliver(bad, with: deliverer, reload: workshop.balancer)
            #expect(next.result.label == "rolled back")
            #expect(workshop.reloads == reloads + 1)
            #expect(try workshop.plan(bad, with: deliverer).action.isHeldBack)
        }
    }
}

/// Everything below a workshop's `etc` and `state` at one moment.
private struct RecordedState: Sendable {
    private var contents: [(path: String, bytes: [UInt8])] = []
    private let workshop: Workshop

    init(_ workshop: Workshop) {
        self.workshop = workshop
        for directory in ["etc", "state"] { collect("\(workshop.root)/\(directory)") }
    }

    /// Puts everything back as it was.
    func restore() throws {
        for directory in ["etc", "state"] { try workshop.files.removeTree("\(workshop.root)/\(directory)") }
        for file in contents {
            try workshop.files.makeDirectories(directoryName(of: file.path), mode: 0o700)
            try workshop.files.create(file.path, contents: file.bytes, attributes: FileAttributes(mode: 0o600))
        }
    }

    /// The staged file for a destination that holds `text`.
    func staged(for name: String, holding text: String) -> String? {
        contents.first {
            StagedName.isStaged(baseName(of: $0.path), for: name) && $0.bytes == Array(text.utf8)
        }?.path
    }

    private mutating func collect(_ path: String) {
        guard let status = try? workshop.files.status(of: path, followingLinks: false) else { return }
        if status.kind == .directory {
            for entry in (try? workshop.files.entries(of: path)) ?? [] { collect("\(path)/\(entry)") }
        } else if let bytes = try? workshop.files.contents(of: path) {
            contents.append((path, bytes))
        }
    }
}

extension DeliveryStep {
    /// A step without its path.
    enum Name { case rename, reload, putBack, other }

    var name: Name {
        switch self {
        case .rename: .rename
        case .reload: .reload
        case .putBack: .putBack
        default: .other
        }
    }
}
