internal import Catalog
internal import Wire

extension CertificateAuthority {
    private enum Key: Int, AnswerKey {
        case id, name, certificate, isActive, createIndex, modifyIndex

        static let table = JSONKeyTable(["ID", "Name", "RootCert", "Active", "CreateIndex", "ModifyIndex"])
    }

    /// Reads a root of the service mesh (Consul: `CARoot`).
    init(reading json: inout JSONScanner) throws(JSONFault) {
        var root = CertificateAuthority(id: "", certificate: "", isActive: false)
        var id: String?
        var certificate: String?
        var keys = Keys<Key>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            switch key {
            case .id: id = try json.readString()
            case .name: root.name = try json.readString()
            case .certificate: certificate = try json.readString()
            case .isActive: root.isActive = try json.readBool()
            case .createIndex: root.createIndex = try json.readUInt64()
            case .modifyIndex: root.modifyIndex = try json.readUInt64()
            }
        }
        guard let id else { throw json.missing("ID", of: "a root certificate") }
        guard let certificate else { throw json.missing("RootCert", of: "a root certificate") }
        root.id = id
        root.certificate = certificate
        self = root
    }
}

extension LeafCertificate {
    private enum Key: Int, AnswerKey {
        case serialNumber, certificate, privateKey, service, serviceURI, validAfter, validBefore, createIndex
        case modifyIndex

        static let table = JSONKeyTable([
            "SerialNumber", "CertPEM", "PrivateKeyPEM", "Service", "ServiceURI", "ValidAfter", "ValidBefore",
            "CreateIndex", "ModifyIndex",
        ])
    }

    /// Reads a service's certificate in the service mesh (Consul: `IssuedCert`).
    init(reading json: inout JSONScanner) throws(JSONFault) {
        var leaf = LeafCertificate(certificate: "", privateKey: "", service: "")
        var certificate: String?
        var privateKey: String?
        var keys = Keys<Key>()
        try json.beginObject()
        while let key = try keys.next(in: &json) {
            switch key {
            case .serialNumber: leaf.serialNumber = try json.readString()
            case .certificate: certificate = try json.readString()
            case .privateKey: privateKey = try json.readString()
            case .service: leaf.service = try json.readString()
            case .serviceURI: leaf.serviceURI = try json.readString()
            case .validAfter: leaf.validAfter = try json.readString()
            case .validBefore: leaf.validBefore = try json.readString()
            case .createIndex: leaf.createIndex = try json.readUInt64()
            case .modifyIndex: leaf.modifyIndex = try json.readUInt64()
            }
        }
        guard let certificate else { throw json.missing("CertPEM", of: "a certificate") }
        guard let privateKey else { throw json.missing("PrivateKeyPEM", of: "a certificate") }
        leaf.certificate = certificate
        leaf.privateKey = privateKey
        self = leaf
    }
}
