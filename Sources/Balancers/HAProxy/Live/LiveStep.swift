/// A part of a live change, after which HAProxy is fit for traffic.
package enum LiveStep: Hashable, Sendable {
    case commands(LiveBatch)
    case patterns(PatternReplacement)
    case certificate(CertificateReplacement)

    /// What is sent, without what only follows a command; `VERSION` stands for a number that HAProxy gives.
    package var commands: [LiveCommand] {
        switch self {
        case .commands(let batch): batch.commands
        case .patterns(let replacement):
            replacement.single.map { [$0] }
                ?? [replacement.preparation] + replacement.additions(to: "VERSION").flatMap(\.commands)
                + [replacement.commit("VERSION")]
        case .certificate(let replacement): replacement.offer.commands + [replacement.commit]
        }
    }
}
