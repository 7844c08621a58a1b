/// A root certificate of the service mesh (Consul: `CARoot`).
package struct CertificateAuthority: Hashable, Sendable {
    package var id: String
    package var name: String
    /// The certificate as PEM.
    package var certificate: String
    /// Whether new certificates are signed by it; others are kept while old ones are in use.
    package var isActive: Bool
    package var createIndex: UInt64
    package var modifyIndex: UInt64

    package init(
        id: String,
        name: String = "",
        certificate: String,
        isActive: Bool = true,
        createIndex: UInt64 = 0,
        modifyIndex: UInt64 = 0,
    ) {
        self.id = id
        self.name = name
        self.certificate = certificate
        self.isActive = isActive
        self.createIndex = createIndex
        self.modifyIndex = modifyIndex
    }
}

/// A certificate that the service mesh issued for a service, with its private key (Consul: `LeafCert`). Secret: it is
/// written to no snapshot.
package struct LeafCertificate: Hashable, Sendable {
    package var serialNumber: String
    /// The certificate, and those up to the root, as PEM.
    package var certificate: String
    /// The private key as PEM.
    package var privateKey: String
    package var service: String
    /// The SPIFFE URI of the service.
    package var serviceURI: String
    /// RFC 3339, as the registry writes it.
    package var validAfter: String
    package var validBefore: String
    package var createIndex: UInt64
    package var modifyIndex: UInt64

    package init(
        serialNumber: String = "",
        certificate: String,
        privateKey: String,
        service: String,
        serviceURI: String = "",
        validAfter: String = "",
        validBefore: String = "",
        createIndex: UInt64 = 0,
        modifyIndex: UInt64 = 0,
    ) {
        self.serialNumber = serialNumber
        self.certificate = certificate
        self.privateKey = privateKey
        self.service = service
        self.serviceURI = serviceURI
        self.validAfter = validAfter
        self.validBefore = validBefore
        self.createIndex = createIndex
        self.modifyIndex = modifyIndex
    }
}
