extension RuntimeAPI {
    /// The files that HAProxy has loaded beside its configuration.
    package func files() async throws(SocketFault) -> RunningFiles {
        let maps = try await ask("show map")
        let acls = try await ask("show acl")
        let certificates = try await ask("show ssl cert")
        guard let files = RunningFiles(maps: maps, acls: acls, certificates: certificates) else { throw stranger }
        return files
    }

    /// Carries out a part of a live change. What a file's replacement has begun and not ended is given up.
    package func carryOut(_ step: LiveStep) async throws(Fault) {
        switch step {
        case .commands(let batch):
            try await carryOut(batch)
        case .patterns(let replacement):
            let answer = try await carryOut(LiveBatch([replacement.preparation]))
            let version = answer.filter(\.isNumber)
            try await carryOut(
                replacement.additions(to: version) + [LiveBatch([replacement.commit(version)])],
                otherwise: replacement.withdrawal(version)
            )
        case .certificate(let replacement):
            try await carryOut(
                [replacement.offer, LiveBatch([replacement.commit])],
                otherwise: replacement.withdrawal
            )
        }
    }

    private func carryOut(_ batches: [LiveBatch], otherwise withdrawal: LiveCommand) async throws(Fault) {
        do throws(Fault) {
            for batch in batches { try await carryOut(batch) }
        } catch {
            _ = try? await ask(withdrawal.text)
            throw error
        }
    }

    /// How what runs differs from what a file's replacement should have made of it; nil if it does not, and of other
    /// steps.
    package func mismatch(after step: LiveStep) async throws(SocketFault) -> String? {
        switch step {
        case .commands:
            return nil
        case .patterns(let replacement):
            guard let entries = PatternReplacement.entries(in: try await ask(replacement.question)) else {
                throw stranger
            }
            let isSame = entries.elementsEqual(replacement.entries) { $0 == $1 }
            return isSame ? nil : "\(replacement.path) has other entries than the file"
        case .certificate(let replacement):
            let fingerprint = CertificateReplacement.fingerprint(in: try await ask(replacement.question))
            return fingerprint.map { $0 == replacement.fingerprint } == true
                ? nil : "\(replacement.path) is another certificate than that of the file"
        }
    }
}
