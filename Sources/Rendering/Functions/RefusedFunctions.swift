import Diagnostics

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
                ["connect", "caRoots", "caLeaf"],
                "headgate does not do Consul's service mesh; `service` has the service's own instances"
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
        ]
        var reasons: [String: String] = [:]
        for group in groups {
            for name in group.names { reasons[name] = group.reason }
        }
        return reasons
    }()

    /// The fault with the reason, where a template calls a function that is refused rather than misspelt.
    static func explained(_ diagnostic: Diagnostic) -> Diagnostic {
        let words = diagnostic.message.split(separator: "\"", omittingEmptySubsequences: false)
        guard words.count == 3, words[0] == "function ", words[2] == " not defined",
            let reason = reasons[String(words[1])]
        else { return diagnostic }
        var diagnostic = diagnostic
        diagnostic.message = "consul-template's function `\(words[1])` is not headgate's"
        diagnostic.hint = reason
        return diagnostic
    }
}
