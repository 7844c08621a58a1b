extension RuntimeAPI {
    /// The files that HAProxy has loaded beside its configuration.
    package func files() async throws(SocketFault) -> RunningFiles {
        guard let files = RunningFiles(try await ask(RunningFiles.question)) else { throw stranger }
        return files
    }

    /// Carries out a part of a live change. What of a file's replacement is not put in use is in nobody's way.
    package func carryOut(_ step: LiveStep) async throws(Fault) {
        switch step {
        case .commands(let batch):
            try await carryOut(batch)
        case .patterns(let replacement):
            if let command = replacement.single {
                try await carryOut(LiveBatch([command]))
                return
            }
            let answer = try await carryOut(LiveBatch([replacement.preparation]))
            let version = answer.split(separator: " ").last?.filter(\.isNumber) ?? ""
            do throws(Fault) {
                for batch in replacement.additions(to: version) { try await carryOut(batch) }
                try await carryOut(LiveBatch([replacement.commit(version)]))
            } catch {
                // It would stay in memory, one more for each that is refused.
                _ = try? await ask(replacement.withdrawal(of: version))
                throw error
            }
        case .certificate(let replacement):
            do throws(Fault) {
                try await carryOut(replacement.offer)
                try await carryOut(LiveBatch([replacement.commit]))
            } catch {
                // HAProxy would take no other.
                _ = try? await ask(replacement.withdrawal)
                throw error
            }
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
            return PatternEntries.areSame(replacement.entries, entries)
                ? nil : "\(replacement.path) has other entries than the file"
        case .certificate(let replacement):
            let fingerprint = CertificateReplacement.fingerprint(in: try await ask(replacement.question))
            return fingerprint.map { $0 == replacement.fingerprint } == true
                ? nil : "\(replacement.path) is another certificate than that of the file"
        }
    }
}
