import Balancers

extension ConfigurationFile {
    init(_ text: String, path: String = "/etc/haproxy/haproxy.cfg") {
        self.init(path: path, bytes: Array(text.utf8))
    }
}

extension HAProxyConfiguration {
    init(_ text: String) { self.init([ConfigurationFile(text)]) }
}

extension LivePlan {
    static func make(
        _ old: String,
        _ new: String,
        running: HAProxyVersion = HAProxyVersion(2, 6, 12),
        pending: [PendingRemoval] = [],
        files: [FileVersions] = [],
        loaded: RunningFiles = RunningFiles(),
    ) -> LivePlan {
        make(
            old: HAProxyConfiguration(old),
            new: HAProxyConfiguration(new),
            running: running,
            pending: pending,
            files: files,
            loaded: loaded
        )
    }

    /// The reasons of a reload in words; nil if there is none.
    var reasons: [String]? {
        guard case .reload(let reasons) = self else { return nil }
        return reasons.map(\.description)
    }

    /// The commands of a live change; nil if it is none.
    var commands: [String]? {
        guard case .live(let update) = self else { return nil }
        return update.commands.map(\.text)
    }

    var update: LiveUpdate? {
        guard case .live(let update) = self else { return nil }
        return update
    }

    var isNothing: Bool {
        if case .nothing = self { true } else { false }
    }

    var cautions: [String] {
        switch self {
        case .nothing(let cautions): cautions.map(\.description)
        case .live(let update): update.cautions.map(\.description)
        case .reload: []
        }
    }
}
