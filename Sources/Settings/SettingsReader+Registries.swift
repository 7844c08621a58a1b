import Diagnostics
import Documents
import SystemPackage

extension SettingsReader {
    private static let registryKeys = KnownKeys(
        names: [
            ["url", "hostnames"], consulKeys, httpKeys, ["command"], programKeys, dnsKeys, kubernetesKeys, etcdKeys,
            combinationKeys,
        ]
        .reduce(into: []) { names, more in names += more.filter { !names.contains($0) } },
        aliases: ["address": "url", "path": "url", "file": "url", "dc": "datacenter", "ssl": "tls", "password": "auth"],
    )

    /// A registry, known by its name also where its address is wrong, lest every target that names it seem wrong too; nil if
    /// it has no right name.
    mutating func registry(
        _ entry: SourceNode.Entry,
        in directory: FilePath,
        environment: [String: String],
    ) -> RegistrySettings? {
        guard checkName(entry.key, entry.name, of: "a registry") else { return nil }
        var registry = RegistrySettings(name: entry.name, url: .file(path: ""))
        registry.position = entry.key.position
        var fields = Fields()
        var address = entry
        var kind = "url"
        if case .map = entry.value.content {
            guard let read = self.fields(entry.value, of: "the registry `\(entry.name)`", Self.registryKeys) else {
                return nil
            }
            fields = read
            let places = ["url", "command", "union", "failover"].compactMap { fields[$0] }
            guard let place = places.first else {
                report(
                    entry.key.fault(
                        "the registry `\(entry.name)` has no `url`",
                        hint: "add `url: file:PATH`, or `url: consul://HOST:PORT`"
                    )
                )
                return nil
            }
            address = place
            kind = place.name
        }
        if let hostnames = fields["hostnames"].flatMap({ flag($0) }) { registry.hostnames = hostnames }
        switch kind {
        case "union", "failover":
            refuse(fields, "a registry that is made of others", except: Self.combinationKeys)
            if let combination = combination(fields) { registry.url = .combination(combination) }
            return registry
        case "command":
            guard let (line, _) = line(address.value, of: address) else { return registry }
            registry.url = .program(line)
        default:
            guard let text = text(address) else { return registry }
            do {
                registry.url = try RegistryURL(parsing: text)
            } catch {
                report(address.fault(error.message, hint: error.hint))
                return registry
            }
        }
        do throws(RegistryURLFault) {
            switch registry.url {
            case .file(let path):
                registry.url = .file(path: directory.pushing(FilePath(path)).string)
                refuse(fields, "a registry file", except: ["url", "hostnames"])
            case .consul:
                refuse(fields, "Consul", except: ["url", "hostnames"] + Self.consulKeys)
                registry.consul = consul(fields, in: directory)
                try registry.complete(from: environment)
            case .http:
                refuse(fields, "a registry that is read over HTTP", except: ["url", "hostnames"] + Self.httpKeys)
                registry.http = http(fields, in: directory)
            case .program:
                refuse(fields, "a program's output", except: [kind, "hostnames"] + Self.programKeys)
                registry.program = program(fields, in: directory)
            case .dns:
                refuse(fields, "DNS", except: ["url"] + Self.dnsKeys)
                registry.dns = dns(fields)
                try registry.complete(from: environment)
            case .kubernetes(let address):
                if case .kubeconfig(let path, let context) = address {
                    let path = directory.pushing(FilePath(path)).string
                    registry.url = .kubernetes(.kubeconfig(path: path, context: context))
                }
                registry.kubernetes = kubernetes(fields)
                refuse(fields, "Kubernetes", except: ["url", "hostnames"] + Self.kubernetesKeys)
            case .etcd:
                refuse(fields, "etcd", except: ["url", "hostnames"] + Self.etcdKeys)
                registry.etcd = etcd(fields, in: directory)
                try registry.complete(from: environment)
            case .combination: break
            }
        } catch {
            report(entry.key.fault(error.message, hint: error.hint))
        }
        return registry
    }

    /// Reports the keys that are nothing for this kind of registry.
    private mutating func refuse(_ fields: Fields, _ kind: String, except keys: [String]) {
        for key in Self.registryKeys.names where !keys.contains(key) {
            guard let field = fields[key] else { continue }
            report(
                field.key.fault(
                    "`\(key)` is nothing for \(kind)",
                    hint: "take it out, or give the address of a registry of another kind as `url`"
                )
            )
        }
    }

    /// A whole number in a range.
    mutating func number(_ entry: SourceNode.Entry, in range: ClosedRange<Int>) -> Int? {
        if case .scalar(let scalar) = entry.value.content, case .int(let number) = scalar.value, range.contains(number)
        {
            return number
        }
        report(
            entry.fault(
                "`\(entry.name)` has to be a number from \(range.lowerBound) to \(range.upperBound), not \(entry.value.kind)"
            )
        )
        return nil
    }
}
