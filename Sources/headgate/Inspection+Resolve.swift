import Balancers
import Delivery
import Diagnostics
import Settings

extension Inspection {
    /// What stands against `resolve` in templates for NGINX, which it refuses in words that do not tell why.
    static func resolveWarnings(_ settings: Settings) async -> [Diagnostic] {
        var warnings: [Diagnostic] = []
        for target in settings.targets where target.isNGINX {
            for file in target.files {
                guard let template = file.contents ?? text(of: file.template) else { continue }
                let text = withoutActions(template, file.leftDelimiter, file.rightDelimiter)
                let upstreams = NGINXText(Array(text.utf8)).upstreams.filter(\.resolves)
                guard !upstreams.isEmpty else { continue }
                let place = file.position ?? target.position
                if upstreams.contains(where: { !$0.hasZone }) {
                    warnings.append(
                        warning(
                            "`\(file.template)` has `resolve` in an upstream without `zone`",
                            at: place,
                            hint: "write `zone NAME 256k;` into the upstream, and a `resolver` there or in `http`"
                        )
                    )
                }
                let program = target.check.flatMap { NGINXCommand($0.command.line) }?.arguments[0] ?? "nginx"
                guard let version = await version(program), !version.canResolve else { continue }
                warnings.append(
                    warning(
                        "`\(file.template)` has `resolve` in an upstream, and this NGINX is \(version.text)",
                        at: place,
                        hint: "it needs 1.27.3 or later; with an older one name the servers by their addresses"
                    )
                )
            }
        }
        return warnings
    }

    private static func version(_ program: String) async -> NGINXVersion? {
        let report = await SubprocessRunner().run([program, "-v"], timeout: .seconds(10))
        return NGINXVersion(report.output.text)
    }

    /// What of a template is text, whatever its actions do.
    private static func withoutActions(_ template: String, _ left: String, _ right: String) -> String {
        var text = ""
        var rest = template[...]
        while let start = rest.firstRange(of: left), let end = rest[start.upperBound...].firstRange(of: right) {
            text += rest[..<start.lowerBound]
            rest = rest[end.upperBound...]
        }
        return text + rest
    }
}
