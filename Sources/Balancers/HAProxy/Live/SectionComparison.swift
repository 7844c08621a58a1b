/// Compares a section of the old configuration with the same one of the new.
struct SectionComparison {
    private let old: HAProxyConfiguration
    private let new: HAProxyConfiguration
    private let oldSection: HAProxyConfiguration.Section
    private let newSection: HAProxyConfiguration.Section
    private let oldContents: SectionContents
    private let newContents: SectionContents
    /// Whether the `default-server` lines that hold differ, own ones or those of `defaults`.
    let defaultsDiffer: Bool

    /// - Parameter inheritsSame: Whether the `default-server` lines of its `defaults` sections are the same in both.
    init(
        old: HAProxyConfiguration,
        new: HAProxyConfiguration,
        _ oldSection: HAProxyConfiguration.Section,
        _ newSection: HAProxyConfiguration.Section,
        inheritsSame: Bool,
    ) {
        (self.old, self.new) = (old, new)
        (self.oldSection, self.newSection) = (oldSection, newSection)
        oldContents = old.contents(of: oldSection)
        newContents = new.contents(of: newSection)
        let (oldText, newText) = (old.texts[oldSection.text], new.texts[newSection.text])
        defaultsDiffer =
            !inheritsSame || oldContents.defaults.count != newContents.defaults.count
            || !zip(oldContents.defaults, newContents.defaults).allSatisfy { oldText.hasSameWords($0, as: newText, $1) }
    }

    private var oldText: ConfigurationText { old.texts[oldSection.text] }
    private var newText: ConfigurationText { new.texts[newSection.text] }
    private var title: String { new.title(newSection) }

    func result() -> (backend: BackendDifference?, reasons: [ReloadReason]) {
        if oldText.path != newText.path {
            return (nil, [ReloadReason(title, "is in another file", at: new.place(newSection))])
        }
        var reasons: [ReloadReason] = []
        if newSection.kind != .headless,
            !oldText.hasSameWords(oldSection.lines.lowerBound, as: newText, newSection.lines.lowerBound)
        {
            reasons.append(ReloadReason(title, "its first line changed", at: new.place(newSection)))
        }
        if let reason = otherLines() { reasons.append(reason) }
        guard newSection.kind.hasServers, newSection.kind == oldSection.kind else { return (nil, reasons) }
        var difference = BackendDifference(backend: newSection.name, section: newSection)
        do throws(ReloadReason) {
            try compareServers(&difference)
        } catch {
            return (nil, reasons + [error])
        }
        return (difference.isEmpty ? nil : difference, reasons)
    }

    /// The first of the other lines that differs.
    private func otherLines() -> ReloadReason? {
        let (before, after) = (oldContents.others, newContents.others)
        for (old, new) in zip(before, after) where !oldText.hasSameWords(old.line, as: newText, new.line) {
            let keyword = newText.string(0, of: new.line)
            let sameKeyword = oldText.string(0, of: old.line) == keyword
            if !sameKeyword, before.count > after.count {
                return ReloadReason(
                    title,
                    "`\(oldText.string(0, of: old.line))` is gone",
                    at: oldText.place(of: old.line)
                )
            }
            let what = !sameKeyword && before.count < after.count ? "is new" : "changed"
            return ReloadReason(title, "`\(keyword)` \(what)", at: newText.place(of: new.line))
        }
        if let line = before.dropFirst(after.count).first?.line {
            return ReloadReason(title, "`\(oldText.string(0, of: line))` is gone", at: oldText.place(of: line))
        }
        if let line = after.dropFirst(before.count).first?.line {
            return ReloadReason(title, "`\(newText.string(0, of: line))` is new", at: newText.place(of: line))
        }
        // A template makes servers out of the defaults before it.
        for (old, new) in zip(before, after) where newText.begins(new.line, with: "server-template") {
            if defaultsDiffer || old.defaults != new.defaults {
                return ReloadReason(title, "`default-server` before it changed", at: newText.place(of: new.line))
            }
        }
        return nil
    }

    private func isUnchanged(_ old: ServerLine, _ new: ServerLine) -> Bool {
        !defaultsDiffer && old.defaults == new.defaults && oldText.hasSameWords(old.line, as: newText, new.line)
    }

