import TestSupport

/// A registry that a running headgate is measured on: services of ten instances each, named as `Corpus.service` does.
protocol MeasuredRegistry: Sendable {
    /// Names the figures.
    var name: String { get }
    /// What the figures say besides; empty, or with a comma before it.
    var remark: String { get }
    /// Where it listens on this machine.
    var port: Int { get }
    /// How far apart changes come.
    var pause: Duration { get }

    /// What a configuration says of it; files that it names go into `workspace`.
    func settings(in workspace: Workspace) throws -> String
    /// Makes so many services all that there is of them.
    func fill(services: Int) async throws
    /// Gives an instance another port; where its service has one port for all, all of its instances.
    func change(service: Int, instance: Int, port: Int) async throws
    /// Removes all of it.
    func clear() async throws
}

extension MeasuredRegistry {
    var remark: String { "" }
    var pause: Duration { .zero }

    func clear() async throws {}
}
