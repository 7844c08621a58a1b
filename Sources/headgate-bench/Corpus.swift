/// What is measured on: a registry of so many services and instances, and a HAProxy template over all of them.
enum Corpus {
    /// A registry file in JSON; `firstPort` is the port of the very first instance.
    static func registryFile(services: Int, instances: Int, port: Int = 8080, firstPort: Int? = nil) -> String {
        var text = "{\"version\": 1, \"services\": {\n"
        for service in 0..<services {
            text += "\"service-\(service)\": {\"tags\": [\"http\", \"v1\"], \"instances\": [\n"
            for instance in 0..<instances {
                let one = Instance(
                    service,
                    instance,
                    of: instances,
                    port: service + instance == 0 ? firstPort ?? port : port
                )
                text += """
                    {"id": "service-\(service)-\(instance)", "address": "\(one.address)", "port": \(one.port), \
                    "weight": \(one.weight), "meta": {"version": "\(one.version)", "zone": "\(one.zone)"}}
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

    /// One instance of one service, with what a registration says of it.
    struct Instance {
        var service: Int
        /// Which one of its service's it is.
        var number: Int
        /// Which one of all it is.
        var place: Int
        var port: Int

        /// - Parameter count: How many instances a service has.
        init(_ service: Int, _ number: Int, of count: Int = 10, port: Int = 8080) {
            (self.service, self.number, self.port) = (service, number, port)
            place = service * count + number
        }

        var address: String { "10.\(place / 62_500).\(place / 250 % 250).\(place % 250 + 1)" }
        var weight: Int { number % 3 + 1 }
        var version: String { "1.\(number)" }
        var zone: String { "z\(number % 3)" }
    }

    /// The name of a service in a registry that may be somebody's.
    static func service(_ number: Int) -> String { "headgate-bench-\(number)" }

    /// The server lines of `template`, for services by their names.
    static func template(services: Int) -> String {
        """
        {{ range $number := loop \(services) }}{{ $name := printf "headgate-bench-%d" $number }}backend {{ $name }}
            balance roundrobin
        {{ range service $name }}\(serverLine){{ end }}{{ end }}
        """
    }

    private static let serverLine = """
            server {{ .ID }} {{ .Address }}:{{ .Port }} weight {{ .Weights.Passing }}\
        {{ if eq .Status "draining" }} disabled{{ end }} check

        """

    /// The work of a real configuration: a name, address, port, weight and a condition for each server.
    static let template = """
        {{ range services }}backend {{ .Name }}
            balance roundrobin
        {{ range service .Name }}\(serverLine){{ end }}{{ end }}
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
