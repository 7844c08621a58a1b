import FoundationEssentials

extension StandardStream {
    /// Writes `value` as indented JSON with sorted keys and a line end.
    func write(json value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Every type written here is made of strings, numbers, lists and maps, which always encode.
        guard let data = try? encoder.encode(value) else { return }
        write(data)
        write("\n".utf8)
    }
}
