extension RegularExpression.Program {
    /// The first place from `position` on where a match may begin, by its first character or literal prefix; nil if
    /// there is none.
    func nextStart(in bytes: Span<UInt8>, from position: Int) -> Int? {
        if isAnchored { return position == 0 ? 0 : nil }
        if !prefix.isEmpty { return firstPrefix(in: bytes, from: position) }
        guard let firstSymbols else { return position }
        var position = position
        while position < bytes.count {
            let (symbol, width) = alphabet.symbol(at: position, in: bytes)
            if firstSymbols[Int(symbol)] { return position }
            position += width
        }
        return nil
    }

    /// Where the prefix occurs first from `position` on.
    func firstPrefix(in bytes: Span<UInt8>, from position: Int) -> Int? {
        let first = prefix[0]
        var position = position
        while position + prefix.count <= bytes.count {
            if bytes[position] == first, isPrefix(at: position, in: bytes) { return position }
            position += 1
        }
        return nil
    }

    private func isPrefix(at position: Int, in bytes: Span<UInt8>) -> Bool {
        for index in 1..<prefix.count where bytes[position + index] != prefix[index] { return false }
        return true
    }
}
