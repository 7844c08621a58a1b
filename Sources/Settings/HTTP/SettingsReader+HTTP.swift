import Documents
import SystemPackage

extension SettingsReader {
    static let httpKeys = accessKeys + ["headers", "interval", "timeout", "wait", "service_label"]

    /// The keys of a registry that is read over HTTP.
    mutating func http(_ fields: Fields, in directory: FilePath) -> HTTPSettings {
        var http = HTTPSettings()
        http.access = access(fields, in: directory)
        if let field = fields["headers"] {
            for header in named(field, example: "write `headers: {X-Api-Key: …}`") ?? [] {
                if let value = text(header), checkHeader(header, value) { http.headers[header.name] = Secret(value) }
            }
        }
        if let interval = pollInterval(fields) { http.interval = interval }
        if let timeout = fields["timeout"].flatMap({ duration($0, positive: true) }) { http.timeout = timeout }
        if let field = fields["wait"], let wait = duration(field) {
            if wait == .zero || (Duration.seconds(1)...Duration.seconds(600)).contains(wait) {
                http.wait = wait
            } else {
                report(
                    field.fault("`wait` has to be 1s to 10m, or 0", hint: "with 0 the server is asked each `interval`")
                )
            }
        }
        http.serviceLabel = fields["service_label"].flatMap { text($0) }
        return http
    }

    /// `interval`, for registries that are asked again and again.
    mutating func pollInterval(_ fields: Fields) -> Duration? {
        guard let field = fields["interval"], let interval = duration(field) else { return nil }
        guard (Duration.milliseconds(100)...Duration.seconds(3600)).contains(interval) else {
            report(field.fault("`interval` has to be 100ms to 1h", hint: "10s is the default"))
            return nil
        }
        return interval
    }

    /// A header's name is a token, and its value one printable line (RFC 9110, section 5).
    private mutating func checkHeader(_ header: SourceNode.Entry, _ value: String) -> Bool {
        let isToken = header.name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isToken, !header.name.isEmpty else {
            report(header.key.fault("`\(header.name)` cannot be the name of a header", hint: "write X-Api-Key: …"))
            return false
        }
        guard value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            report(header.value.fault("the header `\(header.name)` has to be one line of printable ASCII"))
            return false
        }
        return true
    }
}
