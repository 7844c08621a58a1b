package import TemplateEngine

/// consul-template's functions that headgate does not have, each with the reason.
package enum RefusedFunctions {
    /// The reason by name.
    package static let reasons: [String: String] = {
        let groups: [(names: [String], reason: String)] = [
            (["secret", "secrets", "pkiCert"], "headgate does not read Vault; let Vault's agent write a file and use `file`"),
            (
                [
                    "nomadService", "nomadServices", "nomadVar", "nomadVarExists", "nomadVarList", "nomadVarListSafe",
                ],
                "headgate does not read Nomad; services that Nomad registers in Consul are found by `service`"
            ),
            (
                ["connect", "caRoots", "caLeaf"],
                "headgate does not do Consul's service mesh; use `service` for the service's own instances"
            ),
            (
                ["partitions", "peerings", "exportedServices", "importedServices"],
                "headgate does not list Consul's partitions and peers; name one in the query: `?partition=…`, `?peer=…`"
            ),
            (["plugin"], "a render runs no programs; let the program write a file and use `file`"),
            (["writeToFile"], "a render has no side effects; give the target a further file with a template of its own"),
        ]
        var reasons: [String: String] = [:]
        for group in groups {
            for name in group.names { reasons[name] = group.reason }
        }
        return reasons
    }()

    /// Functions of these names, which fail with the reason when they are called.
    package static let all: [TemplateFunction] = reasons.sorted { $0.key < $1.key }.map { name, reason in
        TemplateFunction(name, 0...Int.max) { _ throws(FunctionFault) in
            throw FunctionFault("this function of consul-template is not headgate's", hint: reason)
        }
    }
}
