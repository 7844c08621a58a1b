import Diagnostics
import Documents
import SystemPackage

extension SettingsReader {
    static let accessKeys = ["token", "token_file", "auth", "tls"]

    /// `token`, `token_file`, `auth` and `tls`.
    mutating func access(_ fields: Fields, in directory: FilePath) -> AccessSettings {
        var access = AccessSettings()
        func path(_ text: String) -> String { directory.pushing(FilePath(text)).string }
        access.token = fields["token"].flatMap { text($0) }.map { Secret($0) }
        access.tokenFile = fields["token_file"].flatMap { text($0) }.map(path)
        if access.token != nil, let file = fields["token_file"] {
            report(file.key.fault("the registry has `token` as well as `token_file`", hint: "keep one of them"))
        }
        auth(fields, in: directory, into: &access)
        if let tls = fields["tls"] { access.tls = self.tls(tls, in: directory) }
        return access
    }

    /// `auth: {user: NAME, password_file: PATH}`, or `password`.
    private mutating func auth(_ fields: Fields, in directory: FilePath, into access: inout AccessSettings) {
        guard let field = fields["auth"],
            let auth = self.fields(field.value, of: "`auth`", KnownKeys(names: ["user", "password", "password_file"]))
        else { return }
        if auth["user"] == nil {
            report(field.fault("`auth` has no `user`", hint: "write {user: NAME, password_file: PATH}"))
        }
        access.user = auth["user"].flatMap { text($0) }
        access.password = auth["password"].flatMap { text($0) }.map { Secret($0) }
        access.passwordFile = auth["password_file"].flatMap { text($0) }.map { directory.pushing(FilePath($0)).string }
    }

    private mutating func tls(_ entry: SourceNode.Entry, in directory: FilePath) -> TLSSettings {
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
}
