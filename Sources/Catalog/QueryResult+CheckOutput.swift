extension QueryResult {
    /// Whether nothing but what checks printed is different in `other`, if anything is: a template that does not read it
    /// need not wake. Instances that are the same object cost a look at their pointers.
    package func differsOnlyInCheckOutput(from other: QueryResult) -> Bool {
        switch (self, other) {
        case (.instances(let left), .instances(let right)): differOnlyInCheckOutput(left, right)
        case (.node(let left?), .node(let right?)):
            left.node == right.node && differOnlyInCheckOutput(left.instances, right.instances)
        default: self == other
        }
    }
}

private func differOnlyInCheckOutput(_ left: [Instance], _ right: [Instance]) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { $0.differsOnlyInCheckOutput(from: $1) }
}

extension Instance {
    /// Whether nothing but what its checks printed is different in `other`, if anything is.
    fileprivate func differsOnlyInCheckOutput(from other: Instance) -> Bool {
        self === other
            || (checks.count == other.checks.count && hasEqualFields(to: other)
                && zip(checks, other.checks).allSatisfy { left, right in
                    if left.output == right.output { return left == right }
                    var left = left
                    left.output = right.output
                    return left == right
                })
    }
}
