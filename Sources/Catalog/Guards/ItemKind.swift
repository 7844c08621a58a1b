/// How the guards look at the elements of one kind of list, without making items of them all.
protocol ItemKind {
    associatedtype Element: Sendable

    static func identity(of element: Element) -> ItemIdentity
    /// Never `absent`.
    static func standing(of element: Element) -> Standing
    /// Whether both have one identity, found without making it.
    static func isSame(_ left: Element, _ right: Element) -> Bool
    /// The canonical order of the list.
    static func precedes(_ left: Element, _ right: Element) -> Bool
    static func item(_ element: Element) -> CatalogItem
    /// The element that `item` holds; nil if it is of another kind.
    static func element(of item: CatalogItem) -> Element?
}

extension ItemKind {
    static func standing(of element: Element) -> Standing { .passing }
}

/// The instances of a service: by node name, then ID.
enum ServiceInstanceKind: ItemKind {
    static func identity(of element: Instance) -> ItemIdentity { .instance(element.identity) }
    static func standing(of element: Instance) -> Standing { Standing(element.health) }
    static func isSame(_ left: Instance, _ right: Instance) -> Bool {
        left === right
            || (left.id == right.id && left.node.name == right.node.name && left.service == right.service)
    }
    static func precedes(_ left: Instance, _ right: Instance) -> Bool { left.precedesInAnswer(right) }
    static func item(_ element: Instance) -> CatalogItem { .instance(element) }
    static func element(of item: CatalogItem) -> Instance? {
        if case .instance(let instance) = item { instance } else { nil }
    }
}

/// The instances on a node: by service name, then ID.
enum NodeInstanceKind: ItemKind {
    static func identity(of element: Instance) -> ItemIdentity { ServiceInstanceKind.identity(of: element) }
    static func standing(of element: Instance) -> Standing { ServiceInstanceKind.standing(of: element) }
    static func isSame(_ left: Instance, _ right: Instance) -> Bool { ServiceInstanceKind.isSame(left, right) }
    static func precedes(_ left: Instance, _ right: Instance) -> Bool {
        let byService = left.service.bytewiseOrder(to: right.service)
        return byService == 0 ? left.id.precedesBytewise(right.id) : byService < 0
    }
    static func item(_ element: Instance) -> CatalogItem { .instance(element) }
    static func element(of item: CatalogItem) -> Instance? { ServiceInstanceKind.element(of: item) }
}

enum ServiceKind: ItemKind {
    static func identity(of element: ServiceSummary) -> ItemIdentity { .service(element.name) }
    static func isSame(_ left: ServiceSummary, _ right: ServiceSummary) -> Bool { left.name == right.name }
    static func precedes(_ left: ServiceSummary, _ right: ServiceSummary) -> Bool {
        left.name.precedesBytewise(right.name)
    }
    static func item(_ element: ServiceSummary) -> CatalogItem { .service(element) }
    static func element(of item: CatalogItem) -> ServiceSummary? {
        if case .service(let service) = item { service } else { nil }
    }
}

enum NodeKind: ItemKind {
    static func identity(of element: Node) -> ItemIdentity { .node(element.name) }
    static func isSame(_ left: Node, _ right: Node) -> Bool { left.name == right.name }
    static func precedes(_ left: Node, _ right: Node) -> Bool { left.name.precedesBytewise(right.name) }
    static func item(_ element: Node) -> CatalogItem { .node(element) }
    static func element(of item: CatalogItem) -> Node? {
        if case .node(let node) = item { node } else { nil }
    }
}

enum DatacenterKind: ItemKind {
    static func identity(of element: String) -> ItemIdentity { .datacenter(element) }
    static func isSame(_ left: String, _ right: String) -> Bool { left == right }
    static func precedes(_ left: String, _ right: String) -> Bool { left.precedesBytewise(right) }
    static func item(_ element: String) -> CatalogItem { .datacenter(element) }
    static func element(of item: CatalogItem) -> String? {
        if case .datacenter(let name) = item { name } else { nil }
    }
}

enum KeyKind: ItemKind {
    static func identity(of element: KeyValue) -> ItemIdentity { .key(element.path) }
    static func isSame(_ left: KeyValue, _ right: KeyValue) -> Bool { left.path == right.path }
    static func precedes(_ left: KeyValue, _ right: KeyValue) -> Bool { left.path.precedesBytewise(right.path) }
    static func item(_ element: KeyValue) -> CatalogItem { .key(element) }
    static func element(of item: CatalogItem) -> KeyValue? {
        if case .key(let key) = item { key } else { nil }
    }
}

enum AuthorityKind: ItemKind {
    static func identity(of element: CertificateAuthority) -> ItemIdentity { .authority(element.id) }
    static func isSame(_ left: CertificateAuthority, _ right: CertificateAuthority) -> Bool { left.id == right.id }
    static func precedes(_ left: CertificateAuthority, _ right: CertificateAuthority) -> Bool {
        left.id.precedesBytewise(right.id)
    }
    static func item(_ element: CertificateAuthority) -> CatalogItem { .authority(element) }
    static func element(of item: CatalogItem) -> CertificateAuthority? {
        if case .authority(let authority) = item { authority } else { nil }
    }
}

enum LeafKind: ItemKind {
    static func identity(of element: LeafCertificate) -> ItemIdentity { .leaf(element.service) }
    static func isSame(_ left: LeafCertificate, _ right: LeafCertificate) -> Bool { left.service == right.service }
    static func precedes(_ left: LeafCertificate, _ right: LeafCertificate) -> Bool {
        left.service.precedesBytewise(right.service)
    }
    static func item(_ element: LeafCertificate) -> CatalogItem { .leaf(element) }
    static func element(of item: CatalogItem) -> LeafCertificate? {
        if case .leaf(let leaf) = item { leaf } else { nil }
    }
}
