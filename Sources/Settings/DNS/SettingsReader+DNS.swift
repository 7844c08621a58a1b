import Diagnostics
import Documents

extension SettingsReader {
    static let dnsKeys = ["records", "pattern", "ttl", "timeout"]
    private static let recordKeys = KnownKeys(
        names: ["srv", "a", "aaaa", "port"],
        aliases: ["SRV": "srv", "A": "a", "AAAA": "aaaa", "host": "a", "name": "srv"]
    )

    /// The keys of a registry that is asked over DNS.
    mutating func dns(_ fields: Fields) -> DNSSettings {
        var dns = DNSSettings()
        if let field = fields["records"] {
            for entry in named(field, example: "write `web: {srv: _http._tcp.web.example.com}`") ?? [] {
                if let record = record(entry, isPattern: false) { dns.records[entry.name] = record }
            }
        }
        if let field = fields["pattern"] { dns.pattern = record(field, isPattern: true) }
        if let field = fields["ttl"], let ttl = self.fields(field.value, of: "`ttl`", KnownKeys(names: ["min", "max"]))
        {
            if let min = ttl["min"].flatMap({ duration($0, positive: true) }) { dns.minimumTTL = min }
            if let max = ttl["max"].flatMap({ duration($0, positive: true) }) { dns.maximumTTL = max }
            if dns.minimumTTL > dns.maximumTTL {
                report(field.fault("`ttl` has a `min` above its `max`", hint: "write {min: 1s, max: 60s}"))
            }
        }
        if let timeout = fields["timeout"].flatMap({ duration($0, positive: true) }) { dns.timeout = timeout }
        return dns
    }

    private mutating func record(_ entry: SourceNode.Entry, isPattern: Bool) -> DNSSettings.Record? {
        guard let fields = fields(entry.value, of: "`\(entry.name)`", Self.recordKeys) else { return nil }
        var record = DNSSettings.Record()
        record.srv = fields["srv"].flatMap { dnsName($0, isPattern: isPattern) }
        record.a = fields["a"].flatMap { dnsName($0, isPattern: isPattern) }
        record.aaaa = fields["aaaa"].flatMap { dnsName($0, isPattern: isPattern) }
        if let port = fields["port"].flatMap({ number($0, in: 1...65535) }) { record.port = port }
        let (hasSRV, hasAddress) = (fields["srv"] != nil, fields["a"] != nil || fields["aaaa"] != nil)
        if !hasSRV, !hasAddress {
            report(
                entry.key.fault("`\(entry.name)` names no record", hint: "write {srv: NAME}, or {a: NAME, port: 80}")
            )
        } else if hasSRV, hasAddress {
            report(entry.key.fault("`\(entry.name)` has `srv` and addresses as well", hint: "keep one of them"))
        } else if hasSRV, let port = fields["port"] {
            report(port.key.fault("`port` is nothing for `srv`, whose records say it", hint: "take it out"))
        }
        return record
    }

    private mutating func dnsName(_ entry: SourceNode.Entry, isPattern: Bool) -> String? {
        guard let name = text(entry) else { return nil }
        guard isDNSName(name) else {
            report(
                entry.value.fault("`\(name)` is not a DNS name", hint: "write a whole name, such as web.example.com")
            )
            return nil
        }
        if name.contains("{service}") != isPattern {
            report(
                entry.value.fault(
                    isPattern
                        ? "the pattern `\(name)` has no `{service}` in it" : "`{service}` stands in `pattern` only",
                    hint: isPattern ? "the service's name is put in its place" : "write the name itself"
                )
            )
            return nil
        }
        return name
    }
}
