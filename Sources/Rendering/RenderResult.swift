package import Catalog
package import Diagnostics

/// What rendering a target came to.
package enum RenderResult: Sendable {
    /// All files are there.
    case complete(RenderedTarget)
    /// Data is missing that a template needs; nothing was rendered.
    case waiting(missing: [Missing], dependencies: Dependencies)
    /// A template cannot be evaluated, or registrations are unsafe in more places than can be set aside.
    case failed(Diagnostic, dependencies: Dependencies)

    /// What the templates asked for, however it ended; what must be watched.
    package var dependencies: Dependencies {
        switch self {
        case .complete(let target): target.dependencies
        case .waiting(_, let dependencies), .failed(_, let dependencies): dependencies
        }
    }
}

/// The files of a target as they should be.
package struct RenderedTarget: Sendable, Hashable {
    package var files: [RenderedFile]
    package var dependencies: Dependencies
    /// The registrations that were left out, or only reported.
    package var setAside: [SetAside]
    /// What the render was told to leave out; not in `setAside`, since the render does not know why.
    package var leftOut: Set<Registrant>

    package init(
        files: [RenderedFile],
        dependencies: Dependencies = Dependencies(),
        setAside: [SetAside] = [],
        leftOut: Set<Registrant> = [],
    ) {
        self.files = files
        self.dependencies = dependencies
        self.setAside = setAside
        self.leftOut = leftOut
    }
}

/// A file as it should be.
package struct RenderedFile: Sendable, Hashable {
    /// Where it goes; empty for `render` without an output.
    package var destination: String
    package var bytes: [UInt8]
    /// Which of the target's files it is, by its place in the settings; several for a file `for_each`.
    package var fileIndex: Int

    package init(destination: String, bytes: [UInt8], fileIndex: Int) {
        self.destination = destination
        self.bytes = bytes
        self.fileIndex = fileIndex
    }
}

/// What templates read: a change of any of it is a reason to render again.
package struct Dependencies: Sendable, Hashable {
    /// Each with the name of its registry.
    package var queries: Set<CatalogQuery>
    /// Paths that `file` was called with.
    package var files: Set<String>
    /// Whether a template asked for the time.
    package var readsClock = false

    package init(queries: Set<CatalogQuery> = [], files: Set<String> = []) {
        self.queries = queries
        self.files = files
    }

    package mutating func formUnion(_ other: Dependencies) {
        queries.formUnion(other.queries)
        files.formUnion(other.files)
        readsClock = readsClock || other.readsClock
    }
}

/// A thing that a template needs and that is not there.
package struct Missing: Sendable, Hashable {
    package enum Subject: Sendable, Hashable {
        case query(CatalogQuery)
        case file(String)
    }

    package enum Reason: Sendable, Hashable {
        /// The registry has not answered yet.
        case notArrived
        /// There is no such key.
        case keyAbsent
        /// There is nothing in the answer, and the template used a `safe` function.
        case empty
        /// There is no such file.
        case fileAbsent
    }

    package var subject: Subject
    package var reason: Reason

    package init(_ subject: Subject, _ reason: Reason) {
        self.subject = subject
        self.reason = reason
    }
}

extension Missing: CustomStringConvertible {
    /// For "waiting for …": `key app/limits, which does not exist`.
    package var description: String { described(byDefault: "") }

    /// The same for whom `registry` need not be named.
    package func described(byDefault registry: String) -> String {
        let name =
            switch subject {
            case .query(let query): "\(query.unqualified(byDefault: registry))"
            case .file(let path): "file \(path)"
            }
        return switch reason {
        case .notArrived: "\(name)"
        case .keyAbsent, .fileAbsent: "\(name), which does not exist"
        case .empty: "\(name), which is empty"
        }
    }
}
