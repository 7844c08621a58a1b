import Catalog
import Registries
import TestSupport
import Testing

/// One kind of registry under the contract that all kinds keep (`RegistryContractTests`): its world, which the tests change
/// from outside, and the registry that watches it.
///
/// A kind joins by a type of its own in `Contract/<Kind>Contract.swift` and a case of `RegistryKind`.
protocol RegistryContract: Sendable {
    /// The registry. It may be watched several times, one after the other.
    var registry: any Registry { get }

    /// Makes the instances of a service exactly these, whatever they were: none is an explicit act too.
    func set(_ service: String, _ instances: [ContractInstance]) async throws
    /// From now on the registry cannot be read, whatever is asked; what `set` does meanwhile counts.
    func disconnect() async throws
    /// It can be read again.
    func reconnect() async throws
    /// How often the registry was tried to be reached so far; nil where that cannot be counted.
    var attempts: Int? { get }
    /// How many connections to it are open; nil where it has none, or that cannot be counted.
    var openConnections: Int? { get }
    /// Whether it can say tags.
    var hasTags: Bool { get }
    /// The ID that `set` gave an instance.
    func id(of instance: Instance) -> String
}

extension RegistryContract {
    var attempts: Int? { nil }
    var openConnections: Int? { nil }
    var hasTags: Bool { true }

    func id(of instance: Instance) -> String { instance.id }

    /// The IDs of an answer's instances in their order; nil if it is another answer.
    func ids(_ result: QueryResult?) -> [String]? {
        guard case .instances(let instances)? = result else { return nil }
        return instances.map(id)
    }
}

/// A kind whose server stands behind a link that can be cut.
protocol LinkedContract: RegistryContract {
    var link: FaultyLink { get }
}

extension LinkedContract {
    var attempts: Int? { link.connections }
    var openConnections: Int? { link.openConnections }

    func disconnect() async throws {
        link.set(.refusing)
        link.cut()
    }

    func reconnect() async throws { link.set(.passing) }
}

/// An instance as every kind of registry can say it.
struct ContractInstance: Hashable, Sendable {
    var id: String
    var address = "10.0.0.1"
    var port = 80
    var weight = 1
    var tags: [String] = []

    /// For kinds in which a place is one instance's alone.
    var ownAddress: String {
        let number = id.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) % 65521 }
        return "10.\(number / 65_536).\(number / 256 % 256).\(number % 256)"
    }
}

/// The kinds that keep the contract.
enum RegistryKind: String, CaseIterable, CustomTestStringConvertible {
    case file, consul, etcd, kubernetes
    case http, exec, dns

    var testDescription: String { rawValue }

    /// Runs `body` with an empty world of this kind, which lasts as long.
    func with(_ body: @escaping @Sendable (any RegistryContract) async throws -> Void) async throws {
        switch self {
        case .file: try await FileContract.with(body)
        case .consul: try await ConsulContract.with(body)
        case .http: try await HTTPContract.with(body)
        case .exec: try await ProgramContract.with(body)
        case .dns: try await DNSContract.with(body)
        case .kubernetes: try await KubernetesContract.with(body)
        case .etcd: try await EtcdContract.with(body)
        }
    }
}
