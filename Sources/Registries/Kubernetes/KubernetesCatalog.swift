package import Catalog

/// All Services and EndpointSlices that are watched, and the instances made of them.
package struct KubernetesCatalog: Sendable {
    private let maker: ServiceInstances
    private var services: [ObjectName: KubernetesService] = [:]
    /// By the name of the Service, then by their own.
    private var slices: [ObjectName: [String: EndpointSlice]] = [:]
    /// The Service of each slice.
    private var owners: [ObjectName: ObjectName] = [:]
    /// What was made last, until something changes.
    private var made: [ObjectName: [Instance]] = [:]
    /// What was left out since `takeRejected`.
    private var rejected: [RejectedRegistration] = []

    package init(_ maker: ServiceInstances) { self.maker = maker }

    /// Takes over a new or changed object, and returns the Services that this concerns.
    package mutating func put(_ object: KubernetesObject) -> Set<ObjectName> {
        switch object {
        case .service(let service):
            guard services[service.name] != service else { return [] }
            services[service.name] = service
            return touched([service.name])
        case .slice(let slice):
            let owner = ObjectName(namespace: slice.name.namespace, name: slice.service)
            var concerned: Set<ObjectName> = []
            if let old = owners[slice.name], old != owner { concerned.formUnion(remove(slice: slice.name)) }
            guard !slice.service.isEmpty, slices[owner]?[slice.name.name] != slice else { return touched(concerned) }
            owners[slice.name] = owner
            slices[owner, default: [:]][slice.name.name] = slice
            return touched(concerned.union([owner]))
        }
    }

    /// Forgets an object.
    package mutating func remove(_ object: KubernetesObject) -> Set<ObjectName> {
        switch object {
        case .service(let service):
            return services.removeValue(forKey: service.name) == nil ? [] : touched([service.name])
        case .slice(let slice): return touched(remove(slice: slice.name))
        }
    }

    /// Takes over all objects of a resource in a namespace; nil: in all.
    package mutating func replace(
        _ resource: KubernetesResource,
        in namespace: String?,
        with objects: [KubernetesObject],
    ) -> Set<ObjectName> {
        let present = Set(objects.lazy.map(\.name))
        func isGone(_ name: ObjectName) -> Bool {
            !present.contains(name) && (namespace == nil || name.namespace == namespace)
        }
        var concerned: Set<ObjectName> = []
        switch resource {
        case .services:
            for name in services.keys.filter(isGone) {
                services[name] = nil
                concerned.insert(name)
            }
        case .endpointSlices: for name in owners.keys.filter(isGone) { concerned.formUnion(remove(slice: name)) }
        }
        for object in objects { concerned.formUnion(put(object)) }
        return touched(concerned)
    }

    /// The instances of a Service; none if there is no such Service.
    ///
    /// - Parameter previous: The answer before: what did not change stays the same object.
    package mutating func instances(of name: ObjectName, previous: QueryResult?) -> [Instance] {
        if let known = made[name] { return known }
        guard let service = services[name] else { return [] }
        let sorted = (slices[name] ?? [:]).values.sorted { bytewise($0.name.name, $1.name.name) }
        let (fresh, rejected) = maker.instances(of: service, sorted)
        self.rejected += rejected
        var before = PreviousInstances(previous)
        let instances = before.unified(with: fresh)
        made[name] = instances
        return instances
    }

    /// The Services of a namespace with their tags, but for those that are names of something outside.
    package func summaries(in namespace: String) -> [ServiceSummary] {
        services.values.lazy
            .filter { $0.name.namespace == namespace && !$0.isExternalName }
            .map { ServiceSummary(name: $0.name.name, tags: ServiceInstances.tags($0.notes["tags"])) }
            .sorted { bytewise($0.name, $1.name) }
    }

    package mutating func takeRejected() -> [RejectedRegistration] {
        defer { rejected = [] }
        return rejected
    }

    private mutating func remove(slice name: ObjectName) -> Set<ObjectName> {
        guard let owner = owners.removeValue(forKey: name) else { return [] }
        slices[owner]?[name.name] = nil
        if slices[owner]?.isEmpty ?? false { slices[owner] = nil }
        return [owner]
    }

    private mutating func touched(_ names: Set<ObjectName>) -> Set<ObjectName> {
        for name in names { made[name] = nil }
        return names
    }
}
