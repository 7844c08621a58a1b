import Diagnostics
import TemplateEngine

/// consul-template's functions that headgate does not have, each with the reason.
package enum RefusedFunctions {
    /// The reason by name, in one sentence without a full stop.
    package static let reasons: [String: String] = {
        let groups: [(names: [String], reason: String)] = [
            (
                ["secret", "secrets", "pkiCert"],
                "headgate does not read Vault; let Vault's agent write a file and use `file`"
            ),
            (
                ["nomadService", "nomadServices", "nomadVar", "nomadVarExists", "nomadVarList", "nomadVarListSafe"],
                "headgate does not read Nomad; services that Nomad registers in Consul are found by `service`"
            ),
            (
                ["partitions", "peerings", "exportedServices", "importedServices"],
                "headgate does not list Consul's partitions and peers; name one in a query: `?partition=…`, `?peer=…`"
            ),
            (["plugin"], "a render runs no programs; let the program write a file and use `file`"),
            (
                ["writeToFile"],
                "a render has no side effects; give the target a further file with a template of its own"
            ),
            (
                ["spew_dump", "spew_printf"],
                "they write to the program's standard output, which carries results; spew_sdump and spew_sprintf give texts"
            ),
            (
                ["sprig_now", "sprig_ago", "sprig_date", "sprig_dateInZone", "sprig_date_in_zone", "sprig_htmlDate"]
                    + ["sprig_htmlDateInZone", "sprig_dateModify", "sprig_date_modify", "sprig_mustDateModify"]
                    + ["sprig_must_date_modify", "sprig_toDate", "sprig_mustToDate", "sprig_unixEpoch"],
                "a render must not differ by the clock of each look; `timestamp` gives the time of the render"
            ),
            (
                ["sprig_randAlpha", "sprig_randAlphaNum", "sprig_randAscii", "sprig_randNumeric", "sprig_randBytes"]
                    + ["sprig_randInt", "sprig_uuidv4", "sprig_shuffle"],
                "a render gives the same output for the same data; a random one would reload without end"
            ),
            (
                ["sprig_genPrivateKey", "sprig_genCA", "sprig_genCAWithKey", "sprig_genSelfSignedCert"]
                    + ["sprig_genSelfSignedCertWithKey", "sprig_genSignedCert", "sprig_genSignedCertWithKey"]
                    + ["sprig_buildCustomCert", "sprig_bcrypt", "sprig_htpasswd", "sprig_encryptAES"]
                    + ["sprig_decryptAES", "sprig_derivePassword"],
                "a render makes no keys and keeps no secrets; make them beforehand and read them by `file` or `key`"
            ),
            (
                ["sprig_env", "sprig_expandenv"],
                "as in consul-template, Sprig's view of the environment is left out; `env` and `envOrDefault` are there"
            ),
            (
                ["sprig_getHostByName"],
                "a render asks no name server; balancers resolve names themselves"
            ),
            (
                ["sprig_set", "sprig_unset"],
                "values do not change once they are made; `sprig_merge`, `sprig_omit` and `scratch.MapSet` do the work"
            ),
        ]
        var reasons: [String: String] = [:]
        for group in groups {
            for name in group.names { reasons[name] = group.reason }
        }
        return reasons
    }()

    /// The fault with the reason, where a template calls a function that is refused rather than misspelt.
    static func explained(_ diagnostic: Diagnostic, among functions: [TemplateFunction]) -> Diagnostic {
        let words = diagnostic.message.split(separator: "\"", omittingEmptySubsequences: false)
        guard words.count == 3, words[0] == "function ", words[2] == " not defined" else { return diagnostic }
        var diagnostic = diagnostic
        guard let reason = reasons[String(words[1])] else {
            if functions.contains(where: { $0.name == "sprig_" + words[1] }) {
                diagnostic.hint = "Sprig's functions have a prefix: sprig_\(words[1])"
            }
            return diagnostic
        }
        diagnostic.message = "consul-template's function `\(words[1])` is not headgate's"
        diagnostic.hint = reason
        return diagnostic
    }
}
