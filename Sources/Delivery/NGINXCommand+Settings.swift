package import Balancers
package import Settings

extension NGINXCommand {
    /// Nil if it is no NGINX that is run, or more than that.
    package init?(_ line: CommandSettings.Line) {
        switch line {
        case .arguments(let words): self.init(words)
        case .shell(let text): self.init(["/bin/sh", "-c", text])
        }
    }
}

extension TargetSettings {
    /// Whether the balancer is NGINX, as its check or the proof of its reload tells.
    package var isNGINX: Bool {
        if case .workers = reload?.proof { return true }
        return check.flatMap { NGINXCommand($0.command.line) } != nil
    }
}
