/// Environment variables, as `environment` gives them.
package func environmentFunctions(
    _ environment: @Sendable @escaping (String) -> String?,
) -> [TemplateFunction] {
    [
        TemplateFunction("env", 1) { call throws(FunctionFault) in
            .string(environment(try call.text(0).string) ?? "")
        },
        TemplateFunction("mustEnv", 1) { call throws(FunctionFault) in
            let name = try call.text(0).string
            guard let value = environment(name), !value.isEmpty else {
                throw FunctionFault(
                    "the environment variable \(name) is not set, or empty",
                    hint: "set it where headgate is started, or use envOrDefault"
                )
            }
            return .string(value)
        },
        TemplateFunction("envOrDefault", 2) { call throws(FunctionFault) in
            let fallback = try call.text(1)
            return environment(try call.text(0).string).map { .string($0) } ?? .text(fallback)
        },
    ]
}
