import State
import TestSupport
import Testing

@testable import Controller

@Suite struct FilesReadTests {
    @Test func `one that was read for the first time is read once more`() async throws {
        try await Workspace.with { workspace in
            try workspace.write("motd", "one")
            var files = FilesRead()
            #expect(!files.haveChanged)
            files.note([workspace.file("motd")], before: files.look())
            #expect(files.haveChanged)
            files.note([workspace.file("motd")], before: files.look())
            #expect(!files.haveChanged)
        }
    }

    @Test func `one that comes, changes or goes has changed`() async throws {
        try await Workspace.with { workspace in
            let motd = workspace.file("motd")
            var files = FilesRead()
            for _ in 0..<2 { files.note([motd], before: files.look()) }
            for text in ["one", "another"] {
                try workspace.replace("motd", text)
                #expect(files.haveChanged)
                files.note([motd], before: files.look())
                #expect(!files.haveChanged)
            }
            try LocalFileSystem().remove(motd)
            #expect(files.haveChanged)
        }
    }

    @Test func `one that comes after it was missed and before it is looked at has changed`() async throws {
        try await Workspace.with { workspace in
            let motd = workspace.file("motd")
            var files = FilesRead()
            for _ in 0..<2 { files.note([motd], before: files.look()) }
            let before = files.look()
            try workspace.write("motd", "one")
            files.note([motd], before: before)
            #expect(files.haveChanged)
        }
    }

    @Test func `one that is read no more counts no more`() async throws {
        try await Workspace.with { workspace in
            var files = FilesRead()
            for _ in 0..<2 { files.note([workspace.file("motd")], before: files.look()) }
            files.note([], before: files.look())
            try workspace.write("motd", "one")
            #expect(!files.haveChanged)
        }
    }
}
