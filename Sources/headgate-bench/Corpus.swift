/// What is measured on: a registry of so many services and instances, and a HAProxy template over all of them.
enum Corpus {
    /// A registry file in JSON, which YAML decoders read as well.
    static func registryFile(services: Int, instances: Int, port: Int = 8080) -> String {
        var text = "{\"version\": 1, \"services\": {\n"
        for service in 0..<services {
            text += "\"service-\(service)\": {\"tags\": [\"http\", \"v1\"], \"instances\": [\n"
            for instance in 0..<instances {
                let address = "10.\(service / 250).\(service % 250).\(instance + 1)"
                text += """
                    {"id": "service-\(service)-\(instance)", "address": "\(address)", "port": \(port), \
                    "weight": \(instance % 3 + 1), "meta": {"version": "1.\(instance)", "zone": "z\(instance % 3)"}}
                    """
                text += instance == instances - 1 ? "\n" : ",\n"
            }
            text += service == services - 1 ? "]}\n" : "]},\n"
        }
        return text + "}}\n"
    }

    /// The work of a real configuration: a name, address, port, weight and a condition for each server.
    static let template = """
        {{ range services }}backend {{ .Name }}
            balance roundrobin
        {{ range service .Name }}    server {{ .ID }} {{ .Address }}:{{ .Port }} weight {{ .Weights.Passing }}\
        {{ if eq .Status "draining" }} disabled{{ end }} check
        {{ end }}{{ end }}
        """

    /// A plain template: nothing but fields.
    static let plainTemplate = """
        {{ range service "service-0" }}{{ .ID }} {{ .Address }} {{ .Node }} {{ .Name }}
        {{ end }}
        """
}
