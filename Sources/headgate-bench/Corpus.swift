/// What is measured on: a registry of so many services and instances, and a HAProxy template over all of them.
enum Corpus {
    /// A registry file in JSON; `firstPort` is the port of the very first instance.
    static func registryFile(services: Int, instances: Int, port: Int = 8080, firstPort: Int? = nil) -> String {
        var text = "{\"version\": 1, \"services\": {\n"
        for service in 0..<services {
            text += "\"service-\(service)\": {\"tags\": [\"http\", \"v1\"], \"instances\": [\n"
            for instance in 0..<instances {
                let place = service * instances + instance
                let address = "10.\(place / 62_500).\(place / 250 % 250).\(place % 250 + 1)"
                text += """
                    {"id": "service-\(service)-\(instance)", "address": "\(address)", "port": \(service + instance == 0 ? firstPort ?? port : port), \
                    "weight": \(instance % 3 + 1), "meta": {"version": "1.\(instance)", "zone": "z\(instance % 3)"}}
                    """
                text += instance == instances - 1 ? "\n" : ",\n"
            }
            text += service == services - 1 ? "]}\n" : "]},\n"
        }
        return text + "}}\n"
    }

    /// The same registry in YAML as people write it.
    static func yamlRegistryFile(services: Int, instances: Int) -> String {
        var text = "version: 1\nservices:\n"
        for service in 0..<services {
            text += "  service-\(service):\n    tags: [http, v1]\n    instances:\n"
            for instance in 0..<instances {
                text += """
                          - id: service-\(service)-\(instance)
                            address: 10.\(service / 250).\(service % 250).\(instance + 1)
                            port: 8080
                            weight: \(instance % 3 + 1)
                            meta: {version: "1.\(instance)", zone: z\(instance % 3)}

                    """
            }
        }
        return text
    }

    /// The work of a real configuration: a name, address, port, weight and a condition for each server.
    static let template = """
        {{ range services }}backend {{ .Name }}
            balance roundrobin
        {{ range service .Name }}    server {{ .ID }} {{ .Address }}:{{ .Port }} weight {{ .Weights.Passing }}\
        {{ if eq .Status "draining" }} disabled{{ end }} check
        {{ end }}{{ end }}
        """

    /// A plain template: four fields a line and nothing else.
    static let plainTemplate = """
        {{ range services }}{{ range service .Name }}{{ .ID }} {{ .Address }} {{ .Node }} {{ .Name }}
        {{ end }}{{ end }}
        """

    /// What templates of a busy team look like: by `printf`, by a function, in conditions and in both of their branches.
    static let mixedTemplate = """
        {{ range services }}{{ $name := .Name }}{{ range $index, $instance := service .Name }}\
        {{ printf "server %s-%d %s:%d" $name $index .Address .Port }} {{ .ServiceMeta.version | toUpper }}\
        {{ if and (eq .Status "passing") (gt .Weights.Passing 1) }} weight {{ .Weights.Passing }}{{ else }} backup{{ end }}
        {{ end }}{{ end }}
        """

    /// How many fields `mixedTemplate` writes for an instance: five, and the weight of the six in ten that weigh more
    /// than one. What its conditions look at is not counted.
    static let mixedFields = 5.6
}
