import Diagnostics
import Documents
import SystemPackage

extension SettingsReader {
    private static let registryKeys = KnownKeys(
        names: ["url", "hostnames"] + (consulKeys + etcdKeys.filter { !consulKeys.contains($0) }),
        aliases: ["address": "url", "path": "url", "file": "url", "dc": "datacenter", "ssl": "tls", "password": "auth"],
    )
    private static let consulKeys = [
        "token", "token_file", "auth", "tls", "datacenter", "namespace", "partition", "max_stale", "wait",
        "connections",
    ]
    private static let etcdKeys = ["auth", "tls", "services", "keys", "drain"]

    /// A registry, known by its name also where its address is wrong, lest every target that names it seem wrong too; nil if
    /// it has no right name.
    mutating func registry(
        _ entry: SourceNode.Entry,
        in directory: FilePath,
        environment: [String: String],
    ) -> RegistrySettings? {
        guard checkName(entry.key, entry.name, of: "a registry") else { return nil }
        var fields = Fields()
        var address = entry
        if case .map = entry.value.content {
            guard let read = self.fields(entry.value, of: "the registry `\(entry.name)`", Self.registryKeys) else {
                return nil
            }
            fields = read
            guard let url = fields["url"] else {
                report(
                    entry.key.fault(
                        "the registry `\(entry.name)` has no `url`",
                        hint: "add `url: file:PATH`, or `url: consul://HOST:PORT`"
                    )
                )
                return nil
            }
            address = url
        }
        var registry = RegistrySettings(name: entry.name, url: .file(path: ""))
        registry.position = entry.key.position
        if let hostnames = fields["hostnames"].flatMap({ flag($0) }) { registry.hostnames = hostnames }
        guard let text = text(address) else { return registry }
        do {
            registry.url = try RegistryURL(parsing: text)
        } catch {
            report(address.fault(error.message, hint: error.hint))
            return registry
        }
        switch registry.url {
        case .file(let path):
            registry.url = .file(path: directory.pushing(FilePath(path)).string)
            refuse(
                fields,
                but: [],
                for: "a registry file",
                "take it out, or give the address of a Consul agent as `url`"
            )
        case .consul:
            refuse(fields, but: Self.consulKeys, for: "a Consul agent", "take it out")
            registry.consul = consul(fields, in: directory)
            do {
                try registry.complete(from: environment)
            } catch {
                report(entry.key.fault(error.message, hint: error.hint))
            }
        case .etcd:
            refuse(fields, but: Self.etcdKeys, for: "etcd", "take it out")
            registry.etcd = etcd(fields, in: directory)
            registry.drains = fields["drain"].flatMap { flag($0) } ?? false
            do {
                try registry.complete(from: environment)
            } catch {
                report(entry.key.fault(error.message, hint: error.hint))
            }
        }
        return registry
    }

    /// Tells of fields that mean nothing for a kind of registry.
    private mutating func refuse(_ fields: Fields, but known: [String], for kind: String, _ hint: String) {
        for key in Self.registryKeys.names.dropFirst(2) where !known.contains(key) {
            if let field = fields[key] { report(field.key.fault("`\(key)` is nothing for \(kind)", hint: hint)) }
        }
    }

    private mutating func consul(_ fields: Fields, in directory: FilePath) -> ConsulSettings {
        var consul = ConsulSettings()
        func path(_ text: String) -> String { directory.pushing(FilePath(text)).string }
        consul.token = fields["token"].flatMap { text($0) }.map { Secret($0) }
        consul.tokenFile = fields["token_file"].flatMap { text($0) }.map(path)
        if consul.token != nil, let file = fields["token_file"] {
            report(file.key.fault("the registry has `token` as well as `token_file`", hint: "keep one of them"))
        }
        (consul.user, consul.password, consul.passwordFile) = auth(fields, in: directory)
        if let tls = fields["tls"] { consul.tls = self.tls(tls, in: directory) }
        consul.datacenter = fields["datacenter"].flatMap { text($0) }
        consul.namespace = fields["namespace"].flatMap { text($0) }
        consul.partition = fields["partition"].flatMap { text($0) }
        if let stale = fields["max_stale"].flatMap({ duration($0) }) { consul.maximumStaleness = stale }
        if let field = fields["wait"], let wait = duration(field) {
            if (Duration.seconds(1)...Duration.seconds(600)).contains(wait) {
                consul.wait = wait
            } else {
                report(field.fault("`wait` has to be 1s to 10m", hint: "Consul waits no longer than ten minutes"))
            }
        }
        if let connections = fields["connections"].flatMap({ number($0, in: 10...10_000) }) {
            consul.connections = connections
        }
        return consul
    }

    /// `auth: {user: NAME, password_file: PATH}`, or `password`.
    mutating func auth(
        _ fields: Fields,
        in directory: FilePath,
    ) -> (user: String?, password: Secret?, passwordFile: String?) {
        guard let field = fields["auth"],
            let auth = self.fields(field.value, of: "`auth`", KnownKeys(names: ["user", "password", "password_file"]))
        else { return (nil, nil, nil) }
        if auth["user"] == nil {
            report(field.fault("`auth` has no `user`", hint: "write {user: NAME, password_file: PATH}"))
        }
        return (
            auth["user"].flatMap { text($0) }, auth["password"].flatMap { text($0) }.map { Secret($0) },
            auth["password_file"].flatMap { text($0) }.map { directory.pushing(FilePath($0)).string }
        )
    }

    mutating func tls(_ entry: SourceNode.Entry, in directory: FilePath) -> TLSSettings {
        let keys = KnownKeys(
            names: ["ca", "ca_path", "cert", "key", "server_name", "verify"],
            aliases: ["ca_cert": "ca", "ca_file": "ca", "cert_file": "cert", "key_file": "key"]
        )
        var tls = TLSSettings()
        guard let fields = fields(entry.value, of: "`tls`", keys) else { return tls }
        func path(_ text: String) -> String { directory.pushing(FilePath(text)).string }
        tls.authorities = fields["ca"].flatMap { text($0) }.map(path)
        tls.authoritiesDirectory = fields["ca_path"].flatMap { text($0) }.map(path)
        tls.certificate = fields["cert"].flatMap { text($0) }.map(path)
        tls.key = fields["key"].flatMap { text($0) }.map(path)
        tls.serverName = fields["server_name"].flatMap { text($0) }
        if let verifies = fields["verify"].flatMap({ flag($0) }) { tls.verifies = verifies }
        if (tls.certificate == nil) != (tls.key == nil) {
            report(entry.fault("`tls` needs `cert` and `key` together", hint: "give both, or neither"))
        }
        return tls
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
