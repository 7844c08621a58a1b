import Catalog
import TemplateEngine

/// What the record of an instance is made of, as `service` gives it: its fields are made when a template wants one that
/// is not printed.
struct InstanceRecord: RecordContents {
    let instance: Instance
    let weights: Record
    let source: Origin.Source

    func fields() -> [Value] { Registration(source).fields(of: instance, weights: weights) }

    /// The record, with what templates write most in print.
    func record(_ layout: InstanceLayout) -> Record {
        Record(RecordShapes.service, layout.layout, of: self, writtenBy: source) { printer in
            printer.add(instance.id)
            printer.add(instance.effectiveAddress)
            printer.add(instance.port)
            printer.add(instance.health.rawValue, isTrusted: true)
            printer.add(instance.weights.passing)
            printer.add(instance.service)
            printer.add(instance.node.name)
            for key in layout.metaKeys { printer.add(instance.meta[key] ?? "") }
            printer.add(instance.currentWeight)
            printer.add(instance.zone)
            printer.add(instance.node.datacenter)
            printer.add(instance.node.address)
            printer.add(instance.weights.warning)
        }
    }
}

/// The layout of the records of all instances whose meta has the same few keys.
struct InstanceLayout {
    /// How many keys are held in print, if the meta has no more.
    static let maximumKeys = 4

    let metaKeys: [String]
    let layout: RecordLayout

    /// - Parameter metaKeys: At most `maximumKeys`.
    init(metaKeys: [String]) {
        self.metaKeys = metaKeys
        layout = RecordLayout(
            [
                [["ID"]], [["Address"]], [["Port"]], [["Status"], ["Health"]], [["Weights", "Passing"]], [["Name"]],
                [["Node"]],
            ] + metaKeys.map { [["ServiceMeta", $0], ["Meta", $0]] } + [
                [["Weight"]], [["Zone"]], [["Datacenter"]], [["NodeAddress"]], [["Weights", "Warning"]],
            ]
        )
    }
}

/// The layouts of instances' records by the keys of their meta.
struct InstanceLayouts {
    /// How many there are at most: a registrant who makes up keys all the time must not fill the memory with layouts.
    static let limit = 256

    private let plain = InstanceLayout(metaKeys: [])
    private var byKeys: [[String]: InstanceLayout] = [:]

    /// The layout for `instance`; without its meta, if that has many keys or there are too many layouts.
    mutating func layout(for instance: Instance) -> InstanceLayout {
        guard (1...InstanceLayout.maximumKeys).contains(instance.meta.count) else { return plain }
        let keys = instance.meta.keys.sorted()
        // Others are found by their bytes, which a layout does not compare.
        guard keys.allSatisfy({ $0.utf8.allSatisfy { $0 < 0x80 } }) else { return plain }
        if let layout = byKeys[keys] { return layout }
        guard byKeys.count < Self.limit else { return plain }
        let layout = InstanceLayout(metaKeys: keys)
        byKeys[keys] = layout
        return layout
    }
}