    private func compareServers(_ difference: inout BackendDifference) throws(ReloadReason) {
        let (before, after) = (oldContents.servers, newContents.servers)
        // Mostly a few of many differ: those between what is the same at both ends.
        let most = min(before.count, after.count)
        var head = 0
        while head < most, isUnchanged(before[head], after[head]) { head += 1 }
        var tail = 0
        while tail < most - head, isUnchanged(before[before.count - 1 - tail], after[after.count - 1 - tail]) {
            tail += 1
        }
        let (oldMiddle, newMiddle) = (before[head..<before.count - tail], after[head..<after.count - tail])
        guard !oldMiddle.isEmpty || !newMiddle.isEmpty else { return }

        let oldDefaults = try defaults(old, oldSection, oldContents)
        let newDefaults = try defaults(new, newSection, newContents)
        func server(old line: ServerLine) throws(ReloadReason) -> Server {
            do throws(ServerOptions.Fault) {
                return try old.server(line, of: oldSection, oldDefaults)
            } catch {
                throw fault(error, oldText, line)
            }
        }
        func server(new line: ServerLine) throws(ReloadReason) -> Server {
            do throws(ServerOptions.Fault) {
                return try new.server(line, of: newSection, newDefaults)
            } catch {
                throw fault(error, newText, line)
            }
        }

        var positions: [String: Int] = [:]
        for index in oldMiddle.indices { positions[oldText.string(1, of: oldMiddle[index].line)] = index }
        var isInOrder = true
        var last = -1
        var seen = Set<String>()
        for line in newMiddle {
            let name = newText.string(1, of: line.line)
            guard seen.insert(name).inserted else {
                throw ReloadReason(title, "two servers are named `\(name)`", at: newText.place(of: line.line))
            }
            guard let position = positions[name] else {
                difference.added.append(try server(new: line))
                continue
            }
            isInOrder = isInOrder && position > last
            last = position
            guard !isUnchanged(oldMiddle[position], line) else { continue }
            let change = ServerChange(old: try server(old: oldMiddle[position]), new: try server(new: line))
            try check(change)
            if change.isMoved || change.changesWeight || change.changesMaxconn || change.changesMaintenance {
                difference.changed.append(change)
            }
        }
        for line in oldMiddle where !seen.contains(oldText.string(1, of: line.line)) {
            difference.removed.append(try server(old: line))
        }
        if !isInOrder {
            // Of a line that is not understood the place counts all the same.
            difference.reordered = newMiddle.map { line in
                (try? server(new: line))
                    ?? Server(
                        name: newText.string(1, of: line.line),
                        address: ServerAddress(newText.string(2, of: line.line)),
                        options: ServerOptions(),
                        place: newText.place(of: line.line)
                    )
            }
        }
        if !difference.isEmpty { try checkConditions() }
        if difference.added.contains(where: \.options.isChecked) {
            let passedOver = Set((difference.added + difference.changed.map(\.new)).map(\.name))
            difference.newcomersWait = hasEnoughLeft(difference) { [newText] line in
                guard !passedOver.contains(newText.string(1, of: line.line)) else { return nil }
                return try? server(new: line)
            }
        }
    }

    /// Whether as many servers stay in rotation as leave it, and at least one.
    ///
    /// - Parameter unchanged: The server of a line that is the same as before.
    private func hasEnoughLeft(_ difference: BackendDifference, _ unchanged: (ServerLine) -> Server?) -> Bool {
        let changed = difference.changed.filter(\.old.isInRotation)
        let staying = changed.count { $0.new.isInRotation }
        var needed = max(1, difference.removed.count(where: \.isInRotation) + changed.count - staying) - staying
        for line in newContents.servers {
            guard needed > 0 else { return true }
            if unchanged(line)?.isInRotation == true { needed -= 1 }
        }
        return needed <= 0
    }

    private func defaults(
        _ configuration: HAProxyConfiguration,
        _ section: HAProxyConfiguration.Section,
        _ contents: SectionContents,
    ) throws(ReloadReason) -> [ServerOptions] {
        do throws(ServerOptions.Fault) {
            return try configuration.defaultOptions(of: section, contents)
        } catch {
            let directive = configuration.directives("default-server", in: section).first
            throw ReloadReason(
                title,
                "servers changed, and in `default-server` \(error.explanation)",
                at: directive?.place
            )
        }
    }

    private func fault(_ fault: ServerOptions.Fault, _ text: ConfigurationText, _ line: ServerLine) -> ReloadReason {
        ReloadReason(
            title,
            "server \(text.string(1, of: line.line)) changed, and \(fault.explanation)",
            at: text.place(of: line.line)
        )
    }

    /// Refuses a change in what a server keeps as long as it runs.
    private func check(_ change: ServerChange) throws(ReloadReason) {
        let (before, after) = (change.old.options.fixed.all, change.new.options.fixed.all)
        if before != after {
            let differing = (after.filter { !before.contains($0) } + before.filter { !after.contains($0) }).first
            let what = differing.map { "`\($0.keyword)`" } ?? "the order of options"
            throw ReloadReason(title, "server \(change.new.name): \(what) changed", at: change.new.place)
        }
    }

    /// Where lines count only under a condition, what holds for the servers cannot be told.
    private func checkConditions() throws(ReloadReason) {
        for (configuration, section) in [(old, oldSection), (new, newSection)] {
            for section in configuration.lineage(of: section) {
                guard let line = section.conditional else { continue }
                throw ReloadReason(
                    title,
                    "servers changed, and `.if` decides which lines count",
                    at: configuration.texts[section.text].place(of: line)
                )
            }
        }
    }
}
