package import Catalog
internal import Diagnostics
internal import Documents

/// Reads the format of registry files: YAML or JSON to a `RegistryDocument`, or to all of its faults.
///
/// The format, with every key that is known (README.md has it with examples):
///
///     version: 1
///     datacenter: dc1                # of this file; nodes may be in another of `datacenters`
///     datacenters: [dc1, dc2]
///     own_node: lab1                 # what a question for a node without a name means
///     defaults: {weight: 1, weights: {passing: 1, warning: 1}, health: passing, ttl: 30s, port: 80, zone: a, node: n}
///     nodes:
///       n1: {id: …, address: 10.0.0.1, datacenter: dc1, meta: {}, tagged_addresses: {lan: 10.0.0.1}, checks: […]}
///     services:
///       web:
///         tags: [http]               # and meta: for each of its instances, beside their own
///         ttl: 30s                   # also weight, weights, health, port, zone, node
///         instances:
///           - 10.0.0.1:8080
///           - {id: web-2, address: 10.0.0.2, port: 8080, weight: 10, zone: a, tags: [], meta: {}, health: passing,
///              checks: [{id: …, name: …, status: passing, output: …, notes: …, type: http}],
///              tagged_addresses: {lan: {address: 10.0.0.2, port: 8080}}, node: n1,
///              expires: 2026-11-21T05:10:00Z, ttl: 30s, renewed: 2026-11-21T05:00:00Z}
///     kv:
///       app/limits/rps: 100          # or {value: 100, flags: 0, modify_index: 7, …}; maps within are folders
///
/// An instance's health is what its entry says, else the worst of its own checks, else its service's or the file's
/// default, else passing; checks of its node can make it worse. No check is invented for a stated health.
package struct FileRegistryDecoder: Sendable {
    /// Whether addresses may be host names.
    package var hostnames: Bool

    package init(hostnames: Bool = false) {
        self.hostnames = hostnames
    }

    /// Reads a whole registry from one text, for use without a watch.
    ///
    /// Leases are judged at `now`, with the file changed at `modified`; without these, all of them hold.
    package static func decode(
        text: String,
        file: String,
        hostnames: Bool = false,
        now: Timestamp? = nil,
        modified: Timestamp? = nil,
    ) throws(RegistryFault) -> RegistryContents {
        try FileRegistryDecoder(hostnames: hostnames)
            .read(Array(text.utf8), file: file, isWhole: true).registry
            .contents(at: now, modified: modified.map { [file: $0] } ?? [:]).contents
    }

    /// Reads one file of a registry; JSON if its name ends so, as `Document` has it.
    ///
    /// `isWhole` tells that there is no other file, where what this one lacks might be. Throws all faults that the file has
    /// by itself, as a fault `invalid` with their places.
    package func document(
        from bytes: [UInt8],
        file: String,
        isWhole: Bool = false,
    ) throws(RegistryFault) -> RegistryDocument {
        try read(bytes, file: file, isWhole: isWhole).document
    }

    /// Reads one file, and makes a registry of it alone.
    private func read(
        _ bytes: [UInt8],
        file: String,
        isWhole: Bool,
    ) throws(RegistryFault) -> (document: RegistryDocument, registry: MergedRegistry) {
        try read(try tree(of: bytes, file: file), isWhole: isWhole)
    }

    /// Reads the tree of one file, and makes a registry of it alone.
    func read(
        _ tree: Document,
        isWhole: Bool,
    ) throws(RegistryFault) -> (document: RegistryDocument, registry: MergedRegistry) {
        let file = tree.file.name
        var builder = DocumentBuilder(file: file, addresses: AddressSyntax(allowsHostnames: hostnames))
        builder.read(tree)
        let registry = MergedRegistry(merging: [builder.document])
        // What is lacking is a fault only if the file is the whole registry, as another one may have it else.
        for conflict in registry.conflicts where isWhole || conflict.kind == .clash {
            builder.reader.report(conflict.diagnostic)
        }
        let faults = builder.reader.sortedFaults
        guard faults.isEmpty else { throw RegistryFault(invalid: file, faults) }
        return (builder.document, registry)
    }

    /// The tree of a file's text.
    func tree(of bytes: [UInt8], file: String) throws(RegistryFault) -> Document {
        let source: SourceFile
        do {
            source = try SourceFile(name: file, bytes: bytes)
        } catch {
            throw RegistryFault(invalid: file, [error])
        }
        do {
            return try Document(reading: source)
        } catch {
            throw RegistryFault(invalid: file, error.diagnostics)
        }
    }
}

extension RegistryFault {
    /// The fault of a file whose content is refused.
    init(invalid file: String, _ diagnostics: [Diagnostic]) {
        var message = "\(file) is not valid"
        if let first = diagnostics.first {
            message = (first.position.map { "\($0): " } ?? "\(file): ") + first.message
            if diagnostics.count > 1 { message += " (and \(diagnostics.count - 1) more)" }
        }
        self.init(
            label: "invalid",
            message: message,
            hint: "correct the file; until then its last good content stays in force",
            diagnostics: diagnostics
        )
    }
}
