/// How a backend chooses a server, and what that means for changes at run time (configuration manual 4.2, `balance`).
struct Balancing: Hashable, Sendable {
    /// What the order or the numbers of servers mean to it.
    enum Order: Hashable, Sendable {
        /// Nothing.
        case free
        /// The number of a server, given by `id` or by its place, is its place on the ring of consistent hashing.
        case ring
        /// Servers are filled in the order of their numbers (`first`).
        case numbers
        /// The place decides which hash goes where.
        case places
    }

    /// As it was written; nil if that depends on the environment.
    var algorithm: String?
    /// Whether servers can be added and take any weight while it runs.
    var isDynamic: Bool
    var order: Order

    init(of section: HAProxyConfiguration.Section, in configuration: HAProxyConfiguration, _ version: HAProxyVersion) {
        guard let directive = configuration.directives("balance", in: section).first else {
            // `roundrobin` up to 3.2, `random` since.
            self.init(algorithm: "roundrobin", isDynamic: true, order: .free)
            return
        }
        guard directive.words.count > 1, let algorithm = directive.words[1] else {
            self.init(algorithm: nil, isDynamic: false, order: .places)
            return
        }
        let name = algorithm.prefix { $0 != "(" }
        switch name {
        case "roundrobin", "leastconn", "random":
            self.init(algorithm: algorithm, isDynamic: true, order: .free)
        case "first":
            self.init(algorithm: algorithm, isDynamic: true, order: .numbers)
        case "static-rr":
            self.init(algorithm: algorithm, isDynamic: false, order: .free)
        case "sticky" where version >= HAProxyVersion(3, 0):
            self.init(algorithm: algorithm, isDynamic: true, order: .free)
        case "source", "uri", "hdr", "url_param", "rdp-cookie", "hash":
            let type = configuration.directives("hash-type", in: section).first?.words.dropFirst().first
            let isRing = type == .some("consistent")
            self.init(algorithm: algorithm, isDynamic: isRing, order: isRing ? .ring : .places)
        default:
            self.init(algorithm: algorithm, isDynamic: false, order: .places)
        }
    }

    private init(algorithm: String?, isDynamic: Bool, order: Order) {
        self.algorithm = algorithm
        self.isDynamic = isDynamic
        self.order = order
    }
}
